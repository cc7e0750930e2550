/**
 * Pass 1: text → syntax tree without types.
 *
 * Input: the source of one module. Output: its program, erased to JavaScript plus `enum`, and the effects it
 * declares. Leaves alone: everything a later pass may object to; only what is not TypeScript is reported here.
 */
import type { ParseError, ParserOptions } from '@babel/parser';
import type * as t from '@babel/types';
import { parse } from '../babel.ts';
import type { Reporter } from '../report.ts';
import { decideHostFacts } from './host-facts.ts';
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
  /** Its author does not have it checked by TypeScript: a name that nothing declares is an error when it is read. */
  unchecked: boolean;
}

/** Only workflow modules declare effects; the other two are languages of packages. */
export type Language = 'workflow' | 'typescript' | 'javascript';

const optionsFor = (language: Language): ParserOptions => ({
  sourceType: 'module',
  plugins: [...(language === 'javascript' ? [] : ['typescript' as const]), 'decorators', 'decoratorAutoAccessors', 'explicitResourceManagement'],
  errorRecovery: true,
  attachComment: false,
});

export function parseModule(source: string, reporter: Reporter, language: Language = 'workflow'): ParsedModule | null {
  let file: t.File & { errors?: ParseError[] | null };
  try {
    file = parse(source, optionsFor(language)) as typeof file;
  } catch (error) {
    if (error instanceof RangeError) throw error;
    reportSyntax(error as SyntaxError & { loc?: { line: number; column: number } }, reporter);
    return null;
  }
  for (const error of file.errors ?? []) reportSyntax(error as unknown as SyntaxError, reporter);
  if (reporter.failed) return null;
  const { program } = file;
  const types = noteTypes(program);
  const erased = language === 'javascript' ? { effects: [], ambient: new Map<string, Ambient>() } : eraseTypes(program, reporter);
  const effects = language === 'workflow' ? erased.effects : [];
  const ambient = new Set([...erased.ambient.keys(), ...effects.map(({ id }) => id!.name)]);
  decideHostFacts({ program, ambient, library: language !== 'workflow' }, source);
  return { program, effects, ambient: erased.ambient, types, unchecked: language === 'workflow' && NO_CHECK.test(source) };
}

/** `// @ts-nocheck` among the comments at the top, as TypeScript has it. */
const NO_CHECK = /^(?:\s*(?:\/\/[^\n]*\n|\/\*[^]*?\*\/))*?\s*\/\/\s*@ts-nocheck\b/;

/** Is the text an ES module, as Node finds out where no name and no package says so? It imports or exports. */
export function isModuleSyntax(source: string, language: Language): boolean {
  if (!/\b(import|export)\b/.test(source)) return false;
  try {
    return parse(source, optionsFor(language)).program.body.some((s) => /^(Import|Export)/.test(s.type));
  } catch {
    return true; // what is wrong with it is said when it is compiled
  }
}

function reportSyntax(error: Error & { loc?: { line: number; column: number } }, reporter: Reporter): void {
  const at = error.loc ? { loc: { start: error.loc, end: error.loc } as t.Node['loc'] } : null;
  // Babel ends its messages with the position, which the code frame shows.
  reporter.report('syntax_error', at, error.message.replace(/ \(\d+:\d+\)$/, '').replace(/\.$/, ''));
}
