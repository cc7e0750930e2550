/**
 * Destructuring. A pattern without `await` stays native; its targets become the places of its bindings:
 *
 *     const { a, b = 1 } = o          →  let b; ({ a: $e3.a, b = 1 } = o);      (a is captured)
 *     [x.y, z] = v                    →  [$target(x, 'y').value, z] = v
 *
 * A pattern with an `await` in it, in a default or a key, is taken apart step by step (ECMA-262 8.6.2, 13.15.5).
 */
import type * as t from '@babel/types';
import { boundIdentifiers, staticKey, type Node } from '../ast.ts';
import * as b from '../build.ts';
import type { Binding } from '../3-analyse/types.ts';
import { lowerTarget } from './assignment.ts';
import { initialise, isNative, place, write, writeBarrier } from './bindings.ts';
import type { Context } from './context.ts';
import { lower } from './expressions.ts';
import { hold } from './operands.ts';
import { isUnresolved, throwUnresolved } from './unresolved.ts';

export type Pattern = t.ObjectPattern | t.ArrayPattern;

/** What a pattern's identifiers are: new bindings, or places that exist. */
type Mode = 'declare' | 'assign';

export const isPattern = (node: Node): node is Pattern =>
  node.type === 'ObjectPattern' || node.type === 'ArrayPattern';

/** `pattern = value`, as an expression. */
export function assignPattern(cx: Context, pattern: Pattern, right: t.Expression): t.Expression {
  if (cx.suspends(pattern)) {
    const value = hold(cx, lower(cx, right));
    explodePattern(cx, pattern, value, 'assign');
    return value;
  }
  return initPattern(cx, pattern, lower(cx, right), pattern, 'assign');
}

/** Gives the bindings of a pattern their values, from a lowered value. The places exist. */
export function initPattern(
  cx: Context,
  pattern: Pattern,
  value: t.Expression,
  at: Node,
  mode: Mode = 'declare',
): t.Expression {
  const guards: t.Expression[] = [];
  const target = nativePattern(cx, pattern, mode, guards);
  return b.seq([...guards, b.assign(target as t.LVal, value, at)]);
}

/** Are all bindings of a declared pattern native variables of this scope? */
export function isNativePattern(cx: Context, pattern: Node): boolean {
  return boundIdentifiers(pattern).every((id) => {
    const binding = cx.analysis.references.get(id);
    return binding !== undefined && isNative(cx, binding);
  });
}

/** The same pattern over emitted places. Barriers of Env slots are collected in `guards`: they go before. */
export function nativePattern(cx: Context, node: Node, mode: Mode, guards: t.Expression[]): t.PatternLike {
  switch (node.type) {
    case 'Identifier':
      return identifierTarget(cx, node, mode, guards);
    case 'ObjectPattern':
      return b.copy(node, {
        properties: node.properties.map((property) => {
          if (property.type === 'RestElement') {
            return b.copy(property, { argument: nativePattern(cx, property.argument, mode, guards) as t.Identifier });
          }
          const value = nativePattern(cx, property.value, mode, guards);
          const key = property.computed ? lower(cx, property.key as t.Expression) : property.key;
          return b.copy(property, { key, value: value as t.PatternLike, shorthand: false });
        }),
      });
    case 'ArrayPattern':
      return b.copy(node, {
        elements: node.elements.map((element) => element && nativePattern(cx, element, mode, guards)) as never,
      });
    case 'AssignmentPattern':
      return b.copy(node, {
        left: nativePattern(cx, node.left, mode, guards) as t.Identifier,
        right: lower(cx, node.right, node.left.type === 'Identifier' ? node.left.name : undefined),
      });
    case 'RestElement':
      return b.copy(node, { argument: nativePattern(cx, node.argument, mode, guards) as t.Identifier });
    default:
      return memberTarget(cx, node);
  }
}

function identifierTarget(cx: Context, node: t.Identifier, mode: Mode, guards: t.Expression[]): t.PatternLike {
  const binding = cx.analysis.references.get(node);
  if (!binding) return customTarget(cx, (value) => b.seq([value, throwUnresolved(cx, node)]));
  if (mode === 'declare') {
    const guard = writeBarrier(cx, binding);
    if (guard) guards.push(guard);
    return place(cx, binding, node);
  }
  const simple = !cx.analysis.checked.has(node) && !cx.analysis.dead.has(node) && (binding.kind === 'let' || binding.kind === 'var' || binding.kind === 'param' || binding.kind === 'catch');
  if (!simple) return customTarget(cx, (value) => write(cx, binding, value, node));
  const guard = writeBarrier(cx, binding);
  if (guard) guards.push(guard);
  return place(cx, binding, node);
}

/** `$target(o, k).value`: an assignment target that marks what it writes. */
function memberTarget(cx: Context, node: Node): t.PatternLike {
  if (node.type === 'MemberExpression' && node.object.type !== 'Super' && node.property.type !== 'PrivateName') {
    const key = node.computed
      ? lower(cx, node.property as t.Expression)
      : b.str(staticKey({ key: node.property }) ?? '');
    return b.member(b.call(cx.op('target'), [lower(cx, node.object as t.Expression), key]), 'value', node);
  }
  const target = lowerTarget(cx, node, node, false);
  return customTarget(cx, (value) => target.write(value), target.setup);
}

