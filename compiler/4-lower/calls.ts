/**
 * Calls. Most stay as they are. A method with the name of a built-in mutator marks its receiver first; a call
 * with an `await` among its arguments holds callee and receiver, which ECMA-262 13.3.6.1 evaluates before them.
 *
 *     queue.push(f(x))  →  queue.push(($1 = f(x), ($2 = queue?.[$meta]) !== undefined && $2.open &&
 *                                       $touchCall($2, queue, 'push', [$1]), $1))
 */
import type * as t from '@babel/types';
import { staticKey, type Node } from '../ast.ts';
import * as b from '../build.ts';
import { STATIC_MUTATORS } from '../3-analyse/members.ts';
import type { Binding } from '../3-analyse/types.ts';
import { MUTATORS, REGEXP_TAKERS, THIS_TAKERS, touchCall, touchComputed } from './barriers.ts';
import { read } from './bindings.ts';
import { type ChainEnd, lowerChain } from './chains.ts';
import type { Context } from './context.ts';
import { builtinPath, lower, lowerThis, namespaceMember } from './expressions.ts';
import { isNativeSuper, readPrivate, readPrivateOf, readSuper } from './members.ts';
import { hold, isStable, lowerArguments, named, type Named } from './operands.ts';
import { sourceText } from './source-text.ts';
import { isYoung } from './young.ts';

type Arguments = t.CallExpression['arguments'];

/** Methods that return a built-in iterator, which must be one that can be stored. */
export const ITERATOR_METHODS = new Set(['keys', 'values', 'entries', 'matchAll']);

/** Methods of built-ins whose results depend on the locale or the time zone. */
const LOCALE_METHODS = new Set([
  ...['toLocaleString', 'toLocaleDateString', 'toLocaleTimeString', 'localeCompare', 'toLocaleLowerCase', 'toLocaleUpperCase'],
]);

const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;

export function lowerCall(cx: Context, node: t.CallExpression): t.Expression {
  const callee = node.callee as t.Expression | t.Super;
  if (callee.type === 'Super') return superCall(cx, node);
  if (callee.type === 'MemberExpression') return memberCall(cx, node, callee);
  if (callee.type === 'Identifier' && callee.name === 'Date' && !cx.analysis.references.has(callee)) {
    // `Date()` is the time as text, whatever the arguments.
    return b.call(b.member(b.call(cx.op('date'), []), 'toString'), [], node);
  }
  const anySuspends = node.arguments.some((a) => cx.suspends(a));
  if (callee.type === 'OptionalMemberExpression') {
    if (anySuspends || cx.suspends(callee)) return callOfChain(cx, node, callee);
    if (isOrdinary(staticKey({ key: callee.property, computed: callee.computed }), node.arguments)) {
      return b.call(lower(cx, callee), lowerArguments(cx, node.arguments), node);
    }
    const self = cx.temp();
    const fn = lowerChain(cx, callee, endOfCallee(self));
    const args = b.array(lowerArguments(cx, node.arguments) as t.ArrayExpression['elements']);
    return b.seq([b.assign(self, b.undef()), b.call(cx.op('invoke'), [fn, self, args, sourceText(callee)], node)]);
  }
  const lowered = lower(cx, callee);
  return b.call(b.bare(anySuspends ? hold(cx, lowered, callee) : lowered), lowerArguments(cx, node.arguments), node);
}

/** Reads the method, and keeps what it is read from. */
const endOfCallee = (self: t.Identifier): ChainEnd => ({
  short: b.undef(),
  member: (object, key) => b.seq([b.assign(self, object.again), access(object.again, key.again)]),
});

