/**
 * `await`. Awaiting a call pushes the callee's frame on this one, without a promise between them, when the
 * callee turns out to be a suspendable function or an effect:
 *
 *     const r = await charge(order)   →   suspend $call($f, charge, undefined, [order]) at charge → b4
 *                                         b4: r = $take()
 *     const r = await pay(order)      →   suspend pay$1$enter($f, undefined, undefined, order) at pay → b4
 */
import type * as t from '@babel/types';
import { staticKey, type Node } from '../ast.ts';
import * as b from '../build.ts';
import { calleeName } from '../3-analyse/sites.ts';
import { ITERATOR_METHODS, LOCALE_METHODS } from './calls.ts';
import type { Context } from './context.ts';
import { builtinPath, lower, memberOf, namespaceMember } from './expressions.ts';
import { hold, isStable, lowerArguments } from './operands.ts';
import { sourceText } from './source-text.ts';

/** Waits for an expression's value and returns it, to be evaluated at once: `$take()`. */
export function suspendOn(cx: Context, argument: t.Expression, at: Node): t.Expression {
  const machine = cx.machine!;
  const operation = operationOf(cx, argument);
  machine.suspend(operation, labelName(argument), at);
  return b.call(cx.op('take'), [], at);
}

export function lowerAwait(cx: Context, node: t.AwaitExpression): t.Expression {
  const value = suspendOn(cx, node.argument, node);
  const temp = cx.machine!.temp();
  cx.machine!.emit(b.expr(b.assign(temp, value), node));
  return temp;
}

function operationOf(cx: Context, argument: t.Expression): t.Expression {
  const frame = b.id('$f');
  if (argument.type === 'CallExpression') {
    const call = callOperation(cx, argument, frame);
    if (call) return call;
  }
  return b.call(cx.op('wait'), [frame, lower(cx, argument)], argument);
}

/** `$call(frame, callee, this, args)`, for the calls whose callee may be a suspendable function. */
function callOperation(cx: Context, node: t.CallExpression, frame: t.Identifier): t.Expression | null {
  const callee = node.callee as t.Expression | t.Super;
  if (node.arguments.some((a) => a.type === 'SpreadElement')) return null;
  const list = (): t.ArrayExpression => b.array(lowerArguments(cx, node.arguments) as t.ArrayExpression['elements']);
  const anySuspends = node.arguments.some((a) => cx.suspends(a));
  switch (callee.type) {
    case 'Identifier': {
      const known = knownMachine(cx, callee);
      if (known) return b.call(b.id(`${known}$enter`), [frame, b.undef(), b.undef(), ...lowerArguments(cx, node.arguments)], node);
      const fn = lower(cx, callee);
      const target = anySuspends && !isStable(cx, callee) ? hold(cx, fn) : fn;
      return b.call(cx.op('call'), [frame, target, b.undef(), list(), sourceText(callee)], node);
    }
    case 'MemberExpression': {
      if (callee.object.type === 'Super' || callee.property.type === 'PrivateName' || callee.computed) return null;
      if (builtinPath(cx, callee) !== undefined) return null;
      const imported = namespaceMember(cx, callee);
      if (imported) return b.call(cx.op('call'), [frame, imported, b.undef(), list(), sourceText(callee)], node);
      const key = staticKey({ key: callee.property }) ?? '';
      if (SPECIAL.has(key)) return null;
      const object = lower(cx, callee.object);
      const stable = isStable(cx, callee.object);
      const receiver = stable ? object : hold(cx, object);
      const fn = memberOf(receiver, b.str(key), callee);
      return b.call(cx.op('call'), [frame, anySuspends ? hold(cx, fn) : fn, receiver, list(), sourceText(callee)], node);
    }
    default:
      return null;
  }
}

/** An async function of this module's top level: its frame is made without asking at run time what the callee is. */
function knownMachine(cx: Context, callee: t.Identifier): string | null {
  const binding = cx.analysis.references.get(callee);
  if (binding?.kind !== 'function' || binding.storage !== 'shared' || binding.writes > 0) return null;
  const { value } = binding;
  return value?.async && !value.generator ? cx.module.unitName(value) : null;
}

/** Methods whose calls are lowered in a way of their own. */
const SPECIAL = new Set(['call', 'apply', 'bind', ...ITERATOR_METHODS, ...LOCALE_METHODS]);

/** The label of an await: what it waits for, in a word. */
export function labelName(argument: Node): string {
  switch (argument.type) {
    case 'CallExpression':
    case 'OptionalCallExpression':
    case 'NewExpression':
      return calleeName(argument.callee);
    case 'TaggedTemplateExpression':
      return calleeName(argument.tag);
    case 'Identifier':
      return argument.name === 'undefined' ? 'await' : argument.name;
    case 'MemberExpression':
    case 'OptionalMemberExpression':
      return calleeName(argument);
    default:
      return 'await';
  }
}
