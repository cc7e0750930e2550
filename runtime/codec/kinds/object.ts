/**
 * Plain objects, instances of classes, and objects with any other prototype.
 */
import type { KeyEdits } from '../../heap/key-edits.ts';
import { isExotic } from '../../heap/exotic.ts';
import { isNoSlot } from '../attributes.ts';
import { instance, writeClass } from '../class-of.ts';
import { defineKey } from '../fold.ts';
import type { Json, Props } from '../format.ts';
import { isObject } from '../parts.ts';
import { isMore, writeExotic, writeProperties } from '../properties.ts';
import type { RecordWriter } from '../records.ts';
import type { ObjectKind } from './kind.ts';

export const objectKind: ObjectKind = {
  kind: 'object',
  fields: ['o', 'props'],
  needs: [],

  write(writer, object) {
    if (Object.getPrototypeOf(object) === Object.prototype) {
      if (isMore(writer, object)) return writeExotic(writer, object, {}, isNoSlot);
      return { o: writeProperties(writer, object as Props, !writer.copies) };
    }
    const record: Props = {};
    writeClass(writer, object, record);
    if (isMore(writer, object)) return writeExotic(writer, object, record, isNoSlot);
    record.o = writeProperties(writer, object as Props, false);
    return record;
  },

  edit: (writer, object, edits) =>
    isExotic(object) ? null : editProperties(writer, object as Props, edits as KeyEdits<string>),

  make(decoder, record, path) {
    if ('is' in record) return instance(decoder, record, path);
    if ('proto' in record) return Object.create(decoder.prototype(record.proto, `${path}.proto`)) as object;
    // The parsed object itself: it has the hidden class of a literal with these keys.
    const { o } = record;
    return isObject(o) && !Array.isArray(o.e) ? o : {};
  },
};

/** The edit of named properties, or of the slots of an Env. */
export function editProperties(writer: RecordWriter, object: Props, edits: KeyEdits<string>): Json {
  const del: string[] = [];
  const set: Props = {};
  for (const [key, renewed] of edits.keys) {
    const present = Object.hasOwn(object, key);
    if (renewed || !present) del.push(key);
    if (present) defineKey(set, key, writer.value(object[key]));
  }
  return { ...(del.length > 0 ? { del } : {}), set };
}
