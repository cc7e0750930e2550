/**
 * Optional chains. A chain that needs nothing of us stays native; one with a barrier, a private name or an
 * `await` in it is unrolled, link by link:
 *
 *     a?.b.push(x)   →   ($1 = a) == null ? undefined : ($2 = $1.b).push(…)
 */
import type * as t from '@babel/types';
import { staticKey, walk, isFunctionNode, isClassNode, type Node } from '../ast.ts';
import * as b from '../build.ts';
import { invoke, isOrdinary } from './calls.ts';
import type { Context } from './context.ts';
import { isPrototype, lower, lowerThis, memberOf, readPrototype } from './expressions.ts';
import { isNativeSuper, readPrivateOf } from './members.ts';
import { hold, lowerArguments, named, type Named } from './operands.ts';
import { sourceText } from './source-text.ts';

type ChainNode = t.OptionalMemberExpression | t.OptionalCallExpression | t.MemberExpression | t.CallExpression;

const isLink = (node: Node): node is t.OptionalMemberExpression | t.OptionalCallExpression =>
  node.type === 'OptionalMemberExpression' || node.type === 'OptionalCallExpression';

/** What to do with the last link instead of reading it: `delete a?.b`. */
export interface ChainEnd {
  short: t.Expression;
  member: (object: Named, key: Named) => t.Expression;
}

export function lowerChain(
  cx: Context,
  node: t.OptionalMemberExpression | t.OptionalCallExpression,
  end?: ChainEnd,
): t.Expression {
  if (cx.suspends(node)) return suspendingChain(cx, node, end);
  if (end || mustUnroll(node)) return unroll(cx, node, end);
  return nativeChain(cx, node);
}

function mustUnroll(node: Node): boolean {
  let found = false;
  walk(node, (inner) => {
    if (found || isFunctionNode(inner) || isClassNode(inner)) return false;
    if (inner.type === 'Super' || inner.type === 'PrivateName') found = true;
    if (inner.type === 'OptionalMemberExpression' && isPrototype(inner)) found = true;
    if (inner.type === 'OptionalCallExpression' || inner.type === 'CallExpression') {
      const { callee } = inner;
      if (callee.type === 'OptionalMemberExpression' || callee.type === 'MemberExpression') {
        const name = staticKey({ key: callee.property, computed: callee.computed });
        if (!isOrdinary(name, inner.arguments as t.CallExpression['arguments'])) found = true;
      }
    }
    return !found;
  });
  return found;
}

function nativeChain(cx: Context, node: t.Expression): t.Expression {
  if (node.type === 'OptionalMemberExpression') {
    const object = nativeChain(cx, node.object);
    return b.copy(node, node.computed ? { object, property: lower(cx, node.property as t.Expression) } : { object });
  }
  if (node.type === 'OptionalCallExpression') {
    const { type } = node.callee;
    const lowered = nativeChain(cx, node.callee);
    const callee = type === 'OptionalMemberExpression' || type === 'MemberExpression' ? lowered : b.bare(lowered);
    return b.copy(node, { callee, arguments: lowerArguments(cx, node.arguments as t.CallExpression['arguments']) });
  }
  return lower(cx, node);
}

/** `then` receives the value of the chain so far, and the object it was read from for a call's `this`. */
type Then = (value: t.Expression, receiver: Named | null) => t.Expression;

function unroll(cx: Context, node: t.OptionalMemberExpression | t.OptionalCallExpression, end?: ChainEnd): t.Expression {
  const short = end?.short ?? b.undef();

  const guardNullish = (optional: boolean, value: t.Expression, then: (value: Named) => t.Expression): t.Expression => {
    const name = named(cx, value);
    if (!optional) return then(name);
    const test = b.binary('==', name.first, b.nul());
    return b.conditional(test, short, then({ first: name.again, again: name.again }));
  };

  const link = (current: t.Expression, then: Then, isEnd: boolean): t.Expression => {
    if (!isLink(current)) {
      if (current.type === 'MemberExpression' && current.object.type !== 'Super') {
        // `a.b?.()`: the call's receiver is `a`.
        const object = named(cx, lower(cx, current.object as t.Expression), current.object);
        return then(memberRead(cx, object.first, current), { first: object.again, again: object.again });
      }
      return then(lower(cx, current), superReceiver(cx, current));
    }
    if (current.type === 'OptionalMemberExpression') {
      return link(
        current.object,
        (value) =>
          guardNullish(current.optional, value, (object) => {
            if (isEnd && end) {
              const key = named(cx, memberKey(cx, current));
              return b.seq([object.first, key.first, end.member(object, key)]);
            }
            const receiver = object.first === object.again ? object : { first: object.again, again: object.again };
            return then(memberRead(cx, object.first, current), receiver);
          }),
        false,
      );
    }
    return link(
      current.callee,
      (value, receiver) => {
        if (!current.optional) return then(callOn(cx, current, value, receiver), null);
        return guardNullish(true, value, (callee) => then(callOn(cx, current, callee.first, receiver), null));
      },
      false,
    );
  };
  return link(node, (value) => value, true);
}

