/** The built-in functions that change an object they are called on or given. */
import { TypedArray } from './binary.ts';
import type { Kind } from './meta.ts';

export interface Mutator {
  kind: Kind;
  name: PropertyKey;
}

type Methods = [prototype: object, names: readonly PropertyKey[]];

const methods = (...[prototype, names]: Methods): Map<unknown, PropertyKey> =>
  new Map(names.filter((name) => name in prototype).map((name) => [Reflect.get(prototype, name), name]));

const settersOf = (prototype: object): string[] => Object.getOwnPropertyNames(prototype).filter((name) => name.startsWith('set'));

/** Built-in functions that change their `this`. */
export const MUTATORS: ReadonlyMap<unknown, Mutator> = new Map(
  (
    [
      ['array', Array.prototype, ['push', 'pop', 'shift', 'unshift', 'splice', 'sort', 'reverse', 'fill', 'copyWithin']],
      ['map', Map.prototype, ['set', 'delete', 'clear']],
      ['set', Set.prototype, ['add', 'delete', 'clear']],
      ['view', TypedArray.prototype, ['set', 'sort', 'reverse', 'fill', 'copyWithin']],
      ['view', DataView.prototype, settersOf(DataView.prototype)],
      ['buffer', ArrayBuffer.prototype, ['resize', 'transfer', 'transferToFixedLength']],
      ['regexp', RegExp.prototype, ['exec', 'test', 'compile', Symbol.match, Symbol.matchAll, Symbol.replace, Symbol.search, Symbol.split]],
      ['date', Date.prototype, settersOf(Date.prototype)],
    ] as [Kind, ...Methods][]
  ).flatMap(([kind, ...of]) => [...methods(...of)].map(([fn, name]) => [fn, { kind, name }] as const)),
);

/** Built-in functions that move the `lastIndex` of a RegExp they are given. */
export const REGEXP_TAKERS = methods(String.prototype, ['match', 'matchAll', 'replace', 'replaceAll', 'search', 'split']);

const LOOPS = ['forEach', 'map', 'filter', 'some', 'every', 'find', 'findIndex', 'findLast', 'findLastIndex', 'flatMap'];

/** Built-in functions that call their first argument on their second. */
export const THIS_TAKERS = new Set([Array, TypedArray, Map, Set].flatMap(({ prototype }) => [...methods(prototype, LOOPS).keys()]));
