/** Dates. */
import { types } from 'node:util';
import { withClass } from '../class-of.ts';
import { date } from '../parts.ts';
import { writeRest } from '../properties.ts';
import type { ObjectKind } from './kind.ts';

export const dateKind: ObjectKind<Date> = {
  kind: 'date',
  fields: ['date'],
  needs: [],
  is: types.isDate,

  write(writer, object) {
    const time = Date.prototype.getTime.call(object);
    return writeRest(writer, object, { date: Number.isNaN(time) ? null : time }, Date.prototype);
  },

  make: (decoder, record, path) => withClass(decoder, record, path, () => new Date(date(record.date, path))) as Date,
};
