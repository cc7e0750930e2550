/** Number, String, Boolean, BigInt and Symbol objects. */
import { types } from 'node:util';
import { isSlotOfString } from '../attributes.ts';
import { withClass } from '../class-of.ts';
import { unboxed } from '../internal-slots.ts';
import { writeRest } from '../properties.ts';
import type { ObjectKind } from './kind.ts';

export const boxedKind: ObjectKind = {
  kind: 'boxed',
  fields: ['boxed'],
  needs: ['boxed'],
  is: types.isBoxedPrimitive,

  write: (writer, object) => writeRest(writer, object, { boxed: writer.value(unboxed(object)) }, null, isSlotOfString),

  make: (decoder, record, path) =>
    withClass(decoder, record, path, () => Object(decoder.value(record.boxed, path)) as object),
};
