/**
 * What a start says of a run beside what it does, as apps and parents say it.
 */
import { PerdureError } from '../errors.ts';
import { checkKey } from './key.ts';

const TAGS_MAX = 50;
/** That of the database's `integer`. */
const PRIORITY_MAX = 2 ** 31 - 1;

export const isPriority = (priority: unknown): boolean => Number.isInteger(priority) && Math.abs(priority as number) <= PRIORITY_MAX;

/** Tags as text: a filter finds 42 by 42 and by '42'. Throws PerdureError `start_options` and `key`. */
export function checkedTags(tags: unknown): Record<string, string> {
  if (typeof tags !== 'object' || tags === null || Array.isArray(tags)) throw wrong('must be an object: { customer: 42 }');
  const entries = Object.entries(tags as Record<string, unknown>);
  if (entries.length > TAGS_MAX) throw wrong(`can be ${TAGS_MAX} at the most`);
  return Object.fromEntries(
    entries.map(([name, value]) => {
      const text = ['number', 'boolean'].includes(typeof value) ? String(value) : value;
      checkKey(name, 'The name of a tag');
      checkKey(text, `The value of the tag '${name}'`);
      return [name, text];
    }),
  );
}

const wrong = (why: string): PerdureError => new PerdureError('start_options', `Wrong start: tags ${why}.`);
