/**
 * Expressions and patterns.
 */
import type * as t from '@babel/types';
import { unreachable, type Node } from '../ast.ts';
import { printArrow, printClass, printFunction, printMethod } from './functions.ts';
import {
  ASSIGNMENT,
  CALL,
  calleeOfNew,
  CHAIN,
  COALESCE,
  leftSide,
  MEMBER,
  PARENTHESES,
  precedenceOf,
  rightSide,
  SEQUENCE,
  UNARY,
} from './precedence.ts';
import type { Writer } from './writer.ts';

/** Prints an expression or a pattern, in parentheses unless it binds as tightly as it must. */
export function print(w: Writer, node: Node, binding: number): void {
  const isBare = precedenceOf(node) >= binding && !(w.inForHead && node.type === 'BinaryExpression' && node.operator === 'in');
  if (!isBare) w.write('(');
  if (node.loc) w.mark(node.loc.start);
  printBare(w, node);
  if (node.loc) w.mark(node.loc.end);
  if (!isBare) w.write(')');
}

function printBare(w: Writer, node: Node): void {
  switch (node.type) {
    case 'Identifier':
      w.write(node.name);
      break;
    case 'MemberExpression':
      print(w, node.object, node.object.type === 'NumericLiteral' ? PARENTHESES : CALL);
      printProperty(w, node, '.');
      break;
    case 'AssignmentExpression':
      print(w, node.left, keepsFromNaming(node.left) ? PARENTHESES : CHAIN);
      w.write(` ${node.operator} `);
      print(w, node.right, ASSIGNMENT);
      break;
    case 'CallExpression':
      print(w, node.callee, CALL);
      printArguments(w, node.arguments);
      break;
    case 'StringLiteral':
      w.write(quote(node.value));
      break;
    case 'NumericLiteral':
      w.write((node.extra?.raw as string | undefined) ?? String(node.value));
      break;
    case 'BinaryExpression':
    case 'LogicalExpression':
      print(w, node.left, leftSide(node));
      w.write(` ${node.operator} `);
      print(w, node.right, rightSide(node));
      break;
    case 'ObjectExpression':
    case 'ObjectPattern':
      printObject(w, node);
      break;
    case 'ArrayExpression':
    case 'ArrayPattern':
      printArray(w, node.elements);
      break;
    case 'ThisExpression':
      w.write('this');
      break;
    case 'NullLiteral':
      w.write('null');
      break;
    case 'BooleanLiteral':
      w.write(node.value ? 'true' : 'false');
      break;
    case 'SequenceExpression':
      printList(w, node.expressions);
      break;
    case 'ConditionalExpression':
      print(w, node.test, COALESCE);
      w.write(' ? ');
      print(w, node.consequent, ASSIGNMENT);
      w.write(' : ');
      print(w, node.alternate, ASSIGNMENT);
      break;
    case 'UnaryExpression':
      printUnary(w, node);
      break;
    case 'UpdateExpression':
      if (node.prefix) w.write(node.operator);
      print(w, node.argument, CHAIN);
      if (!node.prefix) w.write(node.operator);
      break;
    case 'NewExpression':
      w.write('new ');
      print(w, node.callee, calleeOfNew(node.callee));
      printArguments(w, node.arguments);
      break;
    case 'OptionalMemberExpression':
      print(w, node.object, node.object.type === 'NumericLiteral' ? PARENTHESES : CHAIN);
      if (node.optional) w.write('?.');
      printProperty(w, node, node.optional ? '' : '.');
      break;
    case 'OptionalCallExpression':
      print(w, node.callee, CHAIN);
      if (node.optional) w.write('?.');
      printArguments(w, node.arguments);
      break;
    case 'ArrowFunctionExpression':
      printArrow(w, node);
      break;
    case 'FunctionExpression':
      printFunction(w, node);
      break;
    case 'ClassExpression':
      printClass(w, node);
      break;
    case 'TemplateLiteral':
      printTemplate(w, node);
      break;
    case 'TaggedTemplateExpression':
      print(w, node.tag, CALL);
      print(w, node.quasi, MEMBER);
      break;
    case 'AssignmentPattern':
      print(w, node.left, CHAIN);
      w.write(' = ');
      print(w, node.right, ASSIGNMENT);
      break;
    case 'SpreadElement':
    case 'RestElement':
      w.write('...');
      print(w, node.argument, ASSIGNMENT);
      break;
    case 'AwaitExpression':
      w.write('await ');
      print(w, node.argument, UNARY);
      break;
    case 'YieldExpression':
      w.write(node.delegate ? 'yield*' : 'yield');
      if (!node.argument) break;
      w.write(' ');
      print(w, node.argument, ASSIGNMENT);
      break;
    case 'PrivateName':
      w.write(`#${node.id.name}`);
      break;
    case 'Super':
      w.write('super');
      break;
    case 'MetaProperty':
      w.write(`${node.meta.name}.${node.property.name}`);
      break;
    case 'RegExpLiteral':
      w.write(`/${node.pattern}/${node.flags}`);
      break;
    case 'BigIntLiteral':
      w.write((node.extra?.raw as string | undefined) ?? `${node.value}n`);
      break;
    case 'Import':
      w.write('import');
      break;
    default:
      unreachable(node as never, 'cannot print expression');
  }
}

