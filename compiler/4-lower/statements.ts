/**
 * Statements that stay native: all of a synchronous function, and in a machine those without an `await`. Only
 * jumps change there, when they leave for exploded code.
 */
import type * as t from '@babel/types';
import { staticKey, unreachable, type Node } from '../ast.ts';
import * as b from '../build.ts';
import type { Binding, Scope } from '../3-analyse/types.ts';
import { lowerTarget } from './assignment.ts';
import { initialise, isNative, place } from './bindings.ts';
import { ITERATOR_METHODS } from './calls.ts';
import { lowerClass } from './classes.ts';
import { envName, type Context } from './context.ts';
import { lowerEnum } from './enums.ts';
import { builtinPath, lower, lowerUnused, memberOf } from './expressions.ts';
import { lowerArguments } from './operands.ts';
import { initPattern, isNativePattern, isPattern, nativePattern } from './patterns.ts';
import { enterScope, envCopy, envLiteral, functionDeclarations } from './scopes.ts';

export function lowerStatements(cx: Context, statements: readonly t.Statement[]): t.Statement[] {
  return statements.flatMap((statement) => {
    const lowered = lowerStatement(cx, statement);
    cx.temps.release();
    return lowered;
  });
}

/** Lowers a statement in native code. `labels` are those that stand directly before it. */
export function lowerStatement(cx: Context, node: t.Statement, labels: string[] = []): t.Statement[] {
  cx.temps.release();
  switch (node.type) {
    case 'ExpressionStatement': {
      const lowered = lowerUnused(cx, node.expression);
      return lowered ? [b.expr(lowered, node)] : [];
    }
    case 'VariableDeclaration':
      return lowerDeclaration(cx, node);
    case 'FunctionDeclaration':
    case 'EmptyStatement':
      return [];
    case 'DebuggerStatement':
      return [node];
    case 'ClassDeclaration':
      return lowerClassDeclaration(cx, node);
    case 'TSEnumDeclaration': {
      const binding = cx.analysis.references.get(node.id) ?? cx.module.declared(node);
      return declareValue(cx, binding, lowerEnum(cx, node), node);
    }
    case 'BlockStatement':
      return [labelled(cx, labels, () => lowerBlock(cx, node))];
    case 'IfStatement':
      return [
        labelled(cx, labels, () =>
          b.iff(
            lower(cx, node.test),
            body(cx, node.consequent),
            node.alternate ? body(cx, node.alternate) : null,
            node,
          ),
        ),
      ];
    case 'ForStatement':
      return [lowerFor(cx, node, labels)];
    case 'ForInStatement':
    case 'ForOfStatement':
      return [lowerForEach(cx, node, labels)];
    case 'WhileStatement':
      return [loop(cx, labels, () => b.copy(node, { test: lower(cx, node.test), body: body(cx, node.body) }))];
    case 'DoWhileStatement':
      return [
        loop(cx, labels, () => {
          const inner = body(cx, node.body);
          cx.temps.release();
          return b.copy(node, { body: inner, test: lower(cx, node.test) });
        }),
      ];
    case 'SwitchStatement':
      return [lowerSwitch(cx, node, labels)];
    case 'TryStatement':
      return [labelled(cx, labels, () => lowerTry(cx, node))];
    case 'ThrowStatement':
      return [b.throwing(lower(cx, node.argument), node)];
    case 'ReturnStatement':
      return lowerReturn(cx, node);
    case 'BreakStatement':
    case 'ContinueStatement':
      return lowerJump(cx, node);
    case 'LabeledStatement':
      return lowerStatement(cx, node.body, [...labels, node.label.name]);
    default:
      return unreachable(node as never, 'cannot lower statement');
  }
}

/** A statement where exactly one must stand. */
function body(cx: Context, node: t.Statement): t.Statement {
  const lowered = lowerStatement(cx, node);
  cx.temps.release();
  return lowered.length === 1 && lowered[0]!.type !== 'VariableDeclaration' ? lowered[0]! : b.block(lowered, node);
}

export function lowerBlock(cx: Context, node: t.BlockStatement): t.BlockStatement {
  const scope = cx.analysis.scopes.get(node);
  return b.block([...enterScope(cx, scope, node.body), ...lowerStatements(cx, node.body)], node);
}

// ——— Labels and jumps ———

const withLabels = (labels: string[], statement: t.Statement): t.Statement =>
  labels.reduceRight((inner, name) => b.label(name, inner), statement);

/** A labelled statement that is no loop: only `break label` refers to it. */
function labelled(cx: Context, labels: string[], make: () => t.Statement): t.Statement {
  if (labels.length === 0) return make();
  const inner = cx.machine ? cx.machine.jumps.native(labels, false, false, make) : make();
  return withLabels(labels, inner);
}