/** `(o?.m)(await x)`: the parentheses end the chain, and `o` is still the receiver. */
function callOfChain(cx: Context, node: t.CallExpression, callee: t.OptionalMemberExpression): t.Expression {
  const self = cx.machine!.temp();
  cx.machine!.emit(b.expr(b.assign(self, b.undef())));
  const fn = lowerChain(cx, callee, endOfCallee(self));
  const target = hold(cx, fn);
  const list = lowerArguments(cx, node.arguments) as t.ArrayExpression['elements'];
  return b.call(cx.op('invoke'), [target, self, b.array(list), sourceText(callee)], node);
}

function superCall(cx: Context, node: t.CallExpression): t.Expression {
  const args = lowerArguments(cx, node.arguments);
  const call = b.call(node.callee as t.Super, args, node);
  if (cx.info.arrow) {
    const env = cx.env(cx.analysis.references.get(node.callee)!.scope);
    const { binding } = cx.analysis.supers.get(node.callee) as { binding: Binding };
    const newTarget = b.index(env, b.str('new.target'));
    return b.call(cx.op('superCall'), [env, read(cx, binding, node), b.array(args as t.ArrayExpression['elements']), newTarget], node);
  }
  const scope = cx.analysis.paramScopes.get(cx.info.node) ?? cx.info.scope;
  if (cx.bindsEarly) return b.call(cx.op('superWith'), [cx.env(scope), b.arrow([], call)], node);
  if (cx.thisScope) return b.call(cx.op('bindThis'), [cx.env(scope), call], node);
  if (scope.bindings.get('<this>')?.storage !== 'env') return call;
  return b.seq([call, b.assign(b.member(cx.env(scope), 'this'), b.self())], node);
}

function memberCall(cx: Context, node: t.CallExpression, callee: t.MemberExpression): t.Expression {
  if (callee.object.type === 'Super') return callOfSuper(cx, node, callee);
  if (callee.property.type === 'PrivateName') {
    if (!cx.analysis.privateUses.has(callee.property) && !node.arguments.some((a) => cx.suspends(a))) {
      return b.call(readPrivate(cx, callee), lowerArguments(cx, node.arguments), node);
    }
    const object = lower(cx, callee.object as t.Expression);
    const receiver = cx.machine ? heldName(cx, object, callee.object) : named(cx, object, callee.object);
    const read = readPrivateOf(cx, receiver.first, callee.property, callee);
    const owner = cx.analysis.privateUses.get(callee.property)?.owner;
    if (owner?.privates.get(callee.property.id.name)?.kind === 'method' && node.arguments.some((a) => cx.suspends(a))) {
      // A private method is always the same: nothing is kept over the `await`, but the receiver is checked before.
      cx.machine!.emit(b.expr(read));
      const args = lowerArguments(cx, node.arguments);
      const again = readPrivateOf(cx, receiver.again, callee.property, callee);
      return b.call(b.member(again, 'call'), [receiver.again, ...args], node);
    }
    return callWithReceiver(cx, read, { first: receiver.again, again: receiver.again }, node);
  }
  const imported = namespaceMember(cx, callee);
  if (imported) return b.call(b.bare(imported, callee.property), lowerArguments(cx, node.arguments), node);
  const special = builtinCall(cx, node, callee);
  if (special) return special;
  const object = callee.object as t.Expression;
  const receiver = lower(cx, object);
  const anySuspends = node.arguments.some((a) => cx.suspends(a)) || cx.suspends(callee.property);
  const name = anySuspends
    ? heldName(cx, receiver, object)
    : isStable(cx, object)
      ? { first: receiver, again: receiver }
      : { first: receiver, again: null };
  return invoke(
    cx,
    name,
    { node: callee.property, computed: callee.computed, lowered: null },
    node.arguments,
    node,
    isYoung(cx, object),
  );
}

