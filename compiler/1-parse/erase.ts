/**
 * A workflow module as plain JavaScript, types erased: what `tsc` would make of it, but for its effects, which
 * become calls of a host's implementation. This is the oracle of the tests: the same source under plain Node.
 */
import { generate } from '@babel/generator';
import type * as t from '@babel/types';
import { Reporter } from '../report.ts';
import { parseModule } from './index.ts';

export interface ErasedModule {
  code: string;
  imports: string[];
}

/** `effect(name)` is an expression for the implementation of an effect. Throws SyntaxError. */
export function eraseModule(source: string, effect: (name: string) => string): ErasedModule {
  const reporter = new Reporter('module');
  const parsed = parseModule(source, reporter);
  if (!parsed) throw new SyntaxError(reporter.diagnostics[0]?.message ?? 'cannot parse');
  const imports: string[] = [];
  const body = parsed.program.body.flatMap((statement): t.Statement[] => {
    if ('source' in statement && statement.source) imports.push(statement.source.value);
    return [statement];
  });
  const { code } = generate({ ...parsed.program, body } as t.Program, { comments: false });
  const effects = parsed.effects.map(({ id }) => `export const ${id!.name} = ${effect(id!.name)};`);

  return { code: [...effects, code].join('\n'), imports };
}
