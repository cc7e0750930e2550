/**
 * Own properties, which any object may have besides what its kind says: in a record `o`, `props` and `ext`.
 */
import { types } from 'node:util';
import { CODE, META } from '../abi.ts';
import { CorruptState } from '../errors.ts';
import { isExotic, markExotic } from '../heap/exotic.ts';
import {
  CONFIGURABLE,
  ENUMERABLE,
  extensibility,
  flagsOfProperty,
  hasAttributes,
  isNoSlot,
  type IsSlot,
  SAYS_NO_KIND,
  usualFlags,
  WRITABLE,
} from './attributes.ts';
import { writeClass } from './class-of.ts';
import type { Decoder } from './decode.ts';
import { defineKey } from './fold.ts';
import type { Json, Props } from './format.ts';
import { isObject, list, propertiesOf } from './parts.ts';
import type { RecordWriter } from './records.ts';

// ——— Written ———

/** Is there more to an object than plain data properties? */
export function isMore({ names }: RecordWriter, object: object): boolean {
  if (isExotic(object)) return true;
  if (names.symbols && Object.getOwnPropertySymbols(object).some((key) => key !== META && key !== CODE)) return true;
  return names.reflective && hasAttributes(object);
}

/** Enumerable string keys of an object without surprises. `asIs`: the object may stand for its copy. */
export function writeProperties(writer: RecordWriter, object: Props, asIs: boolean): Json {
  const keys = Object.keys(object);
  let copy: Props | null = asIs ? null : {};
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i]!;
    const value: unknown = object[key];
    if (copy === null) {
      if (isJson(value)) continue;
      copy = {};
      for (let j = 0; j < i; j++) defineKey(copy, keys[j]!, object[keys[j]!]!);
    }
    defineKey(copy, key, writer.value(value));
  }
  return copy ?? object;
}

/**
 * Properties with attributes, accessors or symbol keys, and non-extensible objects. What a frozen object's
 * properties lack they lack because it is frozen, so they are written like any others.
 */
export function writeExotic(writer: RecordWriter, object: object, record: Props, isSlot: IsSlot): Json {
  const ext = extensibility(object);
  const keys = Reflect.ownKeys(object).filter((key) => key !== META && key !== CODE && !isSlot(key, object));
  const usual = usualFlags(ext);
  if (keys.every((key) => typeof key === 'string' && flagsOfProperty(object, key) === usual)) {
    const out: Props = {};
    for (const key of keys) defineKey(out, key as string, writer.value((object as Record<PropertyKey, unknown>)[key]));
    if (keys.length > 0 || Object.keys(record).every((key) => SAYS_NO_KIND.has(key))) record.o = out;
  } else {
    // Marked, so that later changes are not written as edits of `o`.
    markExotic(object);
    record.props = keys.map((key) => writeProperty(writer, object, key));
  }
  if (ext !== undefined) record.ext = ext;
  return record;
}

export function writeProperty(writer: RecordWriter, object: object, key: PropertyKey): Json {
  const descriptor = Object.getOwnPropertyDescriptor(object, key)!;
  const flags =
    (descriptor.enumerable ? ENUMERABLE : 0) | (descriptor.configurable ? CONFIGURABLE : 0) | (descriptor.writable ? WRITABLE : 0);
  const name = typeof key === 'symbol' ? writer.value(key) : (key as string);
  if ('value' in descriptor) return [name, { value: writer.value(descriptor.value) }, flags];
  const accessors: Props = {};
  if (descriptor.get) accessors.get = writer.value(descriptor.get);
  if (descriptor.set) accessors.set = writer.value(descriptor.set);
  return [name, accessors, flags];
}

/** What a built-in object may have besides its slots: a class, further properties. */
export function writeRest(writer: RecordWriter, object: object, record: Props, builtin: object | null, isSlot: IsSlot = isNoSlot): Json {
  if (Object.getPrototypeOf(object) !== builtin || builtin === null) writeClass(writer, object, record);
  if (isMore(writer, object)) return writeExotic(writer, object, record, isSlot);
  const keys = Object.keys(object).filter((key) => !isSlot(key, object));
  if (keys.length > 0) {
    const out: Props = {};
    for (const key of keys) defineKey(out, key, writer.value((object as Props)[key]));
    record.o = out;
  }
  return record;
}