/** `make` returns the loop, or a block around it; the labels go to the loop itself. */
function loop(cx: Context, labels: string[], make: () => t.Statement): t.Statement {
  const inner = cx.machine ? cx.machine.jumps.native(labels, true, true, make) : make();
  if (inner.type !== 'BlockStatement') return withLabels(labels, inner);
  const statements = [...inner.body];
  statements.push(withLabels(labels, statements.pop()!));
  return b.block(statements, inner);
}

function lowerJump(cx: Context, node: t.BreakStatement | t.ContinueStatement): t.Statement[] {
  const kind = node.type === 'BreakStatement' ? 'break' : 'continue';
  const statements = cx.machine?.jumps.jump(kind, node.label?.name ?? null);
  return statements ? [b.block(statements, node)] : [node];
}

function lowerReturn(cx: Context, node: t.ReturnStatement): t.Statement[] {
  const value = node.argument ? lower(cx, node.argument) : null;
  if (cx.thisScope) return [b.block([...(value ? [b.expr(b.assign(b.id('$result'), value))] : []), b.breakTo('$body')], node)];
  if (!cx.machine) return [b.ret(value, node)];
  return [b.block(cx.machine.jumps.return(value), node)];
}

// ——— Declarations ———

function lowerDeclaration(cx: Context, node: t.VariableDeclaration): t.Statement[] {
  const kind = node.kind as 'var' | 'let' | 'const';
  return node.declarations.flatMap((d): t.Statement[] => {
    const id = d.id as t.Identifier | t.ObjectPattern | t.ArrayPattern;
    const init = d.init ?? null;
    if (isPattern(id)) return declarePattern(cx, kind, id, lower(cx, init!), d);
    const binding = cx.analysis.references.get(id)!;
    const value = init && lower(cx, init, id.name);
    if (isNative(cx, binding)) return [b.declare(kind, [[place(cx, binding, id), value]], d)];
    if (!value && kind === 'var') return [];
    return [b.expr(initialise(cx, binding, value ?? b.undef(), id), d)];
  });
}

export function declarePattern(
  cx: Context,
  kind: 'var' | 'let' | 'const',
  pattern: t.ObjectPattern | t.ArrayPattern,
  value: t.Expression,
  at: Node,
): t.Statement[] {
  if (isNativePattern(cx, pattern)) {
    return [b.declare(kind, [[nativePattern(cx, pattern, 'declare', []) as t.LVal, value]], at)];
  }
  return [...declareNatives(cx, pattern, kind), b.expr(initPattern(cx, pattern, value, at), at)];
}

/** `let a, b;` for the bindings of a pattern that are native while others are not. */
export function declareNatives(cx: Context, pattern: Node, kind: 'var' | 'let' | 'const'): t.Statement[] {
  const names: [string, null][] = [];
  for (const id of collect(pattern)) {
    const binding = cx.analysis.references.get(id);
    if (binding && isNative(cx, binding)) {
      names.push([(place(cx, binding) as t.Identifier).name, null]);
    }
  }
  return names.length ? [b.declare(kind === 'var' ? 'var' : 'let', names)] : [];
}

function collect(pattern: Node): t.Identifier[] {
  switch (pattern.type) {
    case 'Identifier':
      return [pattern];
    case 'ObjectPattern':
      return pattern.properties.flatMap((p) => collect(p.type === 'RestElement' ? p.argument : p.value));
    case 'ArrayPattern':
      return pattern.elements.flatMap((e) => (e ? collect(e) : []));
    case 'AssignmentPattern':
      return collect(pattern.left);
    case 'RestElement':
      return collect(pattern.argument);
    default:
      return [];
  }
}

function lowerClassDeclaration(cx: Context, node: t.ClassDeclaration): t.Statement[] {
  return declareValue(cx, cx.module.declared(node), lowerClass(cx, node), node);
}

/** The binding of a class or enum, as a declaration if it is a native variable of this very scope. */
function declareValue(cx: Context, binding: Binding, value: t.Expression, node: t.Statement): t.Statement[] {
  if (isNative(cx, binding)) return [b.declare('let', [[place(cx, binding) as t.Identifier, value]], node)];
  return [b.expr(initialise(cx, binding, value, node), node)];
}

// ——— Loops ———

