/**
 * How tightly expressions bind (ECMA-262 13): where the grammar asks for one that binds more tightly than the one that
 * stands there, there must be parentheses.
 */
import type * as t from '@babel/types';
import type { Node } from '../ast.ts';

export const SEQUENCE = 0;
export const ASSIGNMENT = 1;
export const CONDITIONAL = 2;
export const COALESCE = 3;
const BITWISE_OR = 6;
const EXPONENT = 14;
export const UNARY = 15;
const UPDATE = 16;
/** Chains with `?.`, which end where their parentheses do. */
export const CHAIN = 17;
export const CALL = 18;
export const MEMBER = 19;
const PRIMARY = 20;
export const PARENTHESES = 21;

const OPERATORS: Record<string, number> = {
  '??': COALESCE,
  '||': 4,
  '&&': 5,
  '|': BITWISE_OR,
  '^': 7,
  '&': 8,
  ...{ '==': 9, '!=': 9, '===': 9, '!==': 9 },
  ...{ '<': 10, '>': 10, '<=': 10, '>=': 10, in: 10, instanceof: 10 },
  ...{ '<<': 11, '>>': 11, '>>>': 11 },
  ...{ '+': 12, '-': 12 },
  ...{ '*': 13, '/': 13, '%': 13 },
  '**': EXPONENT,
};

export function precedenceOf(node: Node): number {
  switch (node.type) {
    case 'SequenceExpression':
      return SEQUENCE;
    case 'AssignmentExpression':
    case 'ArrowFunctionExpression':
    case 'YieldExpression':
      return ASSIGNMENT;
    case 'ConditionalExpression':
      return CONDITIONAL;
    case 'BinaryExpression':
    case 'LogicalExpression':
      return OPERATORS[node.operator]!;
    case 'UnaryExpression':
    case 'AwaitExpression':
      return UNARY;
    case 'UpdateExpression':
      return UPDATE;
    case 'OptionalCallExpression':
    case 'OptionalMemberExpression':
      return CHAIN;
    case 'CallExpression':
    case 'ImportExpression':
      return CALL;
    case 'MemberExpression':
    case 'NewExpression':
    case 'TaggedTemplateExpression':
      return MEMBER;
    default:
      return PRIMARY;
  }
}

/** How tightly the left side of a binary operator must bind. */
export function leftSide({ operator, left }: t.BinaryExpression | t.LogicalExpression): number {
  // `a || b ?? c` is no expression, `a ?? b ?? c` is one.
  if (operator === '??') return left.type === 'LogicalExpression' && left.operator === '??' ? COALESCE : BITWISE_OR;
  return operator === '**' ? UPDATE : OPERATORS[operator]!;
}

/** … and the right one. */
export function rightSide({ operator }: t.BinaryExpression | t.LogicalExpression): number {
  if (operator === '??') return BITWISE_OR;
  return operator === '**' ? EXPONENT : OPERATORS[operator]! + 1;
}

/** The callee of a `new` ends at the first parenthesis: `new (f().C)()`. */
export function calleeOfNew(callee: Node): number {
  for (let node = callee; ; ) {
    switch (node.type) {
      case 'MemberExpression':
        node = node.object;
        break;
      case 'TaggedTemplateExpression':
        node = node.tag;
        break;
      case 'CallExpression':
      case 'ImportExpression':
        return PARENTHESES;
      default:
        return MEMBER;
    }
  }
}

/** The node whose text an expression begins with, parentheses aside. */
export function beginningOf(node: Node): Node {
  for (;;) {
    switch (node.type) {
      case 'SequenceExpression':
        node = node.expressions[0]!;
        break;
      case 'AssignmentExpression':
      case 'BinaryExpression':
      case 'LogicalExpression':
        node = node.left;
        break;
      case 'ConditionalExpression':
        node = node.test;
        break;
      case 'UpdateExpression':
        if (node.prefix) return node;
        node = node.argument;
        break;
      case 'CallExpression':
      case 'OptionalCallExpression':
        node = node.callee;
        break;
      case 'MemberExpression':
      case 'OptionalMemberExpression':
        node = node.object;
        break;
      case 'TaggedTemplateExpression':
        node = node.tag;
        break;
      default:
        return node;
    }
  }
}