const isJson = (value: unknown): boolean => {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return true;
    case 'number':
      return value - value === 0 && (value !== 0 || 1 / value > 0);
    default:
      return value === null;
  }
};

// ——— Read ———

export function fillProperties(decoder: Decoder, object: object, record: Props, path: string): void {
  const properties = propertiesOf(record.o!, `${path}.o`);
  if (object === record.o) {
    // Its own parsed object: only the escapes change.
    for (const [key, json] of properties) {
      if (typeof json === 'object' && json !== null) defineKey(object as Record<string, unknown>, key, decoder.value(json, `${path}.o.${key}`));
    }
    return;
  }
  // What the constructor's shape has and the record has not was deleted; a different order must be rebuilt.
  const own = ownNames(object);
  const same = own.length <= properties.length && own.every((key, i) => properties[i]![0] === key);
  if (!same) for (const key of own) delete (object as Record<string, unknown>)[key];
  for (const [key, json] of properties) {
    const value = decoder.value(json, `${path}.o.${key}`);
    if (Object.hasOwn(object, key)) (object as Record<string, unknown>)[key] = value;
    else Object.defineProperty(object, key, { value, enumerable: true, writable: true, configurable: true });
  }
}

/** `evaluated`: what the code of a function or class has made goes, too. */
export function fillExotic(decoder: Decoder, object: object, props: Json[], path: string, evaluated = false): void {
  const made = evaluated ? madeKeys(object, props) : ownNames(object);
  for (const key of made) Reflect.deleteProperty(object, key);
  for (const prop of props) {
    const [name, content, flags] = list(prop, `${path}.props`);
    const key = typeof name === 'string' ? name : (decoder.value(name, `${path}.props`) as PropertyKey);
    if ((typeof key !== 'string' && typeof key !== 'symbol') || !isObject(content)) throw new CorruptState(`${path}.props`, 'a property was expected');
    const at = `${path}.props.${String(key)}`;
    const bits = Number(flags);
    const attributes = { enumerable: (bits & ENUMERABLE) !== 0, configurable: (bits & CONFIGURABLE) !== 0 };
    const descriptor =
      'value' in content
        ? { value: decoder.value(content.value, at), writable: (bits & WRITABLE) !== 0, ...attributes }
        : {
            // Both may be absent, and it is an accessor all the same.
            get: 'get' in content ? (decoder.callable(content.get, at) as () => unknown) : undefined,
            set: 'set' in content ? (decoder.callable(content.set, at) as (v: unknown) => void) : undefined,
            ...attributes,
          };
    Object.defineProperty(object, key, descriptor);
  }
  markExotic(object);
}

/** Enumerable properties that are not elements of an array or characters of a String. */
const ownNames = (object: object): string[] =>
  Object.keys(object).filter((key) => !((Array.isArray(object) || object instanceof String || ArrayBuffer.isView(object)) && /^\d+$/.test(key)));

/** Fields that a class keeps under symbols: those that the record of an instance has are set again. */
export function dropSymbolFields(instance: object): void {
  for (const key of Object.getOwnPropertySymbols(instance)) if (key !== META && key !== CODE) Reflect.deleteProperty(instance, key);
}

/**
 * What is redefined stays in its place where a property follows that cannot be deleted: `length` and `name` of a
 * function, before its `prototype`, and `length` of an arguments object, before `callee`.
 */
function madeKeys(object: object, props: Json[]): PropertyKey[] {
  const place = (name: string): number => props.findIndex((prop) => Array.isArray(prop) && prop[0] === name);
  const stays = (key: PropertyKey): boolean =>
    typeof object === 'function'
      ? (key === 'name' || key === 'length') && place(key) !== -1
      : types.isArgumentsObject(object) && key === 'length' && place('length') !== -1 && place('length') < place('callee');
  return Reflect.ownKeys(object).filter((key) => key !== META && key !== CODE && !stays(key));
}

/** After everything else, for nothing can be added any more. */
export function restrict(object: object, ext: Json | undefined, path: string): void {
  if (ext === 'frozen') Object.freeze(object);
  else if (ext === 'sealed') Object.seal(object);
  else if (ext === 'fixed') Object.preventExtensions(object);
  else throw new CorruptState(`${path}.ext`, 'fixed, sealed or frozen was expected');
}
