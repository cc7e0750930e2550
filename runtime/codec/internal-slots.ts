/**
 * Internal slots, read by the built-ins themselves: no getter or method that a program has overridden is called.
 */
import { types } from 'node:util';

const sourceGetter = Object.getOwnPropertyDescriptor(RegExp.prototype, 'source')!.get!;
export const sourceOf = (regexp: object): string => Reflect.apply(sourceGetter, regexp, []) as string;

const mapSize = Object.getOwnPropertyDescriptor(Map.prototype, 'size')!.get!;
const setSize = Object.getOwnPropertyDescriptor(Set.prototype, 'size')!.get!;
export const sizeOfMap = (map: object): number => Reflect.apply(mapSize, map, []) as number;
export const sizeOfSet = (set: object): number => Reflect.apply(setSize, set, []) as number;

const FLAGS: [string, () => unknown][] = (
  [
    ['d', 'hasIndices'],
    ['g', 'global'],
    ['i', 'ignoreCase'],
    ['m', 'multiline'],
    ['s', 'dotAll'],
    ['u', 'unicode'],
    ['v', 'unicodeSets'],
    ['y', 'sticky'],
  ] as const
).map(([flag, name]) => [flag, Object.getOwnPropertyDescriptor(RegExp.prototype, name)!.get!]);

export const flagsOf = (regexp: object): string =>
  FLAGS.filter(([, getter]) => Reflect.apply(getter, regexp, []) === true)
    .map(([flag]) => flag)
    .join('');

export function unboxed(object: object): unknown {
  if (types.isNumberObject(object)) return Number.prototype.valueOf.call(object);
  if (types.isStringObject(object)) return String.prototype.valueOf.call(object);
  if (types.isBooleanObject(object)) return Boolean.prototype.valueOf.call(object);
  if (types.isBigIntObject(object)) return BigInt.prototype.valueOf.call(object);
  return Symbol.prototype.valueOf.call(object);
}
