/**
 * WeakMaps and WeakSets. An entry is part of the state only if something else leads to its key: the writer is told of the
 * key, and calls back when it has come to it.
 */
import { isWeakMap, isWeakSet, WeakMap, WeakSet } from '../../builtins/weak.ts';
import { CorruptState } from '../../errors.ts';
import type { KeyEdits } from '../../heap/key-edits.ts';
import { canBeHeldWeakly, weakEntriesOf } from '../../heap/weak-entries.ts';
import { withClass } from '../class-of.ts';
import type { Json, Props } from '../format.ts';
import { list } from '../parts.ts';
import { writeRest } from '../properties.ts';
import type { RecordWriter } from '../records.ts';
import type { ObjectKind } from './kind.ts';

export const weakMapKind: ObjectKind = {
  kind: 'weak map',
  fields: ['weakMap'],
  needs: [],
  is: isWeakMap,
  stays: () => 'a WeakMap cannot leave the workflow',

  write: (writer, object) => writeRest(writer, object, { weakMap: writeEntries(writer, object, entry) }, WeakMap.prototype),
  edit: (writer, object, edits) => editEntries(writer, object, edits as KeyEdits<object>, 'put', entry),
  make: (decoder, record, path) => withClass(decoder, record, path, () => new WeakMap()),

  fill(decoder, object, record, path) {
    for (const json of list(record.weakMap, `${path}.weakMap`)) {
      const [key, value] = list(json, `${path}.weakMap`);
      weakEntriesOf(object)!.set(readKey(decoder.value(key, `${path}.weakMap`), path), decoder.value(value, `${path}.weakMap`));
    }
  },
};

export const weakSetKind: ObjectKind = {
  kind: 'weak set',
  fields: ['weakSet'],
  needs: [],
  is: isWeakSet,
  stays: () => 'a WeakSet cannot leave the workflow',

  write: (writer, object) => writeRest(writer, object, { weakSet: writeEntries(writer, object, member) }, WeakSet.prototype),
  edit: (writer, object, edits) => editEntries(writer, object, edits as KeyEdits<object>, 'add', member),
  make: (decoder, record, path) => withClass(decoder, record, path, () => new WeakSet()),

  fill(decoder, object, record, path) {
    for (const json of list(record.weakSet, `${path}.weakSet`)) {
      weakEntriesOf(object)!.set(readKey(decoder.value(json, `${path}.weakSet`), path), true);
    }
  },
};

type WriteEntry = (writer: RecordWriter, key: object | symbol, value: unknown) => Json;

const entry: WriteEntry = (writer, key, value) => [writer.value(key), writer.value(value)];
const member: WriteEntry = (writer, key) => writer.value(key);

function writeEntries(writer: RecordWriter, object: object, write: WriteEntry): Json[] {
  const written: Json[] = [];
  for (const key of weakEntriesOf(object)!.keys()) writeEntry(writer, object, key, write, written);
  return written;
}

function writeEntry(writer: RecordWriter, object: object, key: object | symbol, write: WriteEntry, written: Json[]): void {
  const entries = weakEntriesOf(object)!;
  const reached = (): void => void written.push(write(writer, key, entries.get(key)));
  writer.ephemeron(key, reached, () => entries.delete(key));
}

function editEntries(writer: RecordWriter, object: object, edits: KeyEdits<object>, field: 'put' | 'add', write: WriteEntry): Json {
  const entries = weakEntriesOf(object)!;
  const del: Json[] = [];
  const written: Json[] = [];
  for (const [key, renewed] of edits.keys) {
    const present = entries.has(key);
    // What no checkpoint has come to is in no record.
    if ((renewed || !present) && writer.isReached(key)) del.push(writer.value(key));
    if (present) writeEntry(writer, object, key, write, written);
  }
  const edit: Props = { [field]: written };
  if (del.length > 0) edit.del = del;
  return edit;
}

function readKey(value: unknown, path: string): object | symbol {
  if (!canBeHeldWeakly(value)) throw new CorruptState(path, 'a key that can be held weakly was expected');
  return value;
}
