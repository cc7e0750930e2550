/**
 * The prototype of a class, function or generator function of the run's own. It comes with the one it belongs to, so its
 * record says whose it is, and what differs from what evaluation makes.
 */
import { CorruptState } from '../../errors.ts';
import { closureOf, type MachineCode } from '../../machine/frame.ts';
import { generatorFunctionOf } from '../../machine/generator-function.ts';
import { functionPrototypeOf } from '../../machine/suspendable.ts';
import { ownConstructor } from '../class-of.ts';
import type { Props } from '../format.ts';
import { isAsMade, type Made, membersMade, prototypeMade, writeMembers } from '../members.ts';
import type { RecordWriter } from '../records.ts';
import type { ObjectKind } from './kind.ts';

/** A function's `prototype` can be replaced: the first object that is stored as the prototype of a function stays it. */
const prototypes = new WeakMap<Function, object>();
const owners = new WeakMap<object, Function>();

/** The class or function whose prototype an object is stored as. */
export const ownerOf = (object: object): Function | undefined => owners.get(object) ?? generatorFunctionOf(object);

function own(prototype: object, fn: Function): void {
  prototypes.set(fn, prototype);
  owners.set(prototype, fn);
}

/** Is an object with a `constructor` to be stored as the prototype of a class or function? */
export function isPrototype(object: object): boolean {
  const constructor: unknown = Object.getOwnPropertyDescriptor(object, 'constructor')!.value;
  const kind = closureOf(constructor)?.code.kind;
  if ((kind !== 'class' && kind !== 'function') || (constructor as Function).prototype !== object) return false;
  const known = prototypes.get(constructor as Function);
  if (known === undefined) own(object, constructor as Function);
  return known === undefined || known === object;
}

export const prototypeKind: ObjectKind = {
  kind: 'prototype',
  fields: ['prototype'],
  needs: ['prototype'],
  evaluated: true,
  is: (object) => generatorFunctionOf(object) !== undefined,

  write(writer, prototype) {
    const fn = ownerOf(prototype)!;
    const record: Props = { prototype: writer.value(fn) };
    writeChain(writer, prototype, record, parentOf(fn));
    writeMembers(writer, prototype, record, madeFor(fn));
    return record;
  },

  make(decoder, record, path) {
    const fn = ownConstructor(decoder, record.prototype, `${path}.prototype`);
    if (prototypes.has(fn)) throw new CorruptState(path, 'the prototype of this class or function is there already');
    own(fn.prototype, fn);
    return fn.prototype;
  },

  fill(decoder, prototype, record, path) {
    if ('proto' in record) Object.setPrototypeOf(prototype, decoder.prototype(record.proto, `${path}.proto`));
  },
};

const isGenerator = (fn: Function): boolean => closureOf(fn)!.code.kind === 'machine';

/** The properties that evaluation gives to the prototype of a class or function. */
function madeFor(fn: Function): ReadonlyMap<PropertyKey, Made> {
  if (isGenerator(fn)) return NOTHING;
  return closureOf(fn)!.code.kind === 'class' ? membersMade(fn, false) : prototypeMade(fn);
}

const NOTHING: ReadonlyMap<PropertyKey, Made> = new Map();

/** What it inherits from, once it is made again; undefined where that differs from now. */
function parentOf(fn: Function): object | null | undefined {
  const { code, evaluation } = closureOf(fn)!;
  if (isGenerator(fn)) return (functionPrototypeOf((code as MachineCode).starts) as { prototype: object }).prototype;
  const heritage = evaluation?.heritage;
  if (heritage === undefined) return Object.prototype;
  if (heritage === null) return null;
  if (isBound(heritage)) return undefined;
  const { prototype } = heritage as Function;
  return closureOf(heritage)?.code.kind !== 'function' || isFirst(prototype, heritage as Function) ? (prototype as object) : undefined;
}

/** A bound function has only the `prototype` that it was given, which a restored one is given last. */
export const isBound = (fn: unknown): boolean => closureOf(fn)?.code.kind === 'builtin';

/** Is this the prototype that a function made again would have? It may not have been stored yet. */
function isFirst(prototype: unknown, fn: Function): boolean {
  if (isUntouched(prototype, fn)) return true;
  if (typeof prototype !== 'object' || prototype === null || !Object.hasOwn(prototype, 'constructor')) return false;
  return isPrototype(prototype) && ownerOf(prototype) === fn;
}

/** What a function or prototype inherits from, if evaluation does not give it that. */
export function writeChain(writer: RecordWriter, object: object, record: Props, made: object | null | undefined): void {
  const prototype = Object.getPrototypeOf(object) as object | null;
  if (prototype !== made) record.proto = writer.value(prototype);
}

/** Writes the prototype that belongs to a function or class, if there is anything to say of it. */
export function writePrototype(writer: RecordWriter, fn: Function, record: Props): void {
  const prototype: unknown = fn.prototype;
  if (isUntouched(prototype, fn)) return;
  if (isAsEvaluated(prototype, fn)) {
    writer.keep(prototype as object);
    return;
  }
  const reference = writer.value(prototype);
  if (typeof prototype !== 'object' || prototype === null || ownerOf(prototype) !== fn) record.prototype = reference;
}

/** Is this the object that every constructor function begins with, and not stamped? Quick, for most functions have it. */
function isUntouched(prototype: unknown, fn: Function): boolean {
  if (typeof prototype !== 'object' || prototype === null || Object.getPrototypeOf(prototype) !== Object.prototype) return false;
  if (Reflect.ownKeys(prototype).length !== 1 || !Object.isExtensible(prototype) || prototypes.has(fn)) return false;
  const { value, enumerable, writable, configurable } = Object.getOwnPropertyDescriptor(prototype, 'constructor') ?? {};
  return value === fn && enumerable === false && writable === true && configurable === true;
}

function isAsEvaluated(prototype: unknown, fn: Function): boolean {
  if (typeof prototype !== 'object' || prototype === null || (prototypes.get(fn) ?? prototype) !== prototype) return false;
  if (isGenerator(fn) && generatorFunctionOf(prototype) !== fn) return false;
  return Object.getPrototypeOf(prototype) === parentOf(fn) && isAsMade(prototype, madeFor(fn));
}
