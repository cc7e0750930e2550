/**
 * `enum`: an object built once and shared by all runs, with the reverse mapping of numeric members that
 * TypeScript specifies.
 *
 *     enum Level { Low = 1, High }   →   { Low: 1, 1: 'Low', High: 2, 2: 'High' }
 */
import type * as t from '@babel/types';
import { walk, type Node } from '../ast.ts';
import * as b from '../build.ts';
import type { Context } from './context.ts';
import { lower } from './expressions.ts';

export function lowerEnum(cx: Context, node: t.TSEnumDeclaration): t.Expression {
  const known = new Map<string, string | number>();
  const members: EnumMember[] = [];
  let next: number | undefined = 0;
  for (const member of node.members) {
    const name = member.id.type === 'Identifier' ? member.id.name : member.id.value;
    const value: string | number | undefined = member.initializer ? evaluate(member.initializer, known, node.id.name) : next;
    if (value !== undefined) known.set(name, value);
    next = typeof value === 'number' ? value + 1 : undefined;
    members.push({ name, value, node: member });
  }
  return members.every(({ value }) => value !== undefined) ? constantEnum(members, node) : computedEnum(cx, members, node);
}

interface EnumMember {
  name: string;
  /** Undefined if it must be computed. */
  value: string | number | undefined;
  node: t.TSEnumMember;
}

function constantEnum(members: EnumMember[], node: Node): t.Expression {
  return b.object(
    members.flatMap(({ name, value, node: member }) => [
      b.property(name, constant(value!), false, member),
      ...(typeof value === 'number' ? [b.property(b.str(String(value)), b.str(name))] : []),
    ]),
    node,
  );
}

/** ($1 = {}, $1.A = f(), typeof $1.A === 'number' && ($1[$1.A] = 'A'), $1) */
function computedEnum(cx: Context, members: EnumMember[], node: t.TSEnumDeclaration): t.Expression {
  const object = cx.temp();
  const steps: t.Expression[] = [b.assign(object, b.object([]))];
  const around = cx.enumeration;
  cx.enumeration = { name: node.id.name, members: new Map() };
  members.forEach(({ name, value, node: member }, i) => {
    const place = b.index(object, b.str(name), member);
    const previous = members[i - 1];
    const plusOne = (): t.Expression => b.binary('+', b.index(object, b.str(previous!.name)), b.num(1));
    const initial = value !== undefined ? constant(value) : member.initializer ? lower(cx, member.initializer) : plusOne();
    steps.push(b.assign(place, initial));
    if (typeof value !== 'string') {
      const reverse = b.assign(b.index(object, place), b.str(name));
      const isNumber = b.binary('===', b.unary('typeof', place), b.str('number'));
      steps.push(value === undefined ? b.logical('&&', isNumber, reverse) : reverse);
    }
    cx.enumeration!.members.set(name, place);
  });
  cx.enumeration = around;
  return b.seq([...steps, object], node);
}

const constant = (value: string | number): t.Expression => (typeof value === 'string' ? b.str(value) : number(value));

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
