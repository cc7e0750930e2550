/**
 * Functions and classes of a module that its code writes members to: `F.prototype.m = …`, `count.calls++`,
 * `delete C.x`, `Object.freeze(C)`. They cannot be shared by all runs, so they are made for each run.
 */
import type * as t from '@babel/types';
import { staticKey, type Node } from '../ast.ts';

/** Static built-ins that change their first argument. */
export const STATIC_MUTATORS: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ['Object', new Set(['assign', 'defineProperty', 'defineProperties', 'setPrototypeOf', 'freeze', 'seal', 'preventExtensions'])],
  ['Reflect', new Set(['set', 'defineProperty', 'deleteProperty', 'setPrototypeOf', 'preventExtensions'])],
]);

/** The argument that a call of a static built-in changes: `C` in `Object.freeze(C)`. */
export function changedArgument(node: t.CallExpression | t.OptionalCallExpression): { builtin: string; argument: Node } | null {
  const { callee } = node;
  const [argument] = node.arguments;
  if (!argument || callee.type !== 'MemberExpression' || callee.object.type !== 'Identifier') return null;
  const { name } = callee.object;
  const isMutator = STATIC_MUTATORS.get(name)?.has(staticKey({ key: callee.property, computed: callee.computed }) ?? '');
  return isMutator ? { builtin: name, argument } : null;
}
