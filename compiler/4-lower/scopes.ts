/**
 * Entering a scope: its Env, if it has captured bindings, and its function declarations, which exist before the
 * first statement (ECMA-262 14.2.3).
 *
 *     { const total = …; const add = () => total + 1; }
 *   → { const $e7 = { $m: undefined, $up: $e3, total: undefined }; $e7.total = …; const add = f$add($e7); }
 */
import type * as t from '@babel/types';
import type { Node } from '../ast.ts';
import * as b from '../build.ts';
import type { Binding, Scope } from '../3-analyse/types.ts';
import { initialise, place } from './bindings.ts';
import { envName, outerEnv, slotName, type Context } from './context.ts';
import { makeClosure } from './functions.ts';

export function envBindings(scope: Scope): Binding[] {
  return [...scope.bindings.values()].filter((binding) => binding.storage === 'env');
}

/** `{ $m: undefined, $up: …, x: …, y: … }`. Bindings start as `inits` says, else uninitialised or undefined. */
export function envLiteral(cx: Context, scope: Scope, inits?: Map<Binding, t.Expression>): t.ObjectExpression {
  const bindings = envBindings(scope);
  cx.module.envShape(bindings.map((binding) => slotName(binding.name)));
  const up = outerEnv(scope);
  return b.object([
    b.property('$m', b.undef()),
    b.property('$up', up ? cx.env(up) : b.undef()),
    ...bindings.map((binding) => b.property(slotName(binding.name), inits?.get(binding) ?? initial(cx, binding))),
  ]);
}

/** A binding that some reference checks starts in the dead zone. */
function initial(cx: Context, binding: Binding): t.Expression {
  return needsTdz(cx, binding) ? cx.op('tdz') : b.undef();
}

export function needsTdz(cx: Context, binding: Binding): boolean {
  return cx.module.checkedBindings.has(binding);
}

/** A copy of a loop's Env for the next iteration (ECMA-262 14.7.4.4 CreatePerIterationEnvironment). */
export function envCopy(cx: Context, scope: Scope): t.Expression {
  const from = cx.env(scope);
  const inits = new Map(envBindings(scope).map((binding) => [binding, b.member(from, slotName(binding.name))]));
  const literal = envLiteral(cx, scope, inits);
  (literal.properties[1] as t.ObjectProperty).value = b.member(from, '$up');
  return literal;
}

/** Statements at the start of a scope in native code. */
export function enterScope(
  cx: Context,
  scope: Scope | undefined,
  statements: readonly t.Statement[],
  inits?: Map<Binding, t.Expression>,
): t.Statement[] {
  if (!scope) return [];
  const out: t.Statement[] = [];
  if (scope.env) out.push(b.declare('const', [[envName(scope), envLiteral(cx, scope, inits)]]));
  for (const node of functionDeclarations(statements)) {
    const binding = bindingOf(cx, scope, node);
    const closure = makeClosure(cx, node);
    if (binding.storage === 'env') out.push(b.expr(b.assign(place(cx, binding), closure)));
    else out.push(b.declare(scope.kind === 'function' ? 'var' : 'let', [[place(cx, binding) as t.Identifier, closure]]));
  }
  return out;
}

/** The same in a machine's exploded code: the variables are the machine's. */
export function enterScopeExploded(
  cx: Context,
  scope: Scope | undefined,
  statements: readonly t.Statement[],
): void {
  if (!scope) return;
  explodeScope(cx, scope);
  explodeFunctions(cx, scope, statements);
}

export function explodeScope(cx: Context, scope: Scope, inits?: Map<Binding, t.Expression>): void {
  const machine = cx.machine!;
  for (const binding of scope.bindings.values()) {
    if (binding.storage !== 'native' || binding.kind === 'pseudo') continue;
    const local = machine.hoist(binding);
    if (needsTdz(cx, binding)) machine.emit(b.expr(b.assign(b.id(local), cx.op('tdz'))));
  }
  if (scope.env) {
    machine.env(envName(scope));
    machine.emit(b.expr(b.assign(b.id(envName(scope)), envLiteral(cx, scope, inits))));
  }
}

export function explodeFunctions(cx: Context, scope: Scope, statements: readonly t.Statement[]): void {
  const machine = cx.machine!;
  for (const node of functionDeclarations(statements)) {
    const binding = bindingOf(cx, scope, node);
    machine.emit(b.expr(initialise(cx, binding, makeClosure(cx, node), node)));
  }
}

export function functionDeclarations(statements: readonly t.Statement[]): t.FunctionDeclaration[] {
  return statements.flatMap((statement) => {
    const node: Node | null | undefined =
      statement.type === 'ExportNamedDeclaration' || statement.type === 'ExportDefaultDeclaration'
        ? statement.declaration
        : statement;
    return node?.type === 'FunctionDeclaration' ? [node] : [];
  });
}

function bindingOf(cx: Context, scope: Scope, node: t.FunctionDeclaration): Binding {
  const binding = scope.bindings.get(node.id?.name ?? '*default*');
  if (!binding) throw new Error(`perdure: internal: function ${node.id?.name} is not declared in its scope`);
  return binding;
}
