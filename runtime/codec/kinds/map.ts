/** Maps. Internal slots are read by the built-ins themselves: a subclass may have methods of the same names. */
import { types } from 'node:util';
import { WHOLE_SHARE } from '../../heap/array-edits.ts';
import type { KeyEdits } from '../../heap/key-edits.ts';
import { withClass } from '../class-of.ts';
import type { Json } from '../format.ts';
import { sizeOfMap } from '../internal-slots.ts';
import { list } from '../parts.ts';
import { writeRest } from '../properties.ts';
import type { ObjectKind } from './kind.ts';

export const mapKind: ObjectKind<Map<unknown, unknown>> = {
  kind: 'map',
  fields: ['map'],
  needs: [],
  is: types.isMap,

  write(writer, object) {
    const map: Json[] = [];
    Map.prototype.forEach.call(object, (v, k) => map.push([writer.value(k), writer.value(v)]));
    return writeRest(writer, object, { map }, Map.prototype);
  },

  edit(writer, map, edits) {
    const { cleared, keys } = edits as KeyEdits;
    if (!cleared && keys.size > sizeOfMap(map) * WHOLE_SHARE) return null;
    const del: Json[] = [];
    const put: Json[] = [];
    for (const [key, renewed] of keys) {
      const present = Map.prototype.has.call(map, key);
      if (!cleared && (renewed || !present)) del.push(writer.value(key));
      if (present) put.push([writer.value(key), writer.value(Map.prototype.get.call(map, key))]);
    }
    return { ...(cleared ? { clear: true } : {}), ...(del.length > 0 ? { del } : {}), put };
  },

  make: (decoder, record, path) => withClass(decoder, record, path, () => new Map()) as Map<unknown, unknown>,

  fill(decoder, object, record, path) {
    for (const entry of list(record.map, `${path}.map`)) {
      const [key, value] = list(entry, `${path}.map`);
      Map.prototype.set.call(object, decoder.value(key, `${path}.map`), decoder.value(value, `${path}.map`));
    }
  },
};