/** `super.m()`. A built-in's method may change the receiver, or return an iterator: the runtime finds out. */
function callOfSuper(cx: Context, node: t.CallExpression, callee: t.MemberExpression): t.Expression {
  const name = staticKey({ key: callee.property, computed: callee.computed });
  const fn = readSuper(cx, callee);
  if (isNativeSuper(cx, callee) && isOrdinary(name, node.arguments)) return b.call(fn, lowerArguments(cx, node.arguments), node);
  const receiver = lowerThis(cx, callee.object);
  const target = node.arguments.some((a) => cx.suspends(a)) ? hold(cx, fn) : fn;
  const list = lowerArguments(cx, node.arguments) as t.ArrayExpression['elements'];
  return b.call(cx.op('invoke'), [target, receiver, b.array(list), sourceText(callee)], callee.property);
}

const heldName = (cx: Context, expression: t.Expression, node: Node): Named => {
  const held = hold(cx, expression, node);
  return { first: held, again: held };
};

function callWithReceiver(cx: Context, fn: t.Expression, receiver: Named, node: t.CallExpression): t.Expression {
  const target = node.arguments.some((a) => cx.suspends(a)) ? hold(cx, fn) : fn;
  return b.call(b.member(target, 'call'), [receiver.again, ...lowerArguments(cx, node.arguments)], node);
}

interface Property {
  node: Node;
  computed: boolean;
  /** The computed key, if it has been lowered already. */
  lowered: t.Expression | null;
}

/**
 * `receiver.property(args)`. `receiver.again` may be null: then it is named here only if a barrier needs it.
 */
export function invoke(
  cx: Context,
  receiver: { first: t.Expression; again: t.Expression | null },
  property: Property,
  args: Arguments,
  at: Node,
  young = false,
): t.Expression {
  const name = staticKey({ key: property.node, computed: property.computed });
  if (args.some((a) => cx.suspends(a)) || cx.suspends(property.node)) {
    const object = receiver.again!;
    const key = name !== undefined ? b.str(name, property.node) : (property.lowered ?? lower(cx, property.node as t.Expression));
    const fn = hold(cx, access(object, key));
    const list = lowerArguments(cx, args);
    return b.call(cx.op('invoke'), [fn, object, b.array(list as t.ArrayExpression['elements']), sourceText((at as t.CallExpression).callee)], at);
  }
  if (name !== undefined && ITERATOR_METHODS.has(name) && (args.length === 0 || name === 'matchAll')) {
    const list = b.array(lowerArguments(cx, args) as t.ArrayExpression['elements']);
    return b.call(cx.op('iteratorOf'), [receiver.first, b.str(name), list], at);
  }
  if (name !== undefined && LOCALE_METHODS.has(name)) {
    const list = b.array(lowerArguments(cx, args) as t.ArrayExpression['elements']);
    return b.call(cx.op('localized'), [receiver.first, b.str(name), list], at);
  }
  if (name === 'bind') {
    const list = b.array(lowerArguments(cx, args) as t.ArrayExpression['elements']);
    return b.call(cx.op('bind'), [receiver.first, list], at);
  }
  if (name === undefined && makesIterator(cx, property.node, args)) {
    const list = b.array(lowerArguments(cx, args) as t.ArrayExpression['elements']);
    return b.call(cx.op('iteratorOf'), [receiver.first, lower(cx, property.node as t.Expression), list], at);
  }
  if (young || (name !== undefined && !marks(name, args))) {
    const key = name ?? property.lowered ?? lower(cx, property.node as t.Expression);
    const callee = typeof key === 'string' ? access(receiver.first, b.str(key, property.node)) : b.index(receiver.first, key);
    return b.call(callee, lowerArguments(cx, args), at);
  }
  return markedCall(cx, receiver, name ?? (property.lowered || property.node), property, args, at);
}

const marks = (name: string, args: Arguments): boolean =>
  MUTATORS.has(name) || REGEXP_TAKERS.has(name) || name === 'call' || name === 'apply' || takesThis(name, args);

/** Is a method of this name called as it stands, whatever it is called on? */
export const isOrdinary = (name: string | undefined, args: Arguments): boolean =>
  name !== undefined && !marks(name, args) && !ITERATOR_METHODS.has(name) && !LOCALE_METHODS.has(name) && name !== 'bind';

