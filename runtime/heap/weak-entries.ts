/**
 * The entries of WeakMaps and WeakSets. In memory they are strong, so that a checkpoint can look at them; an entry goes
 * when a checkpoint or an image finds that nothing else leads to its key.
 */
export type WeakEntries = Map<object | symbol, unknown>;

const entries = new WeakMap<object, WeakEntries>();

/** Gives an object its entries. */
export function weaken(object: object): WeakEntries {
  const made: WeakEntries = new Map();
  entries.set(object, made);
  return made;
}

/** The entries of a WeakMap or WeakSet; undefined for anything else. */
export const weakEntriesOf = (object: unknown): WeakEntries | undefined =>
  typeof object === 'object' && object !== null ? entries.get(object) : undefined;

/** CanBeHeldWeakly (ES2024 9.14). */
export const canBeHeldWeakly = (value: unknown): value is object | symbol =>
  (typeof value === 'object' && value !== null) || typeof value === 'function' || (typeof value === 'symbol' && Symbol.keyFor(value) === undefined);
