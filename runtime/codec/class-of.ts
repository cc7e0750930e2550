/**
 * What an object inherits from: in a record `is` (a class), `proto` (any other prototype), and `#`, the private fields
 * that the classes of its chain have given it.
 */
import { types } from 'node:util';
import { CorruptState } from '../errors.ts';
import { markExotic } from '../heap/exotic.ts';
import { isResizable } from '../heap/binary.ts';
import { closureOf, type PrivateAccess } from '../machine/frame.ts';
import { restoring } from '../machine/registers.ts';
import type { Decoder } from './decode.ts';
import type { Json, Props } from './format.ts';
import { referenceOf } from './parts.ts';
import type { RecordWriter } from './records.ts';
import { Unstorable } from './unstorable.ts';

type Class = { prototype: object; new (...args: unknown[]): object };

// ——— Written ———

/** `is` for an instance of a class, `proto` for anything else; and the private fields. */
export function writeClass(writer: RecordWriter, object: object, record: Props): void {
  const prototype = Object.getPrototypeOf(object) as object | null;
  if (prototype === null) {
    record.proto = null;
    return;
  }
  writePrototype(writer, object, prototype, record);
  writePrivates(writer, object, record);
}

function writePrototype(writer: RecordWriter, object: object, prototype: object, record: Props): void {
  const constructor = Object.hasOwn(prototype, 'constructor') ? (prototype as { constructor: unknown }).constructor : undefined;
  const isOf = typeof constructor === 'function' && constructor.prototype === prototype;
  const kind = isOf ? closureOf(constructor)?.code.kind : undefined;
  if (kind === 'class') {
    record.is = writer.value(constructor);
  } else if (isOf && kind === undefined && writer.names.nameOf(prototype) === undefined) {
    throw new Unstorable(object, `an instance of ${constructor.name || 'a class'}, which belongs to the host, cannot be stored`);
  } else {
    record.proto = writer.value(prototype);
  }
}

/** Own private fields, declared anywhere in the chain of classes. */
function writePrivates(writer: RecordWriter, object: object, record: Props): void {
  const out: Props = {};
  const counts = new Map<string, number>();
  for (let p = Object.getPrototypeOf(object) as object | null; p !== null && p !== Object.prototype; p = Object.getPrototypeOf(p) as object | null) {
    if (!Object.hasOwn(p, 'constructor')) continue;
    const closure = closureOf((p as { constructor: unknown }).constructor);
    if (!closure?.privates) continue;
    for (const [name, access] of Object.entries(closure.privates)) {
      if (access.kind !== 'field' || !access.has(object)) continue;
      // The same name in two classes of the chain: the outer class is told by its id, and by a number if it
      // is an evaluation of the same class (a mixin applied twice).
      const full = `${closure.code.id}${name}`;
      const count = (counts.get(full) ?? 0) + 1;
      counts.set(full, count);
      const key = !(name in out) ? name : count === 1 ? full : `${full}#${count}`;
      out[key] = writer.value(access.get!(object));
    }
  }
  if (Object.keys(out).length > 0) record['#'] = out;
}

// ——— Read ———

/** A built-in object, through the class's constructor where the record names a class. */
export function withClass(decoder: Decoder, record: Props, path: string, make: () => object): object {
  if ('is' in record) return instance(decoder, record, path, argumentsFor(make()));
  return withPrototype(decoder, make(), record, path);
}

/** `new C()` in restore mode: constructors return at once, so the object has a fresh one's shape. */
export function instance(decoder: Decoder, record: Props, path: string, args: unknown[] = []): object {
  const constructor = classValue(decoder, record.is, `${path}.is`);
  restoring.on = true;
  try {
    return new constructor(...args);
  } finally {
    restoring.on = false;
  }
}

export function withPrototype<T extends object>(decoder: Decoder, object: T, record: Props, path: string): T {
  if (!('proto' in record)) return object;
  return markExotic(Object.setPrototypeOf(object, decoder.prototype(record.proto, `${path}.proto`)) as T);
}

export function classValue(decoder: Decoder, json: Json | undefined, path: string): Class {
  const value = decoder.value(json, path);
  if (typeof value !== 'function' || closureOf(value)?.code.kind !== 'class') throw new CorruptState(path, 'a class of this program was expected');
  return value as unknown as Class;
}

/** A class of this run's own: what all runs share is referred to by name, and never filled. */
export function ownClass(decoder: Decoder, json: Json | undefined, path: string): Class {
  if (referenceOf(json) === 0) throw new CorruptState(path, 'a class of the run was expected');
  return classValue(decoder, json, path);
}

/** A class or function of this run's own that has a prototype. */
export function ownConstructor(decoder: Decoder, json: Json | undefined, path: string): Class {
  const value = referenceOf(json) === 0 ? undefined : decoder.value(json, path);
  if (typeof value !== 'function' || !closureOf(value) || !Object.hasOwn(value, 'prototype')) {
    throw new CorruptState(path, 'a class or function of the run was expected');
  }
  return value as unknown as Class;
}

/** What the constructor of a subclass must be given, so that its instance has the slots of this object. */
function argumentsFor(like: object): unknown[] {
  if (types.isDate(like)) return [like.getTime()];
  if (types.isRegExp(like)) return [like.source, like.flags];
  if (types.isBoxedPrimitive(like)) return [like.valueOf()];
  if (types.isArrayBuffer(like)) return [like.byteLength, ...(isResizable(like) ? [{ maxByteLength: like.maxByteLength }] : [])];
  if (ArrayBuffer.isView(like)) return [like.buffer, like.byteOffset, (like as Uint8Array).length ?? like.byteLength];
  return [];
}

export function fillPrivates(decoder: Decoder, object: object, record: Props, path: string): void {
  for (const [key, json] of Object.entries(record['#'] as Props)) {
    const at = `${path}.#.${key}`;
    const access = privateAccess(object, key);
    if (!access?.set) throw new CorruptState(at, 'the class has no such private field');
    access.set(object, decoder.value(json, at));
  }
}

/** The access to a private field, by its name or by class id and name. */
function privateAccess(object: object, key: string): PrivateAccess | undefined {
  const own = typeof object === 'function' ? closureOf(object)?.privates?.[key] : undefined;
  if (own) return own;
  const [, id, name, count] = /^([^#]+#[^#]*)?(#[^#]+)(?:#(\d+))?$/.exec(key) ?? [];
  if (name === undefined) return undefined;
  let left = Number(count ?? 1);
  for (let p = Object.getPrototypeOf(object) as object | null; p !== null && p !== Object.prototype; p = Object.getPrototypeOf(p) as object | null) {
    if (!Object.hasOwn(p, 'constructor')) continue;
    const closure = closureOf((p as { constructor: unknown }).constructor);
    const access = closure?.privates?.[name];
    if (access && (id === undefined || closure!.code.id === id) && access.has(object) && --left === 0) return access;
  }
  return undefined;
}
