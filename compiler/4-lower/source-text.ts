/**
 * How V8 calls a callee in its messages.
 */
import type * as t from '@babel/types';
import type { Node } from '../ast.ts';
import * as b from '../build.ts';

/** The callee as V8 shows it when it is no function: `cart.pay`. */
export function sourceText(callee: Node): t.StringLiteral {
  const text = (node: Node): string => {
    switch (node.type) {
      case 'Identifier':
        return node.name;
      case 'Super':
        return '(intermediate value)';
      case 'ThisExpression':
        return 'this';
      case 'MemberExpression':
      case 'OptionalMemberExpression':
        if (node.property.type === 'PrivateName') return `${text(node.object)}.#${node.property.id.name}`;
        if (!node.computed) return `${text(node.object)}.${(node.property as t.Identifier).name}`;
        if (node.property.type === 'StringLiteral') return `${text(node.object)}.${node.property.value}`;
        return `${text(node.object)}[${text(node.property)}]`;
      case 'CallExpression':
        return `${text(node.callee)}(...)`;
      case 'StringLiteral':
        return JSON.stringify(node.value);
      case 'BinaryExpression':
        return `(${text(node.left)} ${node.operator} ${text(node.right)})`;
      case 'NumericLiteral':
        return String(node.value);
      default:
        return '(intermediate value)';
    }
  };
  return b.str(text(callee));
}
