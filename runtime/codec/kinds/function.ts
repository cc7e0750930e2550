/**
 * Functions: closures are their code and their Env; methods are found again in their class.
 */
import { CorruptState } from '../../errors.ts';
import { isRenamed, markRenamed } from '../../heap/exotic.ts';
import { closureOf, type Code, type MachineCode } from '../../machine/frame.ts';
import { functionPrototypeOf } from '../../machine/suspendable.ts';
import { ownClass } from '../class-of.ts';
import type { Decoder } from '../decode.ts';
import type { Props } from '../format.ts';
import { FUNCTION_MADE, hasMadePrototype, writeMembers } from '../members.ts';
import { text } from '../parts.ts';
import { isMore } from '../properties.ts';
import type { RecordWriter } from '../records.ts';
import { Unstorable } from '../unstorable.ts';
import type { ObjectKind } from './kind.ts';
import { writeChain, writePrototype } from './prototype.ts';

export const functionKind: ObjectKind<Function> = {
  kind: 'function',
  fields: ['fn'],
  needs: ['env', 'of'],
  evaluated: true,
  stays: (fn) => `a function (${fn.name || 'anonymous'}) cannot leave the workflow`,

  write(writer, fn) {
    const closure = closureOf(fn)!;
    const record: Props = { fn: closure.code.id };
    if (closure.home !== undefined) record.of = writer.value(closure.home);
    else if (closure.code.make === null) throw new Unstorable(fn, `the function ${closure.code.id} cannot be stored`);
    else if (closure.env !== undefined) record.env = writer.env(closure.env);
    writeName(writer, fn, record);
    writeChain(writer, fn, record, prototypeOfKind(closure.code));
    if (hasMadePrototype(fn)) writePrototype(writer, fn, record);
    if (isMore(writer, fn) || !isPlain(fn)) writeMembers(writer, fn, record, FUNCTION_MADE);
    return record;
  },

  make(decoder, record, path) {
    const id = text(record.fn, `${path}.fn`);
    if ('of' in record) return method(decoder, id, record, path);
    const code = decoder.definitions.code(id);
    if (!code?.make || code.kind === 'class') throw new CorruptState(`${path}.fn`, `this program has no function ${id}`);
    return rename(decoder, code.make(decoder.env(record.env, `${path}.env`)), record, path);
  },

  fill(decoder, fn, record, path) {
    if ('proto' in record) Object.setPrototypeOf(fn, decoder.prototype(record.proto, `${path}.proto`));
    if (!('prototype' in record)) return;
    if (!Object.getOwnPropertyDescriptor(fn, 'prototype')?.writable) throw new CorruptState(`${path}.prototype`, 'this function has no prototype');
    fn.prototype = decoder.value(record.prototype, `${path}.prototype`);
  },
};

const prototypeOfKind = (code: Code): object => ('starts' in code ? functionPrototypeOf((code as MachineCode).starts) : Function.prototype);

/** Most functions have the properties that their code gives them, and no others. */
const isPlain = (fn: Function): boolean =>
  Object.keys(fn).length === 0 && Object.hasOwn(fn, 'name') && Object.hasOwn(fn, 'length');

/** A `name` and `length` that the code does not tell. */
export function writeName(writer: RecordWriter, fn: Function, record: Props): void {
  if (!isRenamed(fn)) return;
  for (const key of ['name', 'length']) {
    const descriptor = Object.getOwnPropertyDescriptor(fn, key);
    if (descriptor && 'value' in descriptor) record[key] = writer.value(descriptor.value);
  }
}

export function rename<F extends Function>(decoder: Decoder, fn: F, record: Props, path: string): F {
  for (const key of ['name', 'length'] as const) {
    if (key in record) Object.defineProperty(fn, key, { value: decoder.value(record[key], `${path}.${key}`), configurable: true });
  }
  return markRenamed(fn, 'name' in record || 'length' in record);
}

/** A method of a class: the function that the restored class has there. */
function method(decoder: Decoder, id: string, record: Props, path: string): Function {
  const constructor = ownClass(decoder, record.of, `${path}.of`);
  const found = methodsOf(constructor).find((fn) => closureOf(fn)?.code.id === id);
  if (!found) throw new CorruptState(path, `the class has no method ${id}`);
  return found;
}

/** The functions that a class and its prototype have, and private methods. */
export function methodsOf(constructor: { prototype: object }): Function[] {
  const members = [constructor as object, constructor.prototype].flatMap((home) =>
    Reflect.ownKeys(home).flatMap((key) => {
      const descriptor = Object.getOwnPropertyDescriptor(home, key)!;
      return [descriptor.value as unknown, descriptor.get, descriptor.set].filter((fn) => typeof fn === 'function');
    }),
  );
  return [...members, ...(closureOf(constructor)?.evaluation?.taken ?? [])];
}