/** `(f) = () => {}` gives the function no name (ECMA-262 13.15.2). */
const keepsFromNaming = (target: Node): boolean => target.type === 'Identifier' && target.extra?.parenthesized === true;

/** `.x`, `[x]`, after what they belong to. */
function printProperty(w: Writer, node: t.MemberExpression | t.OptionalMemberExpression, dot: string): void {
  if (node.computed) {
    w.write('[');
    print(w, node.property, SEQUENCE);
    w.write(']');
  } else {
    w.write(dot);
    print(w, node.property, MEMBER);
  }
}

function printUnary(w: Writer, { operator, argument }: t.UnaryExpression): void {
  // `- -x` is not `--x`.
  const isSign = operator === '-' || operator === '+';
  const meets = isSign && (argument.type === 'UnaryExpression' || argument.type === 'UpdateExpression') && argument.operator.startsWith(operator);
  w.write(meets || operator.length > 1 ? `${operator} ` : operator);
  print(w, argument, UNARY);
}

function printArguments(w: Writer, list: readonly Node[]): void {
  w.write('(');
  printList(w, list);
  w.write(')');
}

export function printList(w: Writer, list: readonly Node[]): void {
  for (let i = 0; i < list.length; i++) {
    if (i > 0) w.write(', ');
    print(w, list[i]!, ASSIGNMENT);
  }
}

/** A hole at the end needs a comma of its own: `[a, ,]`. */
function printArray(w: Writer, elements: readonly (Node | null)[]): void {
  w.write('[');
  elements.forEach((element, i) => {
    if (i > 0) w.write(' ');
    if (element) print(w, element, ASSIGNMENT);
    if (!element || i < elements.length - 1) w.write(',');
  });
  w.write(']');
}

/** A literal that stands on several lines of the source, or has methods, stands on several lines. */
function printObject(w: Writer, node: t.ObjectExpression | t.ObjectPattern): void {
  const { properties, loc } = node;
  if (properties.length === 0) {
    w.write('{}');
    return;
  }
  const isLong = (loc && loc.start.line !== loc.end.line) || properties.some(({ type }) => type === 'ObjectMethod');
  const separate = (): void => (isLong ? w.newLine() : w.write(' '));
  w.write('{');
  w.indent();
  properties.forEach((property, i) => {
    separate();
    printMember(w, property);
    if (i < properties.length - 1) w.write(',');
  });
  w.dedent();
  separate();
  w.write('}');
}

function printMember(w: Writer, node: t.ObjectExpression['properties'][number] | t.RestElement): void {
  if (node.type === 'ObjectMethod') {
    if (node.loc) w.mark(node.loc.start);
    printMethod(w, node);
    if (node.loc) w.mark(node.loc.end);
  } else if (node.type === 'ObjectProperty') {
    if (!node.shorthand || !isShort(node)) {
      printKey(w, node);
      w.write(': ');
    }
    print(w, node.value, ASSIGNMENT);
  } else {
    print(w, node, ASSIGNMENT);
  }
}

/** What was `{ a }` or `{ a = 1 }`, and still is. */
function isShort({ key, value }: t.ObjectProperty): boolean {
  const target = value.type === 'AssignmentPattern' ? value.left : value;
  return key.type === 'Identifier' && target.type === 'Identifier' && key.name === target.name;
}

export function printKey(w: Writer, { key, computed }: { key: Node; computed?: boolean }): void {
  if (computed) w.write('[');
  print(w, key, ASSIGNMENT);
  if (computed) w.write(']');
}

function printTemplate(w: Writer, { quasis, expressions }: t.TemplateLiteral): void {
  w.write('`');
  quasis.forEach(({ value }, i) => {
    w.writeLines(value.raw);
    const expression = expressions[i];
    if (!expression) return;
    w.write('${');
    print(w, expression, SEQUENCE);
    w.write('}');
  });
  w.write('`');
}

/** JSON, but for two characters that V8 counts as ends of lines. */
export const quote = (text: string): string => escapeLineEnds(JSON.stringify(text));

const escapeLineEnds = (text: string): string => text.replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');
