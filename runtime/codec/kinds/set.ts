/** Sets. */
import { types } from 'node:util';
import { WHOLE_SHARE } from '../../heap/array-edits.ts';
import type { KeyEdits } from '../../heap/key-edits.ts';
import { withClass } from '../class-of.ts';
import type { Json } from '../format.ts';
import { sizeOfSet } from '../internal-slots.ts';
import { list } from '../parts.ts';
import { writeRest } from '../properties.ts';
import type { ObjectKind } from './kind.ts';

export const setKind: ObjectKind<Set<unknown>> = {
  kind: 'set',
  fields: ['set'],
  needs: [],
  is: types.isSet,

  write(writer, object) {
    const set: Json[] = [];
    Set.prototype.forEach.call(object, (v) => set.push(writer.value(v)));
    return writeRest(writer, object, { set }, Set.prototype);
  },

  edit(writer, set, edits) {
    const { cleared, keys } = edits as KeyEdits;
    if (!cleared && keys.size > sizeOfSet(set) * WHOLE_SHARE) return null;
    const del: Json[] = [];
    const add: Json[] = [];
    for (const [key, renewed] of keys) {
      const present = Set.prototype.has.call(set, key);
      if (!cleared && (renewed || !present)) del.push(writer.value(key));
      if (present) add.push(writer.value(key));
    }
    return { ...(cleared ? { clear: true } : {}), ...(del.length > 0 ? { del } : {}), add };
  },

  make: (decoder, record, path) => withClass(decoder, record, path, () => new Set()) as Set<unknown>,

  fill(decoder, object, record, path) {
    for (const value of list(record.set, `${path}.set`)) Set.prototype.add.call(object, decoder.value(value, `${path}.set`));
  },
};
