/**
 * How apps ask runs.
 */
import { Query } from '../builtins/query.ts';
import type { OutcomeDocument } from '../codec/outcome.ts';
import { readOutcome } from '../codec/foreign.ts';
import type { Artifact } from '../engine/artifact.ts';
import { PerdureError } from '../errors.ts';
import { hostProgram, isImported } from '../publish.ts';

/** A query of a workflow module, typed by its function. */
export interface QueryOf<A extends unknown[], R> {
  readonly answers?: (...args: A) => R;
}

/** The name of a query. Throws PerdureError `unknown_query`. */
export function queryName(query: QueryOf<never, unknown> | string): string {
  if (typeof query === 'string') return query;
  const name = query instanceof Query ? hostProgram.nameOf(query) : undefined;
  if (name === undefined) throw new PerdureError('unknown_query', '`query` takes a query of the workflow module, or its name.');
  return name;
}

/** The code of a program runs here only if this app has its module: this version of it or another. Throws `artifact_unknown`. */
export function checkImported({ entry }: Artifact): void {
  if (isImported(entry)) return;
  throw new PerdureError('artifact_unknown', `This app does not import ${entry}, so it runs no code of it.`);
}

/** The answer. Throws what the query has thrown. */
export function answerOf<R>(outcome: OutcomeDocument): R {
  if ('ok' in outcome) return readOutcome(outcome.ok, hostProgram, 'answer') as R;
  throw readOutcome(outcome.error, hostProgram, 'error');
}