/**
 * `$place(($v) => …).value`: a target that runs code, for constants, private names and `super`. What it is a member of
 * is evaluated before the value: `($1 = other, $place(($v) => …)).value`.
 */
function customTarget(cx: Context, writeValue: (value: t.Expression) => t.Expression, setup: t.Expression[] = []): t.PatternLike {
  const value = b.id('$v');
  return b.member(b.seq([...setup, b.call(cx.op('place'), [b.arrow([value], writeValue(value))])]), 'value');
}

// ——— Step by step ———

/** Takes a pattern apart in the machine's blocks. `value` is a name that may be evaluated again. */
export function explodePattern(cx: Context, node: Node, value: t.Expression, mode: Mode): void {
  switch (node.type) {
    case 'ObjectPattern':
      explodeObject(cx, node, value, mode);
      return;
    case 'ArrayPattern':
      explodeArray(cx, node, value, mode);
      return;
    default:
      explodeElement(cx, node, () => value, mode);
  }
}

/** One element: evaluates its target, then its value, then the default, then assigns. */
function explodeElement(cx: Context, node: Node, value: () => t.Expression, mode: Mode): void {
  const machine = cx.machine!;
  const target = node.type === 'AssignmentPattern' ? node.left : node;
  const isPlace = target.type === 'MemberExpression' || isUnresolved(cx, target);
  const place = isPlace ? lowerTarget(cx, target, target, true) : null;
  let current = value();
  if (node.type === 'AssignmentPattern') {
    const held = machine.temp();
    machine.emit(b.expr(b.assign(held, current)));
    const useDefault = machine.block();
    const end = machine.block();
    machine.branch(b.binary('===', held, b.undef()), useDefault, end);
    machine.start(useDefault);
    const name = target.type === 'Identifier' ? target.name : undefined;
    machine.emit(b.expr(b.assign(held, lower(cx, node.right, name))));
    machine.goto(end);
    machine.start(end);
    current = held;
  }
  if (place) machine.emit(b.expr(place.write(current)));
  else if (target.type === 'Identifier') {
    const binding = cx.analysis.references.get(target) as Binding;
    machine.emit(
      b.expr(mode === 'declare' ? initialise(cx, binding, current, target) : write(cx, binding, current, target)),
    );
  } else {
    explodePattern(cx, target, hold(cx, current), mode);
  }
}

function explodeObject(cx: Context, node: t.ObjectPattern, value: t.Expression, mode: Mode): void {
  const machine = cx.machine!;
  machine.emit(b.expr(b.call(cx.op('required'), [value])));
  const keys: t.Expression[] = [];
  for (const property of node.properties) {
    if (property.type === 'RestElement') {
      const rest = b.call(cx.op('omit'), [value, b.array(keys)]);
      explodeElement(cx, property.argument, () => rest, mode);
      continue;
    }
    const name = staticKey(property);
    const key =
      name !== undefined
        ? b.str(name)
        : hold(cx, b.call(cx.op('toKey'), [lower(cx, property.key as t.Expression)]));
    keys.push(key);
    explodeElement(cx, property.value, () => b.index(value, key), mode);
  }
}

function explodeArray(cx: Context, node: t.ArrayPattern, value: t.Expression, mode: Mode): void {
  const machine = cx.machine!;
  const iterator = machine.temp();
  machine.emit(b.expr(b.assign(iterator, b.call(cx.op('iterate'), [value]))));
  const abandon = machine.block();
  const end = machine.block();
  // A generator may be told to return at a `yield` in the pattern.
  const close = machine.finalizer(end, false);
  machine.jumps.finally(close, () =>
    machine.protect(abandon, () => {
      for (const element of node.elements) explodeArrayElement(cx, element, iterator, mode);
    }),
  );
  machine.emit(b.expr(b.call(cx.op('closeIterator'), [iterator])));
  machine.goto(end);
  const error = machine.startCatch(abandon);
  machine.emit(b.expr(b.call(cx.op('abandonIterator'), [iterator])));
  machine.throw(error);
  if (close.completion.exits.length > 0) {
    machine.startDead(close.entry);
    machine.emit(b.expr(b.call(cx.op('closeIterator'), [iterator])));
    machine.complete(close.completion);
  }
  machine.startDead(end);
}

function explodeArrayElement(cx: Context, element: t.ArrayPattern['elements'][number], iterator: t.Expression, mode: Mode): void {
  if (element === null) cx.machine!.emit(b.expr(b.call(cx.op('next'), [iterator])));
  else if (element.type === 'RestElement') explodeElement(cx, element.argument, () => b.call(cx.op('restOf'), [iterator]), mode);
  else explodeElement(cx, element, () => hold(cx, b.call(cx.op('nextOrUndefined'), [iterator])), mode);
}
