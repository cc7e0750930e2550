/**
 * Functions, methods and classes.
 */
import type * as t from '@babel/types';
import { unreachable, type Node } from '../ast.ts';
import { print, printKey, printList } from './expressions.ts';
import { ASSIGNMENT, beginningOf, CHAIN, PARENTHESES } from './precedence.ts';
import { printBlock } from './statements.ts';
import type { Writer } from './writer.ts';

export function printFunction(w: Writer, node: t.FunctionDeclaration | t.FunctionExpression): void {
  w.write(`${node.async ? 'async ' : ''}function${node.generator ? '*' : ''} `);
  if (node.id) print(w, node.id, ASSIGNMENT);
  printParams(w, node.params);
  printBlock(w, node.body);
}

export function printArrow(w: Writer, { async, params, body }: t.ArrowFunctionExpression): void {
  if (async) w.write('async ');
  printParams(w, params);
  w.write('=> ');
  if (body.type === 'BlockStatement') printBlock(w, body);
  else print(w, body, isObject(beginningOf(body)) ? PARENTHESES : ASSIGNMENT);
}

/** Its brace would be that of a block. */
const isObject = (node: Node): boolean => node.type === 'ObjectExpression' || node.type === 'ObjectPattern';

function printParams(w: Writer, params: readonly Node[]): void {
  w.write('(');
  printList(w, params);
  w.write(') ');
}

export function printMethod(w: Writer, node: t.ObjectMethod | t.ClassMethod | t.ClassPrivateMethod): void {
  const { kind, async, generator } = node;
  if (async) w.write('async ');
  if (kind === 'get' || kind === 'set') w.write(`${kind} `);
  if (generator) w.write('*');
  printKey(w, node);
  printParams(w, node.params);
  printBlock(w, node.body);
}

export function printClass(w: Writer, { id, superClass, body }: t.ClassDeclaration | t.ClassExpression): void {
  w.write('class ');
  if (id) {
    print(w, id, ASSIGNMENT);
    w.write(' ');
  }
  if (superClass) {
    w.write('extends ');
    print(w, superClass, CHAIN);
    w.write(' ');
  }
  w.write('{');
  w.indent();
  for (const member of body.body) {
    w.newLine();
    printMember(w, member);
  }
  w.dedent();
  if (body.body.length > 0) w.newLine();
  w.write('}');
}

function printMember(w: Writer, node: t.ClassBody['body'][number]): void {
  if (node.loc) w.mark(node.loc.start);
  if ('static' in node && node.static) w.write('static ');
  switch (node.type) {
    case 'ClassMethod':
    case 'ClassPrivateMethod':
      printMethod(w, node);
      break;
    case 'ClassProperty':
    case 'ClassPrivateProperty':
      printKey(w, node as { key: Node; computed?: boolean });
      if (node.value) {
        w.write(' = ');
        print(w, node.value, ASSIGNMENT);
      }
      w.write(';');
      break;
    case 'StaticBlock':
      w.write('static ');
      printBlock(w, node);
      break;
    default:
      unreachable(node as never, 'cannot print member');
  }
  if (node.loc) w.mark(node.loc.end);
}