function lowerFor(cx: Context, node: t.ForStatement, labels: string[]): t.Statement {
  const scope = cx.analysis.scopes.get(node);
  if (!scope?.env) {
    return loop(cx, labels, () => {
      const init = node.init && lowerForInit(cx, node.init);
      cx.temps.release();
      const test = node.test && lower(cx, node.test);
      cx.temps.release();
      const update = node.update && lowerUnused(cx, node.update);
      cx.temps.release();
      const inner = body(cx, node.body);
      const head = init?.filter((s) => s.type !== 'EmptyStatement') ?? [];
      const plain = head.length === 1 ? head[0]! : null;
      if (head.length === 0 || plain?.type === 'VariableDeclaration' || plain?.type === 'ExpressionStatement') {
        const first = plain?.type === 'ExpressionStatement' ? plain.expression : (plain as t.VariableDeclaration | null);
        return b.copy(node, { init: first, test, update, body: inner });
      }
      return b.block([...head, b.copy(node, { init: null, test, update, body: inner })]);
    });
  }
  // { let $e = {…}; for (init; test; $e = copy, update) body }
  const env = b.id(envName(scope));
  return loop(cx, labels, () => {
    const declared = b.declare('let', [[env, envLiteral(cx, scope)]]);
    const init = node.init ? lowerForInit(cx, node.init) : [];
    cx.temps.release();
    const test = node.test && lower(cx, node.test);
    cx.temps.release();
    const update = node.update ? lowerUnused(cx, node.update) : null;
    cx.temps.release();
    const renew = b.assign(env, envCopy(cx, scope));
    const inner = body(cx, node.body);
    return b.block([
      declared,
      ...init,
      // A closure made by the initialiser keeps the first Env to itself.
      ...(node.init && makesClosure(cx, scope) ? [b.expr(b.assign(env, envCopy(cx, scope)))] : []),
      b.copy(node, { init: null, test, update: update ? b.seq([renew, update]) : renew, body: inner }),
    ]);
  });
}

const makesClosure = (cx: Context, scope: Scope): boolean => {
  const { init } = scope.node as t.ForStatement;
  return cx.analysis.seen.some(
    ({ node, binding }) =>
      binding.scope === scope &&
      binding.captured &&
      (node.start ?? 0) >= (init?.start ?? 0) &&
      (node.end ?? 0) <= (init?.end ?? 0),
  );
};

function lowerForInit(cx: Context, init: t.VariableDeclaration | t.Expression): t.Statement[] {
  if (init.type !== 'VariableDeclaration') {
    const lowered = lowerUnused(cx, init);
    return lowered ? [b.expr(lowered)] : [];
  }
  const statements = lowerDeclaration(cx, init);
  // `let i = 0, n = 9` stays one declaration.
  if (statements.length > 0 && statements.every((s) => s.type === 'VariableDeclaration')) {
    const declarations = statements.flatMap((s) => (s as t.VariableDeclaration).declarations);
    return [b.copy(init, { kind: (statements[0] as t.VariableDeclaration).kind, declarations })];
  }
  return statements;
}

/** A native for-in or for-of; `over` is what it goes over, if that has been evaluated already. */
export function lowerForEach(cx: Context, node: t.ForInStatement | t.ForOfStatement, labels: string[], over?: t.Expression): t.Statement {
  const make = (): t.Statement => forEach(cx, node, labels, over);
  return cx.machine && node.type === 'ForOfStatement' ? cx.machine.jumps.nativeClosing(make) : make();
}

function forEach(cx: Context, node: t.ForInStatement | t.ForOfStatement, labels: string[], over?: t.Expression): t.Statement {
  const scope = cx.analysis.scopes.get(node);
  return loop(cx, labels, () => {
    const right = over ?? (node.type === 'ForOfStatement' ? lowerIterable(cx, node.right) : lower(cx, node.right));
    cx.temps.release();
    const { left } = node;
    if (left.type === 'VariableDeclaration') {
      const pattern = left.declarations[0]!.id as t.Identifier | t.ObjectPattern | t.ArrayPattern;
      if (!scope?.env && isNativePattern(cx, pattern)) {
        const target = nativePattern(cx, pattern, 'declare', []) as t.LVal;
        const declaration = b.declare(left.kind as 'const', [[target, null]], left);
        cx.temps.release();
        return b.copy(node, { left: declaration, right, body: body(cx, node.body) });
      }
      const value = b.id('$each');
      const bind = isPattern(pattern)
        ? [...declareNatives(cx, pattern, 'let'), b.expr(initPattern(cx, pattern, value, pattern))]
        : [b.expr(initialise(cx, cx.analysis.references.get(pattern)!, value, pattern))];
      cx.temps.release();
      const statements = [...enterScope(cx, left.kind === 'var' ? undefined : scope, []), ...bind, body(cx, node.body)];
      return b.copy(node, { left: b.declare('const', [[value, null]]), right, body: b.block(statements) });
    }
    const value = b.id('$each');
    const assign = isPattern(left)
      ? initPattern(cx, left, value, left, 'assign')
      : assignTo(cx, left, value);
    cx.temps.release();
    const statements = [b.expr(assign, left), body(cx, node.body)];
    return b.copy(node, { left: b.declare('const', [[value, null]]), right, body: b.block(statements) });
  });
}

