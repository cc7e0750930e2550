/**
 * `structuredClone` (HTML 2.7.10). Promises, iterators and generators are objects of the runtime's own here, which the
 * host would copy as if they were empty ones; a transfer changes the buffer it takes.
 */
import { types } from 'node:util';
import { touched } from '../heap/touch.ts';
import { weakEntriesOf } from '../heap/weak-entries.ts';
import { asyncGeneratorOf } from '../machine/async-generator.ts';
import { generatorOf } from '../machine/generator.ts';
import { slotsOf } from '../machine/promise.ts';
import { walkOf } from './walk.ts';

const host = globalThis.structuredClone;

type Options = { transfer?: Iterable<object> } | undefined;

export function structuredClone(value: unknown, options?: Options): unknown {
  const transfer = options?.transfer === undefined ? undefined : [...options.transfer];
  try {
    refuseOurs(value);
    transfer?.forEach(touched);
    if (arguments.length === 0) return (host as Function)() as never;
    return host(value, transfer && ({ transfer } as Parameters<typeof host>[1]));
  } catch (error) {
    throw error instanceof DOMException ? cloneError(error.message) : error;
  }
}

/** What the host would not know for what it is, found by data properties and entries; a loop, as chains may be long. */
function refuseOurs(root: unknown): void {
  const seen = new Set<object>();
  const work: unknown[] = [root];
  while (work.length > 0) {
    const value = work.pop();
    if (typeof value !== 'object' || value === null || seen.has(value)) continue;
    seen.add(value);
    if (isOurs(value)) throw cloneError(`${Object.prototype.toString.call(value)} could not be cloned.`);
    if (ArrayBuffer.isView(value)) continue;
    if (types.isMap(value)) Map.prototype.forEach.call(value, (v, k) => work.push(v, k));
    else if (types.isSet(value)) Set.prototype.forEach.call(value, (v) => work.push(v));
    for (const key of Object.keys(value)) work.push(Object.getOwnPropertyDescriptor(value, key)!.value);
  }
}

const isOurs = (value: object): boolean =>
  weakEntriesOf(value) !== undefined ||
  slotsOf(value) !== undefined || walkOf(value) !== undefined || generatorOf(value) !== undefined || asyncGeneratorOf(value) !== undefined;

/** The error, as one that can be stored: a DOMException belongs to the host. */
function cloneError(message: string): Error {
  const error = new Error(message);
  Object.defineProperty(error, 'name', { value: 'DataCloneError', writable: true, configurable: true });
  return Object.defineProperty(error, 'code', { value: 25, writable: true, configurable: true });
}
