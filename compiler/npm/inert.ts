/**
 * Declarations whose evaluation nobody can notice: nothing is called that is not known, nothing is changed. One that
 * nothing refers to can be left out.
 */
import type * as t from '@babel/types';
import { children, isFunctionNode, type Node } from '../ast.ts';

/** Built-in constructors that only make an object of what they are given. */
const MAKERS = new Set(['Map', 'Set', 'WeakMap', 'WeakSet', 'RegExp', 'Error', 'TypeError', 'RangeError', 'Date', 'Object', 'Array']);

/** `source` is the module's text: `/* @__PURE__ *\/ f()` is a call that the package promises to be free of effects. */
export function isInert(node: Node, isGlobal: (name: t.Identifier) => boolean, source: string): boolean {
  const inert = (child: Node): boolean => isInert(child, isGlobal, source);
  if (isFunctionNode(node)) return true;
  switch (node.type) {
    case 'StringLiteral':
    case 'NumericLiteral':
    case 'BooleanLiteral':
    case 'NullLiteral':
    case 'BigIntLiteral':
    case 'RegExpLiteral':
    case 'Identifier':
    case 'ThisExpression':
      return true;
    case 'ClassDeclaration':
    case 'ClassExpression':
      return (!node.superClass || node.superClass.type === 'Identifier') && node.body.body.every(isInertMember);
    case 'MemberExpression':
      return node.object.type === 'Identifier' && isGlobal(node.object) && !node.computed;
    case 'UnaryExpression':
      return node.operator !== 'delete' && node.operator !== '+' && node.operator !== '-' ? inert(node.argument) : isNumber(node.argument);
    case 'ObjectExpression':
      return node.properties.every((p) => p.type !== 'SpreadElement' && !p.computed && (p.type === 'ObjectMethod' || inert(p.value)));
    case 'ArrayExpression':
      return node.elements.every((element) => !element || (element.type !== 'SpreadElement' && inert(element)));
    case 'ConditionalExpression':
    case 'LogicalExpression':
    case 'SequenceExpression':
      return children(node).every(inert);
    case 'BinaryExpression':
      return ['===', '!=='].includes(node.operator) && children(node).every(inert);
    case 'TemplateLiteral':
      return node.expressions.length === 0;
    case 'NewExpression':
    case 'CallExpression': {
      const known = node.type === 'NewExpression' && node.callee.type === 'Identifier' && isGlobal(node.callee) && MAKERS.has(node.callee.name);
      return (known || isMarkedPure(node, source)) && node.arguments.every((argument) => argument.type !== 'SpreadElement' && inert(argument));
    }
    default:
      return false;
  }
}

const isNumber = (node: Node): boolean => node.type === 'NumericLiteral' || node.type === 'BigIntLiteral';

function isInertMember(member: t.ClassBody['body'][number]): boolean {
  if (member.type === 'StaticBlock' || ('computed' in member && member.computed)) return false;
  return !(member.type === 'ClassProperty' || member.type === 'ClassPrivateProperty') || !member.static;
}

const isMarkedPure = (node: Node, source: string): boolean =>
  /[@#]__PURE__\s*\*\/[\s(]*$/.test(source.slice(Math.max(0, node.start! - 40), node.start!));
