/**
 * `await`. Awaiting a call pushes the callee's frame on this one, without a promise between them, when the
 * callee turns out to be a suspendable function or an effect:
 *
 *     const r = await charge(order)   →   suspend $call($f, charge, undefined, [order]) at charge → b4
 *                                         b4: r = $take()
 *     const r = await pay(order)      →   suspend pay$1$enter($f, undefined, undefined, order) at pay → b4
 *     const r = await this.#pay(n)    →   suspend (C[$codeOf].privates['#pay'].get($this), C$pay$enter($f, $e3, $this, n)) …
 */
import type * as t from '@babel/types';
import { staticKey, type Node } from '../ast.ts';
import * as b from '../build.ts';
import { calleeName } from '../3-analyse/sites.ts';
import type { FunctionInfo } from '../3-analyse/types.ts';
import { definitionEnv, type Context } from './context.ts';
import { builtinPath, lower, lowerThis, memberOf, namespaceMember } from './expressions.ts';
import { readPrivateOf, readSuper } from './members.ts';
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
      if (callee.property.type === 'PrivateName') return privateCall(cx, node, callee, callee.property, frame);
      if (builtinPath(cx, callee) !== undefined) return null;
      const imported = namespaceMember(cx, callee);
      if (imported) return b.call(cx.op('call'), [frame, imported, b.undef(), list(), sourceText(callee)], node);
      const method = callee.object.type === 'Super' ? superMethod(cx, callee) : methodOf(cx, callee, callee.object);
      const fn = anySuspends ? hold(cx, method.fn) : method.fn;
      return b.call(cx.op('call'), [frame, fn, method.receiver, list(), sourceText(callee)], node);
    }
    default:
      return null;
  }
}

interface Method {
  fn: t.Expression;
  /** May be evaluated again. */
  receiver: t.Expression;
}

const superMethod = (cx: Context, callee: t.MemberExpression): Method => ({ fn: readSuper(cx, callee), receiver: lowerThis(cx, callee.object) });

function methodOf(cx: Context, callee: t.MemberExpression, object: t.Expression): Method {
  const lowered = lower(cx, object);
  const receiver = isStable(cx, object) ? lowered : hold(cx, lowered);
  const name = staticKey({ key: callee.property, computed: callee.computed });
  const key = name === undefined ? lower(cx, callee.property as t.Expression) : b.str(name);
  return { fn: memberOf(receiver, key, callee), receiver };
}

/** A private method is always the same, so its frame is made without asking; only the receiver must be of its class. */
function privateCall(
  cx: Context,
  node: t.CallExpression,
  callee: t.MemberExpression,
  name: t.PrivateName,
  frame: t.Identifier,
): t.Expression | null {
  const method = privateMachine(cx, name);
  if (!method) return null;
  const object = callee.object as t.Expression;
  const lowered = lower(cx, object);
  const receiver = isStable(cx, object) ? lowered : hold(cx, lowered);
  const check = readPrivateOf(cx, receiver, name, callee);
  const suspends = node.arguments.some((a) => cx.suspends(a));
  if (suspends) cx.machine!.emit(b.expr(check));
  const around = definitionEnv(method, cx.analysis);
  const env = around ? cx.env(around) : b.undef();
  const enter = b.call(b.id(`${cx.module.unitName(method)}$enter`), [frame, env, receiver, ...lowerArguments(cx, node.arguments)], node);
  return suspends ? enter : b.seq([check, enter]);
}

function privateMachine(cx: Context, name: t.PrivateName): FunctionInfo | undefined {
  const owner = cx.analysis.privateUses.get(name)?.owner;
  if (owner?.privates.get(name.id.name)?.kind !== 'method') return undefined;
  const { body } = (owner.info.node as t.Class).body;
  const method = body.find((member) => member.type === 'ClassPrivateMethod' && member.key.id.name === name.id.name) as t.ClassPrivateMethod;
  return method.async && !method.generator ? cx.analysis.functions.get(method) : undefined;
}

/** An async function of this module's top level: its frame is made without asking at run time what the callee is. */
function knownMachine(cx: Context, callee: t.Identifier): string | null {
  const binding = cx.analysis.references.get(callee);
  if (binding?.kind !== 'function' || binding.storage !== 'shared' || binding.writes > 0) return null;
  const { value } = binding;
  return value?.async && !value.generator ? cx.module.unitName(value) : null;
}

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