/** `super.f?.()` is called on `this`, and a `super` outside its class is an operation that does not say so. */
function superReceiver(cx: Context, node: Node): Named | null {
  if (node.type !== 'MemberExpression' || node.object.type !== 'Super' || isNativeSuper(cx, node)) return null;
  const receiver = lowerThis(cx, node.object);
  return { first: receiver, again: receiver };
}

function memberKey(cx: Context, node: t.OptionalMemberExpression | t.MemberExpression): t.Expression {
  return node.computed ? lower(cx, node.property as t.Expression) : b.str(staticKey({ key: node.property }) ?? '');
}

function memberRead(cx: Context, object: t.Expression, node: t.OptionalMemberExpression | t.MemberExpression): t.Expression {
  if (node.property.type === 'PrivateName') return readPrivateOf(cx, object, node.property, node);
  if (isPrototype(node)) return readPrototype(cx, object, node);
  return memberOf(object, memberKey(cx, node), node);
}

/** Calls the value a chain has reached, on the object it was read from. */
function callOn(
  cx: Context,
  node: t.OptionalCallExpression,
  value: t.Expression,
  receiver: Named | null,
): t.Expression {
  const args = node.arguments as t.CallExpression['arguments'];
  const isMember = value.type === 'MemberExpression' && receiver !== null && value.object.type !== 'Super';
  if (isMember && value.property.type !== 'PrivateName') {
    const { callee } = node;
    const computed = (callee as ChainNode & { computed?: boolean }).computed ?? false;
    const key = (callee as t.OptionalMemberExpression).property;
    return invoke(
      cx,
      { first: value.object as t.Expression, again: receiver.again },
      { node: key, computed, lowered: value.computed ? (value.property as t.Expression) : null },
      args,
      node,
    );
  }
  if (receiver === null) return b.call(b.bare(value), lowerArguments(cx, args), node);
  return b.call(b.member(value, 'call'), [receiver.again, ...lowerArguments(cx, args)], node);
}

/**
 * A chain with an `await` in it: each optional link is a branch to the end.
 */
function suspendingChain(
  cx: Context,
  node: t.OptionalMemberExpression | t.OptionalCallExpression,
  end?: ChainEnd,
): t.Expression {
  const machine = cx.machine!;
  const result = machine.temp();
  const shortCircuit = machine.block();
  const done = machine.block();

  const test = (value: t.Expression): void => {
    const next = machine.block();
    machine.branch(b.binary('==', value, b.nul()), shortCircuit, next);
    machine.start(next);
  };

  const link = (current: t.Expression, isEnd: boolean): { value: t.Expression; receiver: t.Expression | null } => {
    if (!isLink(current)) {
      if (current.type === 'MemberExpression' && current.object.type !== 'Super') {
        const receiver = hold(cx, lower(cx, current.object as t.Expression), current.object);
        return { value: hold(cx, memberRead(cx, receiver, current)), receiver };
      }
      return { value: hold(cx, lower(cx, current), current), receiver: superReceiver(cx, current)?.again ?? null };
    }
    if (current.type === 'OptionalMemberExpression') {
      const object = link(current.object, false).value;
      if (current.optional) test(object);
      if (isEnd && end) {
        const key = hold(cx, memberKey(cx, current));
        const pair = (name: t.Expression): Named => ({ first: name, again: name });
        return { value: hold(cx, end.member(pair(object), pair(key))), receiver: null };
      }
      return { value: hold(cx, memberRead(cx, object, current)), receiver: object };
    }
    const { value, receiver } = link(current.callee, false);
    if (current.optional) test(value);
    const call = b.call(
      value,
      current.arguments as t.CallExpression['arguments'],
      current,
    );
    return { value: hold(cx, callHeld(cx, call, value, receiver, sourceText(current.callee))), receiver: null };
  };

  const { value } = link(node, true);
  machine.emit(b.expr(b.assign(result, value)));
  machine.goto(done);
  machine.start(shortCircuit);
  machine.emit(b.expr(b.assign(result, end?.short ?? b.undef())));
  machine.goto(done);
  machine.start(done);
  return result;
}

function callHeld(cx: Context, node: t.CallExpression, value: t.Expression, receiver: t.Expression | null, text: t.Expression): t.Expression {
  const args = lowerArguments(cx, node.arguments);
  if (receiver === null) return b.call(b.bare(value), args, node);
  return b.call(cx.op('invoke'), [value, receiver, b.array(args as t.ArrayExpression['elements']), text], node);
}
