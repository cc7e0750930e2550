/** Combinators under way: what `Promise.all` and its like have collected. No program ever holds one. */
import { CorruptState } from '../../errors.ts';
import { Aggregate } from '../../machine/aggregate.ts';
import type { Promise } from '../../machine/promise.ts';
import { combinator } from '../parts.ts';
import type { ObjectKind } from './kind.ts';
import { readCapability, writeCapability } from './promise.ts';

export const aggregateKind: ObjectKind<Aggregate> = {
  kind: 'aggregate',
  fields: ['all'],
  needs: [],
  is: (object) => object instanceof Aggregate,
  stays: () => 'an iterator cannot leave the workflow',

  write: (writer, aggregate) => ({
    all: aggregate.kind,
    to: writeCapability(writer, aggregate.to),
    values: writer.value(aggregate.values),
    left: aggregate.remaining,
    ...(aggregate.decided ? { decided: true } : {}),
  }),

  make: (_decoder, record, path) => new Aggregate(combinator(record.all, path), undefined as unknown as Promise),

  fill(decoder, aggregate, record, path) {
    const values = decoder.value(record.values, `${path}.values`);
    if (!Array.isArray(values) || !Number.isInteger(record.left)) throw new CorruptState(path, 'a combinator was expected');
    aggregate.restore(readCapability(decoder, record.to, `${path}.to`), values, record.left as number, record.decided === true);
  },
};
