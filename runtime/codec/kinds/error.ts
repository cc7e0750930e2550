/** Errors, with the properties that their constructors make, and the stack across all frames. */
import { types } from 'node:util';
import { CorruptState } from '../../errors.ts';
import { fullStack } from '../../machine/stack.ts';
import { ENUMERABLE, ERROR_SLOTS, extensibility, flagsOfProperty, type IsSlot, usualFlags } from '../attributes.ts';
import { classValue, instance, withPrototype } from '../class-of.ts';
import type { Props } from '../format.ts';
import { isObject } from '../parts.ts';
import { writeRest } from '../properties.ts';
import type { ObjectKind } from './kind.ts';

export const errorKind: ObjectKind<Error> = {
  kind: 'error',
  fields: ['error'],
  needs: [],
  is: types.isNativeError,

  write(writer, error) {
    const own: Props = {};
    const hidden = usualFlags(extensibility(error)) & ~ENUMERABLE;
    const isSlot: IsSlot = (key) => ERROR_SLOTS.has(key) && flagsOfProperty(error, key) === hidden;
    for (const name of ERROR_SLOTS as Set<string>) {
      if (!Object.hasOwn(error, name) || !isSlot(name, error)) continue;
      const value = (error as unknown as Record<string, unknown>)[name];
      own[name] = writer.value(name === 'stack' ? (fullStack(error) ?? value) : value);
    }
    return writeRest(writer, error, { error: own }, Error.prototype, isSlot);
  },

  make(decoder, record, path) {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    try {
      // The properties that Error itself makes come before the fields of a class.
      const own = isObject(record.error) ? record.error : {};
      const args = ['message' in own ? '' : undefined, 'cause' in own ? { cause: undefined } : undefined] as const;
      if (!('is' in record)) return withPrototype(decoder, new Error(...args), record, path);
      const isAggregate = classValue(decoder, record.is, `${path}.is`).prototype instanceof AggregateError;
      return instance(decoder, record, path, isAggregate ? [[], ...args] : [...args]) as Error;
    } finally {
      Error.stackTraceLimit = stackTraceLimit;
    }
  },

  fill(decoder, error, record, path) {
    if (!isObject(record.error)) throw new CorruptState(`${path}.error`, 'properties were expected');
    for (const name of ['stack', 'message', 'cause', 'errors']) {
      if (!Object.hasOwn(record.error, name)) {
        Reflect.deleteProperty(error, name);
        continue;
      }
      const value = decoder.value(record.error[name], `${path}.error.${name}`);
      Object.defineProperty(error, name, { value, writable: true, configurable: true, enumerable: false });
    }
  },
};
