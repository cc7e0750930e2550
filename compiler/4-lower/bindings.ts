/**
 * Reading and writing bindings, wherever they live.
 */
import type * as t from '@babel/types';
import type { Node } from '../ast.ts';
import * as b from '../build.ts';
import type { Binding } from '../3-analyse/types.ts';
import { touch } from './barriers.ts';
import { envName, mangle, slotName, type Context } from './context.ts';

/** Where the value is, as an expression that may also be assigned. */
export function place(cx: Context, binding: Binding, at?: Node): t.Identifier | t.MemberExpression {
  if (binding.kind === 'param' && cx.rawParams === binding.scope) return b.id(mangle(binding.name), at);
  switch (binding.storage) {
    case 'env':
      return b.member(cx.env(binding.scope), slotName(binding.name), at);
    case 'slot':
      if (cx.forAll && binding.isShared) return b.id(mangle(binding.name), at);
      return b.member(b.id('$env'), slotName(binding.name), at);
    case 'native':
      return b.id(cx.machine?.localOf(binding) ?? binding.alias ?? mangle(binding.name), at);
    default:
      return b.id(mangle(binding.name), at);
  }
}

/** Is the binding a native variable of this very function, declared where the source declares it? */
export function isNative(cx: Context, binding: Binding): boolean {
  if (binding.kind === 'param' && cx.rawParams === binding.scope) return true;
  return binding.storage === 'native' && cx.machine?.localOf(binding) === undefined;
}

/** A read. `at` is the node of the reference, which decides whether it must check for the dead zone. */
export function read(cx: Context, binding: Binding, at: Node): t.Expression {
  if (binding.storage === 'import') {
    const target = cx.module.importTarget(binding);
    if (!target) return b.undef(at);
    const value = cx.module.readImport(target, at);
    return target.storage === 'slot' && cx.analysis.checked.has(at) ? checked(cx, value, binding.name) : value;
  }
  if (cx.analysis.dead.has(at)) return b.call(cx.op('throwTdz'), [b.str(binding.name)], at);
  const value = place(cx, binding, at);
  return mustCheck(cx, binding, at) ? checked(cx, value, binding.name) : value;
}

/** A native declaration checks by itself; what was moved out of it must be checked by us. */
function mustCheck(cx: Context, binding: Binding, at: Node): boolean {
  if (!cx.analysis.checked.has(at)) return false;
  return !isNative(cx, binding);
}

export function checked(cx: Context, value: t.Expression, name: string): t.Expression {
  return b.conditional(
    b.binary('===', value, cx.op('tdz')),
    b.call(cx.op('throwTdz'), [b.str(name)]),
    value,
  );
}

const isConstant = (binding: Binding): boolean =>
  binding.kind === 'const' || binding.kind === 'import' || binding.kind === 'self';

/** An Env made in this very activation, or in this native statement of a machine, cannot have been stored yet. */
function isYoungEnv(cx: Context, { scope }: Binding): boolean {
  return scope.owner === cx.info && !cx.machine?.hasEnv(envName(scope));
}

/**
 * The barrier that a write to this binding needs, or null. Env marks name the slot only, so they may stand
 * anywhere before the write.
 */
export function writeBarrier(cx: Context, binding: Binding): t.Expression | null {
  if (binding.storage === 'slot') {
    // While the top level runs, its Env is not a day old.
    if (cx.info.kind === 'module' && !cx.machine) return null;
    return touch(cx, b.id('$env'), b.str(slotName(binding.name)), 'env');
  }
  if (binding.storage !== 'env' || isYoungEnv(cx, binding)) return null;
  return touch(cx, cx.env(binding.scope), b.str(slotName(binding.name)), 'env');
}

/** `binding = value`, as an expression; the value is evaluated first. */
export function write(cx: Context, binding: Binding, value: t.Expression, at: Node): t.Expression {
  if (cx.analysis.dead.has(at)) return b.seq([value, b.call(cx.op('throwTdz'), [b.str(binding.name)])], at);
  if (isConstant(binding)) return b.seq([value, b.call(cx.op('throwConst'), [b.str(binding.name)])], at);
  const target = place(cx, binding, at);
  const guard = writeBarrier(cx, binding);
  const check = mustCheck(cx, binding, at)
    ? [b.logical('&&', b.binary('===', target, cx.op('tdz')), b.call(cx.op('throwTdz'), [b.str(binding.name)]))]
    : [];
  if (!guard && check.length === 0) return b.assign(target, value, at);
  const held = cx.temp();
  return b.seq([b.assign(held, value), ...check, ...(guard ? [guard] : []), b.assign(target, held, at)], at);
}

/** The first assignment of a declaration: no check, no constant; a barrier only where the Env may be stored. */
export function initialise(cx: Context, binding: Binding, value: t.Expression, at: Node): t.Expression {
  const target = place(cx, binding, at);
  const guard = writeBarrier(cx, binding);
  if (!guard) return b.assign(target, value, at);
  const held = cx.temp();
  return b.seq([b.assign(held, value), guard, b.assign(target, held, at)], at);
}
