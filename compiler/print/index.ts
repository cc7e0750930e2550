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

export { quote } from './expressions.ts';
export { printStatements } from './statements.ts';
export { NOWHERE, Writer } from './writer.ts';

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

/** A line of text with expressions in it. It stands for what the first of them stands for. */
export function printLine(w: Writer, ...parts: (string | t.Expression)[]): void {
  w.newLine();
  for (const part of parts) {
    if (typeof part === 'string' || !part.loc) continue;
    w.mark(part.loc.start);
    break;
  }
  for (const part of parts) {
    if (typeof part === 'string') w.write(part);
    else print(w, part, ASSIGNMENT);
  }
}
