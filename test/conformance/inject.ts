/**
 * Suspension everywhere: `await $tick();` before statements, or `(await $tick(), e)` for operands, arguments,
 * elements and conditions, at places that a seed chooses. Only where `await` may stand and nothing but time changes:
 * a function without a name keeps the one it gets from its place, `typeof x` and `delete o.x` their operands, a tag
 * its template. Places are found in the tree and written into the text, so that the rest of a test stays as it is.
 */
import { parse } from '@babel/parser';
import * as t from '@babel/types';
import type { ConformanceTest } from './conformance-test.ts';
import type { Edit } from './edit.ts';
import { hash } from './hash.ts';

export interface Injection {
  kind: 'none' | 'stmt' | 'expr';
  seed: number;
  /** How many of the places get one. */
  share: number;
}

export function inject(test: ConformanceTest, { kind, seed, share }: Injection): Edit[] {
  if (kind === 'none') return [];
  let program: t.Program;
  try {
    ({ program } = parse(test.source, { sourceType: 'module', errorRecovery: true, attachComment: false }));
  } catch {
    return []; // it must not be compiled, and will not be
  }
  const edits: Edit[] = [];
  const chosen = (node: t.Node): boolean => hash(`${seed} ${test.path} ${node.start} ${node.end}`) < share;
  const places = new Places((node, isStatement, statement) => {
    const at = node.start!;
    if (isStatement !== (kind === 'stmt') || !chosen(node)) return;
    if (isStatement) edits.push({ at, text: 'await $tick(); ' });
    // A parenthesis at the start of a statement may continue the one before.
    else if (at !== statement) edits.push({ at, text: '(await $tick(), ' }, { at: node.end!, text: ')', closes: true });
  });
  places.visit(program, true, null);
  return edits;
}

/** Fields of a node that hold an expression whose value is all that counts. */
const OPERANDS: Partial<Record<t.Node['type'], string[]>> = {
  ArrayExpression: ['elements'],
  AssignmentExpression: ['right'],
  AssignmentPattern: ['right'],
  AwaitExpression: ['argument'],
  BinaryExpression: ['left', 'right'],
  CallExpression: ['arguments'],
  ClassDeclaration: ['superClass'],
  ClassExpression: ['superClass'],
  ConditionalExpression: ['test', 'consequent', 'alternate'],
  DoWhileStatement: ['test'],
  ForInStatement: ['right'],
  ForOfStatement: ['right'],
  ForStatement: ['test', 'update'],
  IfStatement: ['test'],
  LogicalExpression: ['left', 'right'],
  MemberExpression: ['object'],
  NewExpression: ['arguments'],
  OptionalCallExpression: ['arguments'],
  ReturnStatement: ['argument'],
  SequenceExpression: ['expressions'],
  SpreadElement: ['argument'],
  SwitchCase: ['test'],
  SwitchStatement: ['discriminant'],
  TemplateLiteral: ['expressions'],
  ThrowStatement: ['argument'],
  UnaryExpression: ['argument'],
  VariableDeclarator: ['init'],
  WhileStatement: ['test'],
  YieldExpression: ['argument'],
};

/** Fields that are an operand only when they are computed. */
const COMPUTED: Partial<Record<t.Node['type'], string>> = {
  ClassMethod: 'key',
  ClassProperty: 'key',
  MemberExpression: 'property',
  ObjectMethod: 'key',
  ObjectProperty: 'key',
  OptionalMemberExpression: 'property',
};

class Places {
  private statement = -1;
  private readonly found: (node: t.Node, isStatement: boolean, statement: number) => void;

  constructor(found: Places['found']) {
    this.found = found;
  }

  /** `mayAwait`: the code of this node stands in the body of an async function. */
  visit(node: t.Node, mayAwait: boolean, parent: t.Node | null): void {
    if (t.isStatement(node)) this.statement = node.start!;
    if (node.type === 'TaggedTemplateExpression') return;
    const operands = mayAwait ? new Set(operandsOf(node, parent)) : null;
    for (const key of t.VISITOR_KEYS[node.type] ?? []) {
      const inside = this.inside(node, key, mayAwait);
      for (const child of [(node as unknown as Record<string, unknown>)[key]].flat() as (t.Node | null | undefined)[]) {
        if (!child) continue;
        if (inside && isListed(node, key) && !isModuleItem(child)) this.found(child, true, -1);
        if (operands?.has(child)) this.found(child, false, this.statement);
        this.visit(child, inside, node);
      }
    }
  }

  private inside(node: t.Node, key: string, mayAwait: boolean): boolean {
    if (t.isFunction(node)) return key === 'body' ? node.async === true : key === 'key' && mayAwait;
    if (node.type === 'StaticBlock') return false;
    if ((t.isClassProperty(node) || t.isClassPrivateProperty(node)) && key === 'value') return false;
    return mayAwait;
  }
}

const isListed = (node: t.Node, key: string): boolean =>
  (key === 'body' && (node.type === 'Program' || node.type === 'BlockStatement')) || (key === 'consequent' && node.type === 'SwitchCase');

const isModuleItem = (node: t.Node): boolean => t.isImportDeclaration(node) || ('source' in node && node.source !== null);

function operandsOf(node: t.Node, parent: t.Node | null): t.Node[] {
  if (node.type === 'UnaryExpression' && (node.operator === 'delete' || node.operator === 'typeof')) return [];
  const fields = [...(OPERANDS[node.type] ?? [])];
  const computed = COMPUTED[node.type];
  if (computed !== undefined && (node as { computed?: boolean }).computed === true) fields.push(computed);
  // In a pattern, the value is a target.
  if (node.type === 'ObjectProperty' && parent?.type === 'ObjectExpression' && !node.shorthand && !isProto(node)) fields.push('value');
  // The compiler must see whose static method is called (docs/dialect.md, "What is seen at run time only").
  if (node.type === 'MemberExpression' && t.isIdentifier(node.object) && ['Object', 'Reflect'].includes(node.object.name)) return [];
  return fields.flatMap((name) => (node as unknown as Record<string, t.Node | null | (t.Node | null)[]>)[name] ?? []).filter(isOperand);
}

/** `__proto__: value` sets the prototype, if it is written so. */
const isProto = (node: t.ObjectProperty): boolean =>
  !node.computed && (t.isIdentifier(node.key, { name: '__proto__' }) || t.isStringLiteral(node.key, { value: '__proto__' }));

function isOperand(node: t.Node | null): node is t.Expression {
  if (node === null || !t.isExpression(node)) return false;
  if (t.isSuper(node) || t.isImport(node)) return false;
  // It is named after its place.
  return !((t.isFunction(node) || t.isClass(node)) && !('id' in node && node.id));
}
