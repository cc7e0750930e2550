/**
 * Which nodes contain an `await` of their own function: what must be exploded. Everything else in a
 * suspendable function stays whole, as native code.
 */
import { children, isFunctionNode, type Node } from '../ast.ts';

export function findSuspensions(program: Node): Set<Node> {
  const suspends = new Set<Node>();

  const visit = (node: Node): boolean => {
    let found = node.type === 'AwaitExpression' || (node.type === 'ForOfStatement' && node.await === true);
    for (const child of children(node)) if (visitChild(node, child)) found = true;
    if (found) suspends.add(node);
    return found;
  };

  // A function's awaits are its own business; only a computed key belongs to the code around it.
  const visitChild = (parent: Node, child: Node): boolean => {
    const inside = visit(child);
    if (isFunctionNode(parent)) return inside && 'key' in parent && parent.key === child && parent.computed === true;
    if (parent.type === 'ClassProperty' && parent.value === child) return false;
    if (parent.type === 'ClassPrivateProperty' || parent.type === 'StaticBlock') return false;
    return inside;
  };

  visit(program);
  return suspends;
}
