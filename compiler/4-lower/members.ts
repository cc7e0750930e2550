/**
 * `super.x` and `#x` outside the place where they are native.
 *
 * Inside a synchronous class member both are emitted as they are. A lifted function (a closure, an async method)
 * stands outside the class, so it reaches the home object through the class's binding and a private name through
 * the accessors that the class registers:
 *
 *     super.x   →  $superGet(C.prototype, 'x', this)
 *     o.#x      →  C[$codeOf].privates['#x'].get(o)
 */
import type * as t from '@babel/types';
import { staticKey, type Node } from '../ast.ts';
import * as b from '../build.ts';
import type { PrivateUse, SuperReference } from '../3-analyse/types.ts';
import { touch, touchPresent } from './barriers.ts';
import { read } from './bindings.ts';
import type { Context } from './context.ts';
import { lower, lowerThis } from './expressions.ts';
import { named, operands } from './operands.ts';

/** The object whose prototype `super` looks at (ECMA-262 9.1.1.3.5 GetSuperBase). */
function homeObject(cx: Context, reference: SuperReference, at: Node): t.Expression {
  switch (reference.kind) {
    case 'object':
      return b.member(cx.env(reference.binding.scope), 'home', at);
    case 'class': {
      const value = read(cx, reference.binding, at);
      return reference.static ? value : b.member(value, 'prototype', at);
    }
    default:
      throw new Error('perdure: internal: a native super has no home');
  }
}

function superKey(cx: Context, node: t.MemberExpression): t.Expression {
  return node.computed ? lower(cx, node.property as t.Expression) : b.str(staticKey({ key: node.property }) ?? '');
}

export function isNativeSuper(cx: Context, node: t.MemberExpression): boolean {
  return (cx.analysis.supers.get(node.object)?.kind ?? 'native') === 'native';
}

/** `key` stands for a computed key that has been evaluated already. */
export function readSuper(cx: Context, node: t.MemberExpression, key?: t.Expression): t.Expression {
  if (isNativeSuper(cx, node)) {
    return node.computed ? b.copy(node, { property: key ?? lower(cx, node.property as t.Expression) }) : node;
  }
  const reference = cx.analysis.supers.get(node.object)!;
  return b.call(
    cx.op('superGet'),
    [homeObject(cx, reference, node.object), key ?? superKey(cx, node), lowerThis(cx, node.object)],
    node,
  );
}

export function writeSuper(cx: Context, node: t.MemberExpression, value: t.Expression, evaluated?: t.Expression): t.Expression {
  const reference = cx.analysis.supers.get(node.object)!;
  const receiver = lowerThis(cx, node.object);
  if (reference.kind === 'native') {
    const key = evaluated ? { first: evaluated, again: evaluated } : named(cx, superKey(cx, node));
    const held = cx.temp();
    const target = node.computed ? b.index(node.object, key.again, node) : node;
    return b.seq([
      key.first,
      b.assign(held, value),
      touch(cx, receiver, key.again),
      b.assign(target, held, node),
    ]);
  }
  // The operation marks the receiver itself: a setter may run instead.
  return b.call(
    cx.op('superSet'),
    [homeObject(cx, reference, node.object), evaluated ?? superKey(cx, node), value, receiver],
    node,
  );
}

// ——— Private names ———

const privateKey = (name: t.PrivateName): string => `#${name.id.name}`;

/** `C[$codeOf].privates['#x']`. */
function accessors(cx: Context, use: PrivateUse, name: t.PrivateName): t.Expression {
  const owner = read(cx, use.self, name);
  return b.index(b.member(b.index(owner, cx.op('codeOf')), 'privates'), b.str(privateKey(name)));
}

export function readPrivate(cx: Context, node: t.MemberExpression): t.Expression {
  const name = node.property as t.PrivateName;
  const use = cx.analysis.privateUses.get(name);
  const object = lower(cx, node.object as t.Expression);
  if (!use) return b.copy(node, { object });
  return b.call(b.member(accessors(cx, use, name), 'get'), [object], node);
}

/** `o.#x = value` with its barrier; `object` may be evaluated twice. */
export function writePrivate(
  cx: Context,
  object: t.Expression,
  name: t.PrivateName,
  value: t.Expression,
  at: Node,
): t.Expression {
  const use = cx.analysis.privateUses.get(name);
  const held = cx.temp();
  // No key: the record keeps private fields apart from properties.
  const first = b.assign(held, value);
  if (!use) {
    const write = (): t.Expression => b.assign(b.privateMember(object, name.id.name, at), held, at);
    // Written to null, it throws, and says what it is about.
    return b.seq([first, b.logical('??', object, write()), touchPresent(cx, object, b.nul()), write()], at);
  }
  return b.seq([first, touch(cx, object, b.nul()), b.call(b.member(accessors(cx, use, name), 'set'), [object, held], at), held], at);
}

export function readPrivateOf(cx: Context, object: t.Expression, name: t.PrivateName, at: Node): t.Expression {
  const use = cx.analysis.privateUses.get(name);
  return use
    ? b.call(b.member(accessors(cx, use, name), 'get'), [object], at)
    : b.privateMember(object, name.id.name, at);
}

/** `#x in o`. */
export function testPrivate(cx: Context, node: t.BinaryExpression): t.Expression {
  const name = node.left as t.PrivateName;
  const use = cx.analysis.privateUses.get(name);
  const [object] = operands(cx, [node.right]);
  if (!use) return b.copy(node, { right: object! });
  return b.call(b.member(accessors(cx, use, name), 'has'), [object!], node);
}
