/**
 * Where functions stop in the middle, at an `await` or a `yield` of their own: what contains such a place must be exploded.
 * Everything else in a suspendable function stays whole, as native code.
 */
import { children, isFunctionNode, type Node } from '../ast.ts';
import type { FunctionInfo } from './types.ts';

export function suspendsItself(node: Node, { async, generator }: FunctionInfo): boolean {
  switch (node.type) {
    case 'AwaitExpression':
    case 'YieldExpression':
      return true;
    case 'ForOfStatement':
      return node.await === true;
    case 'ReturnStatement':
      // `return x` in an async generator awaits x (ECMA-262 14.10.1).
      return async && generator && node.argument != null;
    default:
      return false;
  }
}

/** Does the function suspend inside a node of it? */
export function suspendsIn(info: FunctionInfo, node: Node): boolean {
  if (!info.suspensions.within(node)) return false;
  // What lowering has made of nodes of the source has no place itself.
  return node.start != null || children(node).some((child) => !isFunctionNode(child) && suspendsIn(info, child));
}
