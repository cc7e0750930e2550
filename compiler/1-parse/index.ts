/**
 * Pass 1: text → syntax tree without types.
 *
 * Input: the source of one module. Output: its program, erased to JavaScript plus `enum`, and the effects it
 * declares. Leaves alone: everything a later pass may object to; only what is not TypeScript is reported here.
 */
import { parse, type ParseError, type ParserOptions } from '@babel/parser';
import type * as t from '@babel/types';
import type { Reporter } from '../report.ts';
import { noteTypes, type TypeNotes } from './type-notes.ts';
import { eraseTypes, type Ambient } from './types.ts';

export interface ParsedModule {
  program: t.Program;
  /** `export declare function …`: the effects, in source order. */
  effects: t.TSDeclareFunction[];
  /** Other ambient declarations, by name: they have no value. */
  ambient: Map<string, Ambient>;
  /** What its types said, where they matter. */
  types: TypeNotes;
}

const OPTIONS: ParserOptions = {
  sourceType: 'module',
  plugins: ['typescript', 'decorators', 'explicitResourceManagement'],
  errorRecovery: true,
  attachComment: false,
  allowAwaitOutsideFunction: true,
};

export function parseModule(source: string, reporter: Reporter): ParsedModule | null {
  let file: t.File & { errors?: ParseError[] | null };
  try {
    file = parse(source, OPTIONS) as typeof file;
  } catch (error) {
    if (error instanceof RangeError) throw error;
    reportSyntax(error as SyntaxError & { loc?: { line: number; column: number } }, reporter);
    return null;
  }
  for (const error of file.errors ?? []) reportSyntax(error as unknown as SyntaxError, reporter);
  if (reporter.failed) return null;
  const types = noteTypes(file.program);
  const { effects, ambient } = eraseTypes(file.program, reporter);
  return { program: file.program, effects, ambient, types };
}

function reportSyntax(error: Error & { loc?: { line: number; column: number } }, reporter: Reporter): void {
  const at = error.loc ? { loc: { start: error.loc, end: error.loc } as t.Node['loc'] } : null;
  // Babel ends its messages with the position, which the code frame shows.
  reporter.report('syntax_error', at, error.message.replace(/ \(\d+:\d+\)$/, '').replace(/\.$/, ''));
}
