/**
 * Symbols that are nobody else's: `Symbol('x')`. They are values without properties, but they have an identity, so they
 * are kept like objects; their meta records stand aside. (`Symbol.for('x')` and `Symbol.iterator` are told by name.)
 */
import { text } from '../parts.ts';
import type { ObjectKind } from './kind.ts';

export const symbolKind: ObjectKind = {
  kind: 'symbol',
  fields: ['symbol'],
  needs: [],
  stays: () => 'a Symbol() cannot leave the workflow, because it is equal to nothing outside; use Symbol.for',

  write: (_writer, object) => ({ symbol: (object as unknown as symbol).description ?? null }),

  make: (_decoder, record, path) =>
    Symbol(record.symbol === null ? undefined : text(record.symbol, `${path}.symbol`)) as unknown as object,
};
