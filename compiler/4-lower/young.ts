/**
 * Objects that cannot have been stored yet, so that writing to them needs no barrier: what a constant local
 * holds if it was made in this very activation by a literal or a built-in constructor, and `this` in a
 * constructor whose class chain cannot have returned another object. Only in synchronous functions: there is no
 * checkpoint while one runs.
 */
import type { Node } from '../ast.ts';
import type { Context } from './context.ts';

export function isYoung(cx: Context, node: Node): boolean {
  if (cx.machine) return false;
  if (node.type === 'ThisExpression') return cx.freshThis && !cx.analysis.references.has(node);
  if (node.type !== 'Identifier') return false;
  const binding = cx.analysis.references.get(node);
  if (!binding || binding.writes > 0 || binding.scope.owner !== cx.info || binding.scope.kind === 'module') return false;
  const value = cx.analysis.values.get(binding);
  return value !== undefined && isFresh(cx, value);
}

const FRESH_BUILTINS = new Set(['Map', 'Set', 'Array', 'Object', 'Date', 'Error', 'TypeError', 'RangeError']);

function isFresh(cx: Context, node: Node): boolean {
  switch (node.type) {
    case 'ObjectExpression':
    case 'ArrayExpression':
      return true;
    case 'NewExpression':
      return (
        node.callee.type === 'Identifier' &&
        !cx.analysis.references.has(node.callee) &&
        FRESH_BUILTINS.has(node.callee.name) &&
        // `new Object(o)` is `o`.
        (node.callee.name !== 'Object' || node.arguments.length === 0)
      );
    default:
      return false;
  }
}
