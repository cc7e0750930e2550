/**
 * Own properties of functions, classes and their prototypes.
 *
 * Restoring one means making it again from its code, which gives it properties: `name` and `length`, `constructor`,
 * the methods of a class. They are not stored while they are as the code makes them. Plain properties besides them
 * are stored as `o`. Once a member has been added to a prototype, replaced, deleted or redefined, all own properties
 * are stored as `props`, in their order, and take the place of those that the code has made.
 */
import { CODE, META } from '../abi.ts';
import { isConstructor } from '../builtins/objects.ts';
import { closureOf, type MachineCode } from '../machine/frame.ts';
import { CONFIGURABLE, ENUMERABLE, extensibility, flagsOfProperty, usualFlags, WRITABLE } from './attributes.ts';
import { defineKey } from './fold.ts';
import type { Props } from './format.ts';
import { writeProperty } from './properties.ts';
import type { RecordWriter } from './records.ts';

/** A property that the code makes: its value or accessors, and its flags. */
export interface Made {
  is: (descriptor: PropertyDescriptor) => boolean;
  flags: number;
}

const HIDDEN: ReadonlySet<PropertyKey> = new Set([META, CODE]);

/** A `prototype` that the code has made; another function may have been given one like any property, also a fixed one. */
export function hasMadePrototype(fn: object): boolean {
  const descriptor = Object.getOwnPropertyDescriptor(fn, 'prototype');
  if (descriptor?.configurable !== false || !('value' in descriptor)) return false;
  const { code } = closureOf(fn)!;
  if (code.kind === 'builtin') return false;
  if (code.kind === 'machine') return (code as MachineCode).starts !== 'begin';
  // A function begins with a writable one.
  return descriptor.writable === true || code.kind !== 'function' || isConstructor(fn as Function);
}

/** The properties that a program sees. `prototype` of a function is told elsewhere. */
const keysOf = (home: object): PropertyKey[] =>
  Reflect.ownKeys(home).filter((key) => !HIDDEN.has(key) && !(key === 'prototype' && typeof home === 'function' && hasMadePrototype(home)));

/** Are the properties of a prototype what its class or function makes? */
export function isAsMade(home: object, made: ReadonlyMap<PropertyKey, Made>): boolean {
  const keys = keysOf(home);
  return Object.isExtensible(home) && keys.length === made.size && keys.every((key) => isMade(home, key, made.get(key), ALL));
}

/** `always`: the code makes enumerable properties too, so that what is not stored would be there. */
export function writeMembers(
  writer: RecordWriter,
  home: object,
  record: Props,
  made: ReadonlyMap<PropertyKey, Made>,
  always = false,
): void {
  const ext = extensibility(home);
  const usual = usualFlags(ext);
  const keys = keysOf(home);
  const plain: string[] = [];
  let asMade = 0;
  for (const key of keys) {
    if (isMade(home, key, made.get(key), usual)) asMade++;
    else if (typeof key === 'string' && flagsOfProperty(home, key) === usual) plain.push(key);
    else break;
  }
  if (asMade < made.size || asMade + plain.length < keys.length) {
    record.props = keys.map((key) => writeProperty(writer, home, key));
  } else if (plain.length > 0 || always) {
    const out: Props = {};
    for (const key of plain) defineKey(out, key, writer.value((home as Props)[key]));
    record.o = out;
  }
  if (ext !== undefined) record.ext = ext;
}

const ALL = ENUMERABLE | CONFIGURABLE | WRITABLE;

/** `mask`: the flags that a frozen or sealed object's properties can have. */
function isMade(home: object, key: PropertyKey, made: Made | undefined, mask: number): boolean {
  if (made === undefined) return false;
  const descriptor = Object.getOwnPropertyDescriptor(home, key)!;
  const flags =
    (descriptor.enumerable ? ENUMERABLE : 0) | (descriptor.configurable ? CONFIGURABLE : 0) | (descriptor.writable ? WRITABLE : 0);
  return flags === (made.flags & mask) && made.is(descriptor);
}

/** `name` and `length`, whose values the record of a function tells. */
const NAMING: Made = { is: (descriptor) => 'value' in descriptor, flags: CONFIGURABLE };
export const FUNCTION_MADE: ReadonlyMap<PropertyKey, Made> = new Map([
  ['length', NAMING],
  ['name', NAMING],
]);

const CONSTRUCTOR_FLAGS = CONFIGURABLE | WRITABLE;

/** What the prototype of a function has. */
export const prototypeMade = (fn: Function): Map<PropertyKey, Made> =>
  new Map([['constructor', { is: ({ value }) => value === fn, flags: CONSTRUCTOR_FLAGS }]]);

/** What the declaration of a class gives to the class (`isStatic`) or to its prototype. */
export function membersMade(constructor: Function, isStatic: boolean): Map<PropertyKey, Made> {
  const made = isStatic ? new Map(FUNCTION_MADE) : prototypeMade(constructor);
  const isMethod = (fn: unknown, id: string | undefined): boolean => {
    if (id === undefined) return fn === undefined;
    const closure = closureOf(fn);
    return closure?.home === constructor && closure.code.id === id;
  };
  const accessors = new Map<PropertyKey, { get?: string; set?: string }>();
  for (const [key, kind, ofClass, id] of closureOf(constructor)?.evaluation?.members ?? []) {
    if (ofClass !== isStatic) continue;
    if (kind === 'method') {
      accessors.delete(key);
      made.set(key, { is: ({ value }) => isMethod(value, id), flags: CONFIGURABLE | WRITABLE });
    } else {
      const pair = { ...accessors.get(key), [kind]: id };
      accessors.set(key, pair);
      made.set(key, {
        is: (descriptor) => !('value' in descriptor) && isMethod(descriptor.get, pair.get) && isMethod(descriptor.set, pair.set),
        flags: CONFIGURABLE,
      });
    }
  }
  return made;
}
