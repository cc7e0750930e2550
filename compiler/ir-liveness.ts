/**
 * Which variables of a machine are live where it resumes: what a suspended frame must hold.
 *
 * Backward data flow over blocks, by name. It errs on the side of live: only an assignment that is a whole
 * statement (or a part of a sequence that is) ends a variable's life before it, and neither an exception nor a
 * jump out of the middle of a statement is taken to have seen the assignments of its block.
 */
import type * as t from '@babel/types';
import { boundIdentifiers, children, type Node } from './ast.ts';
import { successors, type IrBlock, type IrMachine, type IrStatement, type IrTerminator } from './ir.ts';

export type Liveness = Map<IrBlock, Set<string>>;

/** The variables live at the start of each block. */
export function liveness(machine: IrMachine): Liveness {
  const names = new Set(machine.locals.map((local) => local.name));
  const live: Liveness = new Map(machine.blocks.map((block) => [block, new Set<string>()]));
  const at = (block: IrBlock): Set<string> => live.get(block) ?? new Set();

  for (let changed = true; changed; ) {
    changed = false;
    for (const block of [...machine.blocks].reverse()) {
      const before = liveBefore(block, names, at);
      if (before.size !== at(block).size) {
        live.set(block, before);
        changed = true;
      }
    }
  }
  return live;
}

function liveBefore(block: IrBlock, names: Set<string>, at: (block: IrBlock) => Set<string>): Set<string> {
  const live = new Set<string>();
  const add = (set: Iterable<string>): void => {
    for (const name of set) live.add(name);
  };
  const onThrow = block.handler ? at(block.handler) : [];
  for (const next of terminatorTargets(block.end)) add(block.end.kind === 'complete' ? beforeJump(next, at(next)) : at(next));
  add(onThrow);
  for (const node of terminatorNodes(block.end)) add(uses(node, names));
  for (const statement of [...block.body].reverse()) {
    for (const node of parts(statement).reverse()) {
      if (statement.exits.length === 0) for (const name of definitions(node)) live.delete(name);
      add(uses(node, names));
    }
    for (const exit of statement.exits) add(beforeJump(exit, at(exit)));
    add(onThrow);
  }
  return live;
}

/** What must be live before a jump: not the completion of a finally, which the jump itself sets. */
function beforeJump(target: IrBlock, live: Set<string>): Set<string> {
  if (!target.finalizes) return live;
  const before = new Set(live);
  before.delete(target.finalizes.kind);
  before.delete(target.finalizes.value);
  return before;
}

function terminatorTargets(end: IrTerminator): IrBlock[] {
  return successors({ body: [], end } as unknown as IrBlock);
}

function terminatorNodes(end: IrTerminator): Node[] {
  switch (end.kind) {
    case 'branch':
      return [end.test];
    case 'return':
      return end.value ? [end.value] : [];
    case 'throw':
      return [end.value];
    case 'suspend':
      return [end.operation];
    case 'complete': {
      const { kind, value, exits, throws } = end.completion;
      const id = (name: string): Node => ({ type: 'Identifier', name }) as t.Identifier;
      return [id(kind), ...(throws ? [id(value)] : []), ...exits.flatMap((exit) => exit.go)];
    }
    default:
      return [];
  }
}

/** The expressions of a statement that are evaluated one after the other, or the statement as a whole. */
function parts({ node }: IrStatement): Node[] {
  if (node.type !== 'ExpressionStatement') return [node];
  return node.expression.type === 'SequenceExpression' ? [...node.expression.expressions] : [node.expression];
}

/** The variables that evaluating this surely sets. */
function definitions(node: Node): string[] {
  if (node.type !== 'AssignmentExpression' || node.operator !== '=') return [];
  return node.left.type === 'Identifier' ? [node.left.name] : boundIdentifiers(node.left).map((id) => id.name);
}

/** The variables of the machine that a node mentions to read; the target of a plain assignment does not count. */
function uses(node: Node, names: Set<string>): Set<string> {
  const out = new Set<string>();
  const visit = (inner: Node): void => {
    if (inner.type === 'Identifier') {
      if (names.has(inner.name)) out.add(inner.name);
      return;
    }
    if (inner.type === 'AssignmentExpression' && inner.operator === '=') {
      visitTarget(inner.left);
      visit(inner.right);
      return;
    }
    for (const child of children(inner)) {
      if (isName(inner, child)) continue;
      visit(child);
    }
  };
  /** What a target reads: objects and keys, defaults; not the variables it sets. */
  const visitTarget = (target: Node): void => {
    if (target.type === 'Identifier') return;
    if (target.type === 'MemberExpression') visit(target);
    else if (target.type === 'AssignmentPattern') {
      visitTarget(target.left);
      visit(target.right);
    } else if (target.type === 'ObjectProperty') {
      if (target.computed) visit(target.key);
      visitTarget(target.value);
    } else {
      for (const child of children(target)) visitTarget(child);
    }
  };
  visit(node);
  return out;
}

/** A child that is a property name or a label, not a variable. */
export function isName(parent: Node, child: Node): boolean {
  switch (parent.type) {
    case 'MemberExpression':
    case 'OptionalMemberExpression':
      return child === parent.property && !parent.computed;
    case 'ObjectProperty':
    case 'ObjectMethod':
    case 'ClassMethod':
    case 'ClassProperty':
      return child === parent.key && !parent.computed && child !== (parent as { value?: unknown }).value;
    case 'LabeledStatement':
      return child === parent.label;
    case 'BreakStatement':
    case 'ContinueStatement':
      return true;
    default:
      return false;
  }
}

/** Variables that some statement assigns, whole or in part. */
export function assignedNames(machine: IrMachine): Set<string> {
  const out = new Set<string>();
  const visit = (node: Node): void => {
    if (node.type === 'AssignmentExpression') {
      const targets = node.left.type === 'Identifier' ? [node.left] : boundIdentifiers(node.left);
      for (const id of targets) out.add(id.name);
    } else if (node.type === 'UpdateExpression' && node.argument.type === 'Identifier') {
      out.add(node.argument.name);
    } else if ((node.type === 'ForOfStatement' || node.type === 'ForInStatement') && node.left.type !== 'VariableDeclaration') {
      for (const id of boundIdentifiers(node.left)) out.add(id.name);
    }
    for (const child of children(node)) visit(child);
  };
  for (const block of machine.blocks) {
    for (const { node } of block.body) visit(node);
    for (const node of terminatorNodes(block.end)) visit(node);
  }
  return out;
}
