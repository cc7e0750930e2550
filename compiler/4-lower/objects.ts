/**
 * Object literals. Methods are lifted like all functions; accessors are defined one by one after the properties
 * before them; a literal with an `await` in it evaluates its parts first and is then built whole, so that its
 * hidden class is the one the source says.
 */
import type * as t from '@babel/types';
import { staticKey } from '../ast.ts';
import * as b from '../build.ts';
import { touch } from './barriers.ts';
import { envName, type Context } from './context.ts';
import { lower } from './expressions.ts';
import { makeClosure } from './functions.ts';
import { hold } from './operands.ts';
import { envLiteral } from './scopes.ts';

type Property = t.ObjectExpression['properties'][number];

export function lowerObject(cx: Context, node: t.ObjectExpression): t.Expression {
  const scope = cx.analysis.scopes.get(node);
  if (!scope?.env) return literal(cx, node);
  // Methods with `super` find their home object in an Env: $e = { home: tdz }, $e.home = { … }
  const env = b.id(envName(scope));
  const make = b.assign(env, envLiteral(cx, scope));
  if (cx.machine) cx.machine.env(envName(scope));
  else cx.lets.add(envName(scope));
  const home = b.member(env, 'home');
  if (!cx.suspends(node)) return b.seq([make, b.assign(home, literal(cx, node))], node);
  // Methods before an `await` close over the Env, which is stored with them while it waits.
  cx.machine!.emit(b.expr(make));
  const held = cx.temp();
  return b.seq([b.assign(held, literal(cx, node)), touch(cx, env, b.str('home'), 'env'), b.assign(home, held)], node);
}

function literal(cx: Context, node: t.ObjectExpression): t.Expression {
  const last = node.properties.findLastIndex((p) => cx.suspends(p));
  const lowered = node.properties.map((property, i) => lowerProperty(cx, property, i < last));
  const firstAccessor = node.properties.findIndex(isAccessor);
  if (firstAccessor === -1) return b.object(lowered as t.ObjectExpression['properties'], node);

  const object = cx.machine && cx.suspends(node) ? cx.machine.temp() : cx.temp();
  const steps: t.Expression[] = [
    b.assign(object, b.object(lowered.slice(0, firstAccessor) as t.ObjectExpression['properties'], node)),
  ];
  node.properties.slice(firstAccessor).forEach((property, i) => {
    const part = lowered[firstAccessor + i]!;
    steps.push(defineStep(cx, object, property, part));
  });
  return b.seq([...steps, object], node);
}

const isAccessor = (property: Property): boolean => property.type === 'ObjectMethod' && property.kind !== 'method';

function defineStep(
  cx: Context,
  object: t.Expression,
  property: Property,
  part: t.ObjectProperty | t.SpreadElement,
): t.Expression {
  if (part.type === 'SpreadElement') return b.call(cx.op('spread'), [object, part.argument], property);
  const key = part.computed
    ? (part.key as t.Expression)
    : b.str(staticKey({ key: part.key, computed: false }) ?? '');
  const value = part.value as t.Expression;
  // The object is new and its prototype the usual one, which has the setter (B.2.2.1).
  if (!part.computed && staticKey(part) === '__proto__') return b.assign(b.member(object, '__proto__'), value, property);
  if (property.type === 'ObjectMethod' && property.kind === 'get') return b.call(cx.op('getter'), [object, key, value], property);
  if (property.type === 'ObjectMethod' && property.kind === 'set') return b.call(cx.op('setter'), [object, key, value], property);
  return b.call(cx.op('define'), [object, key, value], property);
}

/** Lowers key and value; held where an `await` follows. */
function lowerProperty(cx: Context, property: Property, mustHold: boolean): t.ObjectProperty | t.SpreadElement {
  if (property.type === 'SpreadElement') {
    const value = lower(cx, property.argument);
    // A spread copies at its turn.
    return b.spread(mustHold ? hold(cx, b.object([b.spread(value)])) : value, property);
  }
  const name = staticKey(property);
  const dynamic = property.computed && name === undefined;
  let key: t.Expression | null = null;
  let isKeyHeld = false;
  if (dynamic) {
    const value = property.type === 'ObjectProperty' ? (property.value as t.Expression) : null;
    isKeyHeld = mustHold || (value !== null && cx.suspends(value));
    key = isKeyHeld ? hold(cx, b.call(cx.op('toKey'), [lower(cx, property.key as t.Expression)])) : lower(cx, property.key as t.Expression);
  }
  /** A function takes the name of its key, which is evaluated before it. */
  const named = (fn: t.Expression, ...prefix: t.Expression[]): t.Expression => {
    if (isKeyHeld) return b.call(cx.op('setName'), [fn, key!, ...prefix]);
    const held = cx.temp();
    key = b.assign(held, b.call(cx.op('toKey'), [key!]));
    return b.call(cx.op('setName'), [fn, held, ...prefix]);
  };
  let value: t.Expression;
  if (property.type === 'ObjectMethod') {
    value = makeClosure(cx, property, name);
    if (dynamic) value = named(value, ...(property.kind === 'method' ? [] : [b.str(property.kind)]));
  } else {
    // A prototype is not named after the key that sets it (B.3.1 step 7).
    value = lower(cx, property.value as t.Expression, setsPrototype(property) ? undefined : name);
    if (dynamic && isAnonymousFunction(property.value as t.Expression)) value = named(value);
  }
  if (mustHold) value = hold(cx, value);
  if (dynamic) return b.property(key!, value, true, property);
  if (name === '__proto__' && !setsPrototype(property)) return b.property(b.str(name), value, true, property);
  if (name === '__proto__') return { ...b.property(name, value, false, property), shorthand: false };
  const isMethodKey = property.type === 'ObjectMethod' || property.computed;
  return isMethodKey
    ? b.property(name!, value, false, property)
    : { ...b.property(name!, value, false, property), key: b.copy(property.key as t.Identifier, {}) };
}

/** `{ __proto__ }` and `{ ['__proto__']: x }` define a property; only `{ __proto__: x }` sets the prototype. */
const setsPrototype = (property: t.ObjectProperty | t.ObjectMethod): boolean =>
  property.type === 'ObjectProperty' && !property.computed && !property.shorthand && staticKey(property) === '__proto__';

export const isAnonymousFunction = (node: t.Expression): boolean =>
  node.type === 'ArrowFunctionExpression' ||
  ((node.type === 'FunctionExpression' || node.type === 'ClassExpression') && !node.id);
