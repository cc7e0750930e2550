/**
 * `enum`: an object built once and shared by all runs, with the reverse mapping of numeric members that
 * TypeScript specifies.
 *
 *     enum Level { Low = 1, High }   →   { Low: 1, 1: 'Low', High: 2, 2: 'High' }
 */
import type * as t from '@babel/types';
import { walk } from '../ast.ts';
import * as b from '../build.ts';
import type { Context } from './context.ts';
import { lower } from './expressions.ts';

export function lowerEnum(cx: Context, node: t.TSEnumDeclaration): t.Expression {
  const known = new Map<string, string | number>();
  const properties: t.ObjectProperty[] = [];
  let next: number | undefined = 0;
  for (const member of node.members) {
    const name = member.id.type === 'Identifier' ? member.id.name : member.id.value;
    const value: string | number | undefined = member.initializer ? evaluate(member.initializer, known, node.id.name) : next;
    if (value === undefined) {
      // A computed member: its value is what the expression says, evaluated once for all runs.
      properties.push(b.property(name, lower(cx, member.initializer!), false, member));
      next = undefined;
      continue;
    }
    known.set(name, value);
    properties.push(b.property(name, typeof value === 'string' ? b.str(value) : number(value), false, member));
    if (typeof value === 'number') {
      properties.push(b.property(b.str(String(value)), b.str(name)));
      next = value + 1;
    } else {
      next = undefined;
    }
  }
  return b.object(properties, node);
}

const number = (value: number): t.Expression => (value < 0 ? b.unary('-', b.num(-value)) : b.num(value));

/** Constant enum expressions (TypeScript handbook, "Computed and constant members"); undefined for others. */
function evaluate(node: t.Expression, known: Map<string, string | number>, self: string): string | number | undefined {
  let mentionsOther = false;
  walk(node, (inner) => {
    if (inner.type === 'CallExpression' || inner.type === 'NewExpression') mentionsOther = true;
  });
  if (mentionsOther) return undefined;
  switch (node.type) {
    case 'NumericLiteral':
    case 'StringLiteral':
      return node.value;
    case 'Identifier':
      return known.get(node.name);
    case 'MemberExpression':
      if (node.object.type === 'Identifier' && node.object.name === self && node.property.type === 'Identifier') {
        return known.get(node.property.name);
      }
      return undefined;
    case 'TemplateLiteral': {
      if (node.expressions.length === 0) return node.quasis[0]?.value.cooked ?? undefined;
      return undefined;
    }
    case 'UnaryExpression': {
      const value = evaluate(node.argument, known, self);
      if (typeof value !== 'number') return undefined;
      return node.operator === '-' ? -value : node.operator === '+' ? value : node.operator === '~' ? ~value : undefined;
    }
    case 'BinaryExpression': {
      if (node.left.type === 'PrivateName') return undefined;
      const left = evaluate(node.left, known, self);
      const right = evaluate(node.right, known, self);
      return left === undefined || right === undefined ? undefined : operate(node.operator, left, right);
    }
    default:
      return undefined;
  }
}

function operate(operator: string, left: string | number, right: string | number): string | number | undefined {
  if (operator === '+' && (typeof left === 'string' || typeof right === 'string')) return `${left}${right}`;
  if (typeof left !== 'number' || typeof right !== 'number') return undefined;
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return left / right;
    case '%':
      return left % right;
    case '**':
      return left ** right;
    case '|':
      return left | right;
    case '&':
      return left & right;
    case '^':
      return left ^ right;
    case '<<':
      return left << right;
    case '>>':
      return left >> right;
    case '>>>':
      return left >>> right;
    default:
      return undefined;
  }
}
