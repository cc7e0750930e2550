/**
 * Which nodes contain an `await` or a `yield` of their own function: what must be exploded. Everything else in a
 * suspendable function stays whole, as native code.
 */
import { eachChild, isFunctionNode, type Node } from '../ast.ts';

export function findSuspensions(program: Node): Set<Node> {
  const suspends = new Set<Node>();

  const visit = (node: Node, inAsyncGenerator: boolean): boolean => {
    let found = suspendsItself(node, inAsyncGenerator);
    const inside = isFunctionNode(node) ? isAsyncGenerator(node) : inAsyncGenerator;
    eachChild(node, (child) => {
      if (visitChild(node, child, inside)) found = true;
    });
    if (found) suspends.add(node);
    return found;
  };

  // A function's awaits are its own business; only a computed key belongs to the code around it.
  const visitChild = (parent: Node, child: Node, inAsyncGenerator: boolean): boolean => {
    const inside = visit(child, inAsyncGenerator);
    if (isFunctionNode(parent)) return inside && 'key' in parent && parent.key === child && parent.computed === true;
    if (parent.type === 'ClassProperty' && parent.value === child) return false;
    if (parent.type === 'ClassPrivateProperty' || parent.type === 'StaticBlock') return false;
    return inside;
  };

  visit(program, false);
  return suspends;
}

function suspendsItself(node: Node, inAsyncGenerator: boolean): boolean {
  switch (node.type) {
    case 'AwaitExpression':
    case 'YieldExpression':
      return true;
    case 'ForOfStatement':
      return node.await === true;
    case 'ReturnStatement':
      // `return x` in an async generator awaits x (ECMA-262 14.10.1).
      return inAsyncGenerator && node.argument != null;
    default:
      return false;
  }
}

const isAsyncGenerator = (node: Node): boolean =>
  isFunctionNode(node) && node.type !== 'ArrowFunctionExpression' && node.async === true && node.generator === true;
