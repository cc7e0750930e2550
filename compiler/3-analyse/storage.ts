/**
 * Where each binding lives, and which references must check for the temporal dead zone.
 *
 * Module bindings are the interesting ones. Code is instantiated once per program and worker and shared by all
 * runs, so a binding is *shared* only if it can never differ between two runs: functions, classes whose
 * evaluation runs no user code, primitive constants, channels, queries, enums; unless the module writes members to them. All
 * others are *slots* of the module's Env, filled when a run begins and stored with it.
 */
import type * as t from '@babel/types';
import { children, isClassNode, isFunctionNode, type ClassNode, type Node } from '../ast.ts';
import type { Resolved } from './environments.ts';
import type { Binding, FunctionInfo, Scope } from './types.ts';

export interface StorageContext {
  program: t.Program;
  analysis: Resolved;
  /** The module can be entered before it has run: it is part of an import cycle. */
  cyclic: boolean;
  /** Is this import bound to a shared value of its module, other than a function? */
  importsShared(binding: Binding): boolean;
  /** Is this call `channel('literal')` or `query(function)` of package perdure? */
  isDeclaration(node: Node): boolean;
}

export function assignStorage(context: StorageContext): void {
  const { analysis } = context;
  const module = analysis.module.scope;
  const values = declaredValues(context);

  for (const scope of [...analysis.scopes.values(), ...analysis.paramScopes.values()]) {
    if (scope !== module) for (const binding of scope.bindings.values()) binding.storage = localStorage(binding);
  }
  for (const binding of module.bindings.values()) {
    const value = values.get(binding);
    binding.isShared = isShareable(binding, value, context, module) && !(analysis.membersWritten.has(binding) && hasMembers(value));
    // In an import cycle another module may look before the declaration has run.
    const isEarly = context.cyclic && binding.initEnd > 0;
    binding.storage = binding.isShared && !isEarly ? 'shared' : binding.kind === 'import' ? 'import' : 'slot';
  }
  markChecked(context);
  // A shared class is reached by its name, from everywhere in its body; it needs no Env for that.
  for (const [binding, value] of values) {
    const record = value && analysis.classes.get(value);
    if (!record || !binding.isShared) continue;
    record.self.storage = 'shared';
    record.self.name = binding.name;
    record.scope.env = [...record.scope.bindings.values()].some((b) => b.storage === 'env');
  }
}

function localStorage(binding: Binding): Binding['storage'] {
  if (binding.captured) return 'env';
  return binding.kind === 'self' && binding.scope.kind === 'self' ? 'self' : 'native';
}

/** Module bindings, each with the node that gives it its value. */
export function declaredValues({ program, analysis }: Pick<StorageContext, 'program' | 'analysis'>): Map<Binding, Node | null> {
  const values = new Map<Binding, Node | null>();
  const bindings = analysis.module.scope.bindings;
  const set = (name: string, value: Node | null): void => {
    const binding = bindings.get(name);
    if (binding) values.set(binding, value);
  };
  for (const statement of program.body) {
    const node =
      statement.type === 'ExportNamedDeclaration' || statement.type === 'ExportDefaultDeclaration'
        ? statement.declaration
        : statement;
    if (!node) continue;
    if (node.type === 'VariableDeclaration') {
      for (const d of node.declarations) if (d.id.type === 'Identifier') set(d.id.name, d.init ?? null);
    } else if (node.type === 'TSEnumDeclaration') {
      set(node.id.name, node);
    } else if (node.type === 'ClassDeclaration' || node.type === 'FunctionDeclaration') {
      set(node.id?.name ?? '*default*', node);
    } else if (statement.type === 'ExportDefaultDeclaration') {
      set('*default*', node);
    }
  }
  return values;
}

const hasMembers = (node: Node | null | undefined): boolean => !!node && (isFunctionNode(node) || isClassNode(node));

function isShareable(
  binding: Binding,
  value: Node | null | undefined,
  context: StorageContext,
  module: Scope,
): boolean {
  switch (binding.kind) {
    case 'effect':
      return true;
    case 'enum':
      return isConstantEnum(value as t.TSEnumDeclaration, context, module);
    case 'function':
      return binding.writes === 0;
    case 'class':
      return binding.writes === 0 && isPureClass(value as ClassNode, context, module);
    case 'let':
    case 'const':
      return binding.writes === 0 && !!value && isShareableValue(value, context, module);
    default:
      return false;
  }
}

function isShareableValue(node: Node, context: StorageContext, module: Scope): boolean {
  switch (node.type) {
    case 'StringLiteral':
    case 'NumericLiteral':
    case 'BooleanLiteral':
    case 'NullLiteral':
    case 'BigIntLiteral':
      return true;
    case 'UnaryExpression':
      return node.operator !== 'delete' && isShareableValue(node.argument, context, module);
    case 'TemplateLiteral':
      return node.expressions.length === 0;
    case 'ArrowFunctionExpression':
    case 'FunctionExpression':
      return true;
    case 'ClassExpression':
      return isPureClass(node, context, module);
    case 'CallExpression':
      return context.isDeclaration(node);
    default:
      return false;
  }
}

/** An enum whose members are the same for every run: its initialisers call nothing and read what is shared. */
function isConstantEnum(node: t.TSEnumDeclaration, context: StorageContext, module: Scope): boolean {
  return node.members.every(({ initializer }) => !initializer || isConstantInitializer(initializer, node, context, module));
}