/** `ids.forEach(set.add, set)`: a callback that changes what it is called on. */
const takesThis = (name: string, args: Arguments): boolean =>
  THIS_TAKERS.has(name) && (args.length > 1 || args[0]?.type === 'SpreadElement');

/** `object.key`; the key keeps its place, which is where V8 says that a method is called. */
const access = (object: t.Expression, key: t.Expression): t.MemberExpression =>
  key.type === 'StringLiteral' && IDENTIFIER.test(key.value)
    ? b.copy(b.member(object, key.value), { property: b.id(key.value, key) })
    : b.index(object, key);

/** `list[Symbol.iterator]()`, `expression[Symbol.matchAll](text)`. */
function makesIterator(cx: Context, key: Node, args: Arguments): boolean {
  const path = builtinPath(cx, key);
  return (path === 'Symbol.iterator' && args.length === 0) || path === 'Symbol.matchAll';
}

/** The general case: receiver and arguments get names, the mark stands after the last argument. */
function markedCall(
  cx: Context,
  receiver: { first: t.Expression; again: t.Expression | null },
  method: string | t.Expression | Node,
  property: Property,
  args: Arguments,
  at: Node,
): t.Expression {
  let object: Named;
  if (receiver.again) object = { first: receiver.first, again: receiver.again };
  else {
    const temp = cx.temp();
    object = { first: b.assign(temp, receiver.first), again: temp };
  }
  let key: Named;
  if (typeof method === 'string') {
    const text = b.str(method, property.node);
    key = { first: text, again: text };
  } else key = named(cx, property.lowered ?? lower(cx, property.node as t.Expression), property.node);

  const mentioned: t.ArrayExpression['elements'] = [];
  const list: Arguments = [];
  for (const argument of args) {
    if (argument.type === 'SpreadElement') {
      const temp = cx.temp();
      list.push(b.spread(b.assign(temp, b.array([b.spread(lower(cx, argument.argument))]))));
      mentioned.push(b.spread(temp));
    } else {
      const name = named(cx, lower(cx, argument as t.Expression), argument);
      list.push(name.first);
      mentioned.push(name.again);
    }
  }
  const callee = access(object.first, key.first);
  const mark = markOf(cx, object.again, key.again, mentioned);
  const last = list.at(-1);
  if (last === undefined) return b.seq([...evaluated(object), ...evaluated(key), mark, b.call(access(object.again, key.again), [], at)], at);
  list[list.length - 1] =
    last.type === 'SpreadElement'
      ? b.spread(b.seq([last.argument, mark, (mentioned.at(-1) as t.SpreadElement).argument]))
      : b.seq([last as t.Expression, mark, mentioned.at(-1) as t.Expression]);
  return b.call(callee, list, at);
}

const evaluated = (name: Named): t.Expression[] => (name.first === name.again ? [] : [name.first]);

function markOf(
  cx: Context,
  object: t.Expression,
  key: t.Expression,
  args: t.ArrayExpression['elements'],
): t.Expression {
  if (key.type === 'StringLiteral') {
    const method = key.value;
    // A RegExp argument is what moves; `f.call(o)` changes `o` if `f` is a built-in mutator.
    if (REGEXP_TAKERS.has(method)) return b.call(cx.op('touchRegExp'), [(args[0] as t.Expression) ?? b.undef()]);
    if (THIS_TAKERS.has(method)) return b.call(cx.op('touchThis'), args.slice(0, 2) as t.Expression[]);
    if (method === 'call' || method === 'apply') {
      if (args.some((a) => a?.type === 'SpreadElement')) return touchComputed(cx, object, key, args);
      const [self = b.undef(), ...rest] = args as t.Expression[];
      return b.call(cx.op('touchApplied'), [object, self, ...(method === 'call' ? [b.array(rest)] : rest.slice(0, 1))]);
    }
  }
  const mark = touchCall(cx, object, key, args);
  return key.type === 'StringLiteral' ? mark : b.seq([touchComputed(cx, object, key, args), mark]);
}

