/**
 * Own properties: their attributes, and which of them a record expresses by its kind.
 */
import { types } from 'node:util';

/** Is a property one that the record expresses by its kind? */
export type IsSlot = (key: PropertyKey, object: object) => boolean;

export const isNoSlot: IsSlot = () => false;
/** A String object has its characters as properties. */
export const isSlotOfString: IsSlot = (key, object) =>
  types.isStringObject(object) && (key === 'length' || (typeof key === 'string' && isIndex(key) && Number(key) < object.length));
export const isSlotOfRegExp: IsSlot = (key, object) =>
  key === 'lastIndex' && Object.getOwnPropertyDescriptor(object, key)!.writable === !Object.isFrozen(object);
export const ERROR_SLOTS: ReadonlySet<PropertyKey> = new Set(['message', 'stack', 'cause', 'errors']);
/** Fields of a record that a plain object may have too. */
export const SAYS_NO_KIND = new Set(['is', 'proto', '#', 'ext']);

export const ENUMERABLE = 1;
export const CONFIGURABLE = 2;
export const WRITABLE = 4;

export const extensibility = (object: object): 'fixed' | 'sealed' | 'frozen' | undefined =>
  Object.isExtensible(object) ? undefined : isFrozen(object) ? 'frozen' : Object.isSealed(object) ? 'sealed' : 'fixed';

/** V8 calls an empty array that cannot grow frozen, though its length can be written. */
const isFrozen = (object: object): boolean =>
  Object.isFrozen(object) && !(Array.isArray(object) && Object.getOwnPropertyDescriptor(object, 'length')!.writable);

/** The flags of a property that was set and not defined, after the object was made non-extensible. */
export const usualFlags = (ext: ReturnType<typeof extensibility>): number =>
  ext === 'frozen' ? ENUMERABLE : ext === 'sealed' ? ENUMERABLE | WRITABLE : ENUMERABLE | CONFIGURABLE | WRITABLE;

/** Of an own data property; -1 for an accessor. */
export function flagsOfProperty(object: object, key: PropertyKey): number {
  const descriptor = Object.getOwnPropertyDescriptor(object, key)!;
  if (!('value' in descriptor)) return -1;
  return (descriptor.enumerable ? ENUMERABLE : 0) | (descriptor.configurable ? CONFIGURABLE : 0) | (descriptor.writable ? WRITABLE : 0);
}


/** Looks at every property's descriptor. */
export const hasAttributes = (object: object): boolean =>
  Object.getOwnPropertyNames(object).some((key) => {
    const descriptor = Object.getOwnPropertyDescriptor(object, key)!;
    const isLength = key === 'length' && Array.isArray(object);
    return !isLength && !('value' in descriptor && descriptor.enumerable && descriptor.configurable && descriptor.writable);
  });

export const isIndex = (key: string): boolean => String(Number(key) >>> 0) === key && Number(key) !== 2 ** 32 - 1;
