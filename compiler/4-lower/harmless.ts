/**
 * Expressions that the codec may evaluate while it restores an object, because they run nothing of the program: field
 * initialisers and defaults of constructors.
 */
import type { Node } from '../ast.ts';

export function isHarmless(node: Node): boolean {
  switch (node.type) {
    case 'StringLiteral':
    case 'NumericLiteral':
    case 'BooleanLiteral':
    case 'NullLiteral':
    case 'BigIntLiteral':
      return true;
    case 'Identifier':
      return node.name === 'undefined';
    case 'ArrayExpression':
      return node.elements.length === 0;
    case 'ObjectExpression':
      return node.properties.length === 0;
    case 'UnaryExpression':
      return isHarmless(node.argument);
    default:
      return false;
  }
}
