/** `arguments` (ECMA-262 10.4.4, of strict functions): elements, and the properties that CreateUnmappedArgumentsObject makes. */
import { argumentsOf } from '../../builtins/construction.ts';
import { CorruptState } from '../../errors.ts';
import { CONFIGURABLE, WRITABLE } from '../attributes.ts';
import type { Props } from '../format.ts';
import { type Made, writeMembers } from '../members.ts';
import type { ObjectKind } from './kind.ts';
import { writeChain } from './prototype.ts';

export const argumentsKind: ObjectKind<IArguments> = {
  kind: 'arguments',
  fields: ['arguments'],
  needs: [],
  evaluated: true,

  write(writer, object) {
    const { value: length } = Object.getOwnPropertyDescriptor(object, 'length') ?? {};
    const count = Number.isSafeInteger(length) ? (length as number) : 0;
    const record: Props = { arguments: count };
    writeChain(writer, object, record, Object.prototype);
    writeMembers(writer, object, record, madeFor(count));
    return record;
  },

  make(_decoder, record, path) {
    const object = argumentsOf([]);
    if (!Number.isSafeInteger(record.arguments)) throw new CorruptState(`${path}.arguments`, 'a length was expected');
    object.length = record.arguments as number;
    return object;
  },

  fill(decoder, object, record, path) {
    if ('proto' in record) Object.setPrototypeOf(object, decoder.prototype(record.proto, `${path}.proto`));
  },
};

const madeFor = (length: number): ReadonlyMap<PropertyKey, Made> =>
  new Map<PropertyKey, Made>([
    ['length', { is: ({ value }) => value === length, flags: CONFIGURABLE | WRITABLE }],
    [Symbol.iterator, { is: ({ value }) => value === Array.prototype.values, flags: CONFIGURABLE | WRITABLE }],
    // %ThrowTypeError%, which cannot be redefined.
    ['callee', { is: () => true, flags: 0 }],
  ]);
