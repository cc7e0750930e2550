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

/** Lowers an argument list or the elements of an array literal, with spreads and holes. */
export function lowerList<A extends Argument | null>(cx: Context, nodes: readonly A[]): (t.Expression | t.SpreadElement | null)[] {
  const last = nodes.findLastIndex((node) => node !== null && cx.suspends(node));
  return nodes.map((node, i) => {
    if (node === null) return null;
    if (node.type === 'SpreadElement') {
      const value = lower(cx, node.argument);
      // A spread iterates at its turn, not when the list is built.
      return b.spread(i < last ? hold(cx, b.array([b.spread(value)])) : value, node);
    }
    const value = lower(cx, node as t.Expression);
    return i < last ? hold(cx, value, node) : value;
  });
}

export const lowerArguments = (cx: Context, nodes: readonly Argument[]): t.CallExpression['arguments'] =>
  lowerList(cx, nodes) as t.CallExpression['arguments'];
