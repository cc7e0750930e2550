/**
 * Evaluation order. An expression that has been lowered but not yet placed may be moved behind an `await` only
 * if nothing can change its value; everything else is held in a temporary first.
 */
import type * as t from '@babel/types';
import type { Node } from '../ast.ts';
import * as b from '../build.ts';
import type { Context } from './context.ts';
import { lower } from './expressions.ts';
import { isUnresolved } from './unresolved.ts';

/** Does the expression have the same value whenever it is evaluated, and no effect? */
export function isStable(cx: Context, node: Node): boolean {
  switch (node.type) {
    case 'StringLiteral':
    case 'NumericLiteral':
    case 'BooleanLiteral':
    case 'NullLiteral':
    case 'BigIntLiteral':
      return true;
    case 'ThisExpression':
      return !cx.analysis.references.has(node);
    case 'Identifier': {
      const binding = cx.analysis.references.get(node);
      if (!binding) return !isUnresolved(cx, node); // `undefined` and the built-ins
      if (cx.analysis.checked.has(node) || cx.analysis.dead.has(node)) return false;
      return binding.writes === 0 && binding.kind !== 'var';
    }
    default:
      return false;
  }
}

/** An expression as a name that may be evaluated again: the first use evaluates it. */
export interface Named {
  first: t.Expression;
  again: t.Expression;
}

/** Names a lowered expression within one expression. */
export function named(cx: Context, lowered: t.Expression, node?: Node): Named {
  if (node && isStable(cx, node)) return { first: lowered, again: lowered };
  if (lowered.type === 'Identifier' && /^\$\d+$|^\$t\d+$/.test(lowered.name)) return { first: lowered, again: lowered };
  const temp = cx.temp();
  return { first: b.assign(temp, lowered), again: temp };
}

/** Puts a lowered expression into a variable of the machine, now, unless it may as well be evaluated later. */
export function hold(cx: Context, lowered: t.Expression, node?: Node): t.Expression {
  if (node && isStable(cx, node)) return lowered;
  const machine = cx.machine!;
  const temp = machine.temp();
  machine.emit(b.expr(b.assign(temp, lowered)));
  return temp;
}

/** Lowers operands that are evaluated one after the other; those before the last `await` are held. */
export function operands(cx: Context, nodes: readonly t.Expression[]): t.Expression[] {
  const last = nodes.findLastIndex((node) => cx.suspends(node));
  return nodes.map((node, i) => {
    const lowered = lower(cx, node);
    return i < last ? hold(cx, lowered, node) : lowered;
  });
}

type Argument = t.CallExpression['arguments'][number];
type Element = t.Expression | t.SpreadElement | null;

/** Lowers an argument list, with spreads. */
export const lowerArguments = (cx: Context, nodes: readonly Argument[]): t.CallExpression['arguments'] =>
  lowerList(cx, nodes, () => {}) as t.CallExpression['arguments'];

/** Lowers the elements of an array literal, with spreads and holes. */
export function lowerElements(cx: Context, nodes: readonly (Argument | null)[]): Element[] {
  const sizes: number[] = [];
  return lowerList(cx, nodes, (list, node) => pack(cx, list, sizes, node));
}

/** `held`: an element has been added, and an `await` follows. */
function lowerList(cx: Context, nodes: readonly (Argument | null)[], held: (list: Element[], node: Node | null) => void): Element[] {
  const last = nodes.findLastIndex((node) => node !== null && cx.suspends(node));
  const list: Element[] = [];
  nodes.forEach((node, i) => {
    if (node === null) list.push(null);
    else if (node.type === 'SpreadElement') {
      const value = lower(cx, node.argument);
      // A spread iterates at its turn, not when the list is built.
      list.push(b.spread(i < last ? hold(cx, b.array([b.spread(value)])) : value, node));
    } else {
      const value = lower(cx, node as t.Expression);
      list.push(i < last ? hold(cx, value, node) : value);
    }
    if (i < last) held(list, node);
  });
  return list;
}

/** So many elements are held one by one. */
const PACK = 16;

/**
 * Every `await` of a literal keeps what is held before it, so that the code of a long one would grow with its square.
 * So the elements are packed into arrays, and those of one size into a larger one: log n of them are held at any time.
 *
 *     $1 = [$t1, … $t16], … $3 = [...$1, ...$2]
 */
function pack(cx: Context, list: Element[], sizes: number[], node: Node | null): void {
  sizes.push(node === null ? 0 : 1); // a hole cannot be spread
  for (;;) {
    const size = sizes.at(-1)!;
    const parts = size === 1 ? PACK : 2;
    if (size === 0 || sizes.length < parts || sizes.slice(-parts).some((other) => other !== size)) return;
    sizes.splice(-parts, parts, size * parts);
    list.push(b.spread(hold(cx, b.array(list.splice(-parts)))));
  }
}