/** Calls of static built-ins that are not the host's, or that change their argument. */
function builtinCall(cx: Context, node: t.CallExpression, callee: t.MemberExpression): t.Expression | null {
  const path = builtinPath(cx, callee);
  if (path === undefined) return null;
  if (path === 'Date.now') return b.call(b.id(cx.op('now').name, callee), lowerArguments(cx, node.arguments), node);
  if (path === 'Math.random') {
    return b.call(b.id(cx.op('random').name, callee), lowerArguments(cx, node.arguments), node);
  }
  const [global, method] = path.split('.') as [string, string];
  if (method === 'bind') return null; // `Array.bind(…)` is stored as any bound function
  const args = lowerArguments(cx, node.arguments);
  if (global === 'console') return b.call(b.copy(callee, { object: lower(cx, callee.object as t.Expression) }), args, node);
  const mutates = STATIC_MUTATORS.get(global)?.has(method) === true;
  // What is changed, the first argument or the receiver of `Reflect.set`, may come out of a spread.
  const changed = path === 'Reflect.set' ? 4 : 1;
  if (HIDING.get(global)?.has(method) || (mutates && args.slice(0, changed).some((a) => a.type === 'SpreadElement'))) {
    return b.call(b.member(b.member(cx.op('reflection'), global), method, callee), args, node);
  }
  if (mutates && args[0]) {
    const op = RESHAPERS.has(method) ? 'exotic' : RESTRICTERS.has(method) ? 'restricted' : 'touched';
    args[0] = b.call(cx.op(op), [args[0] as t.Expression, ...(method === 'freeze' ? [b.bool(true)] : [])]);
  }
  // `Reflect.set(o, k, v, receiver)` writes to the receiver.
  if (path === 'Reflect.set' && args[3]) {
    args[3] = b.call(cx.op('touched'), [args[3] as t.Expression]);
  }
  const call = b.call(b.copy(callee, { object: cx.module.builtin(global, callee.object) }), args, node);
  // `Reflect.construct(Map, [], C)`: slots that the prototype does not tell.
  const reshapes = (path === 'Object.create' && args.length > 1) || (path === 'Reflect.construct' && args.length > 2);
  return reshapes ? b.call(cx.op('exotic'), [call]) : call;
}

/** What gives an object attributes, accessors or another prototype. */
const RESHAPERS = new Set(['defineProperty', 'defineProperties', 'setPrototypeOf']);

/** What makes an object non-extensible: no stamp can be put on it later. */
const RESTRICTERS = new Set(['freeze', 'seal', 'preventExtensions']);

/** Reflection that must not show our symbols, that gets hold of prototypes, or that calls what may be a mutator. */
export const HIDING: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ['Object', new Set(['getOwnPropertySymbols', 'getOwnPropertyDescriptors', 'getPrototypeOf', 'getOwnPropertyDescriptor'])],
  ['Reflect', new Set(['ownKeys', 'getPrototypeOf', 'getOwnPropertyDescriptor', 'get', 'apply'])],
]);

export function lowerNew(cx: Context, node: t.NewExpression): t.Expression {
  const callee = node.callee as t.Expression;
  if (callee.type === 'Identifier' && callee.name === 'Date' && !cx.analysis.references.has(callee)) {
    if (node.arguments.length === 0 || node.arguments.some((a) => a.type === 'SpreadElement')) {
      return b.call(cx.op('date'), lowerArguments(cx, node.arguments), node);
    }
  }
  const anySuspends = node.arguments.some((a) => cx.suspends(a));
  const lowered = lower(cx, callee);
  const target = anySuspends ? hold(cx, lowered, callee) : lowered;
  return b.construct(target, lowerArguments(cx, node.arguments), node);
}
