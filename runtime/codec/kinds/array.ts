/**
 * Arrays: dense ones are their elements, sparse ones their entries.
 */
import { type ArrayEdits, WHOLE_SHARE } from '../../heap/array-edits.ts';
import { isExotic } from '../../heap/exotic.ts';
import { extensibility, flagsOfProperty, isIndex, type IsSlot, usualFlags } from '../attributes.ts';
import { withClass, writeClass } from '../class-of.ts';
import { defineKey } from '../fold.ts';
import type { Json, Props } from '../format.ts';
import { isObject, list } from '../parts.ts';
import { CorruptState } from '../../errors.ts';
import { isMore, writeExotic } from '../properties.ts';
import type { Decoder } from '../decode.ts';
import type { RecordWriter } from '../records.ts';
import type { ObjectKind } from './kind.ts';

export const arrayKind: ObjectKind<unknown[]> = {
  kind: 'array',
  fields: ['a', 'sparse'],
  needs: [],

  write(writer, array) {
    if (isMore(writer, array)) return writeExoticArray(writer, array);
    const values = Object.values(array);
    const record = writeElements(writer, array, values.length);
    const elements = 'a' in record ? (record.a as Json[]).filter((v) => !isHole(v)).length : (record.sparse as [number, Json[]])[1].length;
    if (values.length === elements && Object.getPrototypeOf(array) === Array.prototype) return record;
    const named = Object.keys(array).filter((key) => !isIndex(key));
    const out: Props = {};
    for (const key of named) defineKey(out, key, writer.value((array as unknown as Props)[key]));
    return { ...record, ...classOfArray(writer, array), ...(named.length > 0 ? { o: out } : {}) };
  },

  edit(writer, array, edits, meta) {
    const { hunks, written } = (edits as ArrayEdits).settle(array);
    if (meta.sparse || isExotic(array) || written > array.length * WHOLE_SHARE) return null;
    return { splice: hunks.map(({ at, del, ins }) => [at, del, elements(writer, array, at, at + ins)]) };
  },

  make: (decoder, record, path) => withClass(decoder, record, path, () => []) as unknown[],

  fill(decoder, array, record, path) {
    if ('a' in record) fillElements(decoder, array, list(record.a, `${path}.a`), path);
    else fillEntries(decoder, array, record, path);
  },
};

/** A sparse array is its entries. */
function writeElements(writer: RecordWriter, array: unknown[], values: number): Props {
  const { length } = array;
  if (values >= length / 2 || length <= 32) return { a: elements(writer, array, 0, length) };
  const entries = Object.keys(array).filter(isIndex);
  return { sparse: [length, entries.map((key) => [Number(key), writer.value(array[Number(key)])])] };
}

/** With an accessor or attributes among them, the elements are properties like any others. */
function writeExoticArray(writer: RecordWriter, array: unknown[]): Json {
  const indices = Reflect.ownKeys(array).filter((key) => typeof key === 'string' && isIndex(key)) as string[];
  const ext = extensibility(array);
  const plain = indices.every((key) => flagsOfProperty(array, key) === usualFlags(ext));
  const length = Object.getOwnPropertyDescriptor(array, 'length')!;
  const isSlot: IsSlot = (key) =>
    key === 'length' ? length.writable === (ext !== 'frozen') : plain && typeof key === 'string' && isIndex(key);
  const record = plain ? writeElements(writer, array, indices.length) : { sparse: [array.length, []] };
  return writeExotic(writer, array, { ...record, ...classOfArray(writer, array) }, isSlot);
}

function classOfArray(writer: RecordWriter, array: unknown[]): Props {
  const record: Props = {};
  if (Object.getPrototypeOf(array) !== Array.prototype) writeClass(writer, array, record);
  return record;
}

function elements(writer: RecordWriter, array: unknown[], from: number, to: number): Json[] {
  const out: Json[] = new Array(to - from) as Json[];
  for (let i = from; i < to; i++) {
    const value = array[i];
    out[i - from] = value === undefined && !Object.hasOwn(array, i) ? { $: 'hole' } : writer.value(value);
  }
  return out;
}

const isHole = (value: Json): boolean =>
  typeof value === 'object' && value !== null && (value as { $?: string }).$ === 'hole';

function fillElements(decoder: Decoder, array: unknown[], values: Json[], path: string): void {
  for (let i = 0; i < values.length; i++) {
    const json = values[i]!;
    if (isObject(json) && (json as { $?: Json }).$ === 'hole') array.length = i + 1;
    else array[i] = decoder.value(json, `${path}.a.${i}`);
  }
}

function fillEntries(decoder: Decoder, array: unknown[], record: Props, path: string): void {
  const [length, entries] = list(record.sparse, `${path}.sparse`);
  if (!Number.isInteger(length) || (length as number) < 0 || (length as number) >= 2 ** 32) throw new CorruptState(path, 'an array length was expected');
  array.length = length as number;
  for (const entry of list(entries, path)) {
    const [index, value] = list(entry, path);
    if (!Number.isInteger(index) || (index as number) < 0 || (index as number) >= (length as number)) throw new CorruptState(path, 'an index was expected');
    array[index as number] = decoder.value(value, path);
  }
}