function isConstantInitializer(node: Node, self: t.TSEnumDeclaration, context: StorageContext, module: Scope): boolean {
  if (isCall(node) || isFunctionNode(node)) return false;
  const binding = node.type === 'Identifier' ? context.analysis.references.get(node) : undefined;
  if (binding && binding.node !== self.id) {
    if (binding.scope !== module) return false;
    if (binding.storage === 'import') return context.importsShared(binding);
    return binding.isShared && (binding.kind === 'enum' || binding.kind === 'const') && (binding.node.end ?? 0) < (node.start ?? 0);
  }
  return children(node).every((child) => isConstantInitializer(child, self, context, module));
}

/**
 * A class whose evaluation runs no user code and yields nothing that a run could change: no static fields or
 * blocks, keys that are literals, a heritage that is built in or itself shared.
 */
function isPureClass(node: ClassNode, context: StorageContext, module: Scope): boolean {
  const { superClass } = node;
  if (superClass) {
    if (superClass.type !== 'Identifier') return false;
    const binding = context.analysis.references.get(superClass);
    if (binding) {
      if (binding.scope !== module) return false;
      if (binding.storage === 'import') {
        if (!context.importsShared(binding)) return false;
      } else if (binding.kind !== 'class' || !binding.isShared || (binding.node.end ?? 0) > (node.start ?? 0)) {
        return false;
      }
    }
  }
  return node.body.body.every((member) => {
    if (member.type === 'StaticBlock') return false;
    if ('computed' in member && member.computed && !isSymbolKey(member.key as Node)) return false;
    return !((member.type === 'ClassProperty' || member.type === 'ClassPrivateProperty') && member.static);
  });
}

/** `[Symbol.iterator]` and literals: keys that are the same for every run. */
function isSymbolKey(key: Node): boolean {
  if (key.type === 'StringLiteral' || key.type === 'NumericLiteral') return true;
  return (
    key.type === 'MemberExpression' &&
    !key.computed &&
    key.object.type === 'Identifier' &&
    key.object.name === 'Symbol'
  );
}

// ——— The temporal dead zone ———

function markChecked(context: StorageContext): void {
  const { analysis } = context;
  const quietUntil = context.cyclic ? -1 : firstActivity(context);
  for (const { node, binding, from } of analysis.seen) {
    if (binding.initEnd === 0 && !(binding.kind === 'import' && context.cyclic)) continue;
    if (!mayBeUninitialised(node, binding, from, quietUntil)) continue;
    analysis.checked.add(node);
    // What may be seen before it is set must be set per run.
    if (binding.storage === 'shared') binding.storage = 'slot';
  }
}

function mayBeUninitialised(node: Node, binding: Binding, from: FunctionInfo, quietUntil: number): boolean {
  const at = node.start ?? 0;
  const owner = binding.scope.owner;
  // Only imports of an import cycle come here: the other module may not have run.
  if (binding.kind === 'import') return true;
  // A case may be entered past the declarations of another.
  if (binding.scope.kind === 'switch') return true;
  if (from === owner) return at < binding.initEnd;
  // From a nested function: what counts is when its closure can first be called.
  let outermost = from;
  while (outermost.parent && outermost.parent !== owner) outermost = outermost.parent;
  const hoisted = outermost.node.type === 'FunctionDeclaration';
  if (!hoisted) return (outermost.node.start ?? 0) < binding.initEnd;
  return binding.scope.kind !== 'module' || binding.initEnd > quietUntil;
}

/**
 * Where the module's top level first does something that could call one of its own functions. Everything
 * initialised before is set for good when a function runs.
 */
function firstActivity({ program, analysis, isDeclaration }: StorageContext): number {
  const quiet = (node: Node): boolean => {
    switch (node.type) {
      case 'ImportDeclaration':
      case 'ExportAllDeclaration':
      case 'FunctionDeclaration':
      case 'EmptyStatement':
        return true;
      case 'ClassDeclaration':
      case 'ClassExpression':
        return (
          (!node.superClass || node.superClass.type === 'Identifier') &&
          node.body.body.every(
            (m) => !(m.type === 'StaticBlock' || ('computed' in m && m.computed) || ('static' in m && m.static && 'value' in m)),
          )
        );
      case 'TSEnumDeclaration':
        return node.members.every((m) => !m.initializer || !callsAnything(m.initializer));
      case 'NewExpression':
        // A built-in container over quiet arguments.
        return (
          node.callee.type === 'Identifier' &&
          !analysis.references.has(node.callee) &&
          node.callee.name !== 'Promise' &&
          node.arguments.every(quiet)
        );
      case 'CallExpression':
        return isDeclaration(node);
      case 'MemberExpression':
        return node.object.type === 'Identifier' && !analysis.references.has(node.object) && !node.computed;
      case 'ExpressionStatement':
      case 'ExportNamedDeclaration':
      case 'ExportDefaultDeclaration':
      case 'VariableDeclaration':
      case 'VariableDeclarator':
      case 'ObjectExpression':
      case 'ObjectProperty':
      case 'ArrayExpression':
      case 'UnaryExpression':
      case 'ConditionalExpression':
        return children(node).every(quiet);
      case 'Identifier':
      case 'StringLiteral':
      case 'NumericLiteral':
      case 'BooleanLiteral':
      case 'NullLiteral':
      case 'BigIntLiteral':
      case 'RegExpLiteral':
        return true;
      case 'TemplateLiteral':
        return node.expressions.length === 0;
      case 'ExportSpecifier':
        return true;
      default:
        return isFunctionNode(node);
    }
  };
  for (const statement of program.body) if (!quiet(statement)) return statement.start ?? 0;
  return Number.POSITIVE_INFINITY;
}

function callsAnything(node: Node): boolean {
  return isCall(node) || children(node).some(callsAnything);
}

const isCall = (node: Node): boolean =>
  node.type === 'CallExpression' || node.type === 'NewExpression' || node.type === 'TaggedTemplateExpression' || node.type === 'OptionalCallExpression';
