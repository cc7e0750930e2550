/**
 * Trees → text. Emitted programs are several times as long as their sources, and most of compiling was printing them with
 * @babel/generator, which also knows comments, JSX, types and a dozen styles. This one knows the JavaScript that
 * lowering and erasing leave, prints it in one style and notes where it comes from on the way.
 */
import type * as t from '@babel/types';
import { print } from './expressions.ts';
import { ASSIGNMENT } from './precedence.ts';
import { printStatements } from './statements.ts';
import { Writer } from './writer.ts';

export function printExpression(node: t.Expression): string {
  const w = new Writer(false);
  print(w, node, ASSIGNMENT);
  return w.toString();
}

export function printProgram(statements: readonly t.Statement[]): string {
  const w = new Writer(false);
  printStatements(w, statements);
  return w.toString();
}

/** With the mappings of its source map. */
export function printMapped(statements: readonly t.Statement[]): { code: string; mappings: string } {
  const w = new Writer(true);
  printStatements(w, statements);
  return { code: w.toString(), mappings: w.mappings!.encode() };
}