function assignTo(cx: Context, left: Node, value: t.Expression): t.Expression {
  const target = lowerTarget(cx, left, left, false);
  return b.seq([...target.setup, target.write(value)], left);
}

/** An iterable that native code consumes on the spot: a built-in iterator need not be one that can be stored. */
function lowerIterable(cx: Context, node: t.Expression): t.Expression {
  if (node.type === 'CallExpression' && node.callee.type === 'MemberExpression' && !cx.suspends(node)) {
    const { callee } = node;
    const name = staticKey({ key: callee.property, computed: callee.computed });
    const object = callee.object;
    if (
      name !== undefined &&
      ITERATOR_METHODS.has(name) &&
      name !== 'matchAll' &&
      object.type !== 'Super' &&
      builtinPath(cx, callee) === undefined
    ) {
      return b.call(memberOf(lower(cx, object), b.str(name), callee), lowerArguments(cx, node.arguments), node);
    }
  }
  return lower(cx, node);
}

// ——— switch, try ———

function lowerSwitch(cx: Context, node: t.SwitchStatement, labels: string[]): t.Statement {
  const scope = cx.analysis.scopes.get(node);
  const all = node.cases.flatMap((c) => c.consequent);
  const discriminant = lower(cx, node.discriminant);
  cx.temps.release();
  const make = (): t.Statement[] => {
    const entry = enterScope(cx, scope, all);
    const cases = node.cases.map((c) => {
      const test = c.test && lower(cx, c.test);
      cx.temps.release();
      return b.copy(c, { test, consequent: lowerStatements(cx, c.consequent) });
    });
    if (entry.length === 0) return [b.copy(node, { discriminant, cases })];
    // The discriminant is evaluated outside the scope of the cases.
    const value = b.id('$case');
    return [b.declare('const', [[value, discriminant]]), ...entry, b.copy(node, { discriminant: value, cases })];
  };
  const statements = cx.machine ? cx.machine.jumps.native(labels, true, false, make) : make();
  if (statements.length === 1) return withLabels(labels, statements[0]!);
  return b.block([...statements.slice(0, -1), withLabels(labels, statements.at(-1)!)]);
}

function lowerTry(cx: Context, node: t.TryStatement): t.Statement {
  const protectedPart = (): { block: t.BlockStatement; handler: t.CatchClause | null } => ({
    block: lowerBlock(cx, node.block),
    handler: node.handler ? lowerCatch(cx, node.handler) : null,
  });
  const parts = cx.machine && node.finalizer ? cx.machine.jumps.nativeClosing(protectedPart) : protectedPart();
  return b.copy(node, { ...parts, finalizer: node.finalizer ? lowerBlock(cx, node.finalizer) : null });
}

function lowerCatch(cx: Context, node: t.CatchClause): t.CatchClause {
  const scope = cx.analysis.scopes.get(node);
  const { param } = node;
  const statements = (): t.Statement[] => lowerStatements(cx, node.body.body);
  const functions = functionDeclarations(node.body.body);
  if (!param || (!scope?.env && param.type === 'Identifier' && isNativePattern(cx, param) && functions.length === 0)) {
    const target = param ? (nativePattern(cx, param, 'declare', []) as t.Identifier) : null;
    cx.temps.release();
    const told = target ? [b.expr(b.call(cx.op('caught'), [b.id(target.name)]))] : [];
    return b.copy(node, { param: target, body: b.block([...told, ...enterScope(cx, scope, node.body.body), ...statements()]) });
  }
  const error = b.id('$error');
  const told = b.call(cx.op('caught'), [error]);
  const entry = enterScope(cx, scope, node.body.body);
  const bind = (): t.Statement[] => {
    if (!isPattern(param)) return bindIdentifier(cx, param as t.Identifier, told);
    const isWhole = !scope?.env && isNativePattern(cx, param) && functions.length === 0;
    if (isWhole) return [b.declare('let', [[nativePattern(cx, param, 'declare', []) as t.LVal, told]])];
    return [...declareNatives(cx, param, 'let'), b.expr(initPattern(cx, param, told, param))];
  };
  const bound = bind();
  cx.temps.release();
  return b.copy(node, { param: error, body: b.block([...entry, ...bound, ...statements()]) });
}

function bindIdentifier(cx: Context, id: t.Identifier, value: t.Expression): t.Statement[] {
  const binding = cx.analysis.references.get(id)!;
  if (isNative(cx, binding)) return [b.declare('let', [[place(cx, binding) as t.Identifier, value]])];
  return [b.expr(initialise(cx, binding, value, id))];
}
