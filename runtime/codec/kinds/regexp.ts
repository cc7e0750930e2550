/** Regular expressions, with their `lastIndex`, which may be anything. */
import { types } from 'node:util';
import { isSlotOfRegExp } from '../attributes.ts';
import { withClass } from '../class-of.ts';
import type { Json } from '../format.ts';
import { flagsOf, sourceOf } from '../internal-slots.ts';
import { regexp } from '../parts.ts';
import { writeRest } from '../properties.ts';
import type { ObjectKind } from './kind.ts';

export const regexpKind: ObjectKind<RegExp> = {
  kind: 'regexp',
  fields: ['regexp'],
  needs: [],
  is: types.isRegExp,

  write(writer, object) {
    const slots = [sourceOf(object), flagsOf(object), writer.value(object.lastIndex)];
    return writeRest(writer, object, { regexp: slots }, RegExp.prototype, isSlotOfRegExp);
  },

  make: (decoder, record, path) => withClass(decoder, record, path, () => regexp(record.regexp, path)) as RegExp,

  fill(decoder, object, record, path) {
    object.lastIndex = decoder.value((record.regexp as Json[])[2], `${path}.regexp`) as number;
  },
};
