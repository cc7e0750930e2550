/**
 * What a start says of a run beside what it does, as apps and parents say it.
 */
import { PerdureError } from '../errors.ts';
import { checkKey } from './key.ts';

const TAGS_MAX = 50;
/** That of the database's `integer`. */
const PRIORITY_MAX = 2 ** 31 - 1;

/** What `isPriority` wants. */
export const PRIORITIES = `a whole number from -${PRIORITY_MAX} to ${PRIORITY_MAX}`;

export const isPriority = (priority: unknown): boolean => Number.isInteger(priority) && Math.abs(priority as number) <= PRIORITY_MAX;

/** Tags as text: a filter finds 42 by 42 and by '42'. `refuse` throws what is wrong; by default as `start_options`. Throws PerdureError `key`. */
export function checkedTags(tags: unknown, refuse: (why: string) => never = refuseStart): Record<string, string> {
  if (typeof tags !== 'object' || tags === null || Array.isArray(tags)) return refuse('tags must be an object: { customer: 42 }');
  const entries = Object.entries(tags as Record<string, unknown>);
  if (entries.length > TAGS_MAX) return refuse(`tags can be ${TAGS_MAX} at the most`);
  return Object.fromEntries(
    entries.map(([name, value]) => {
      const text = ['number', 'boolean'].includes(typeof value) ? String(value) : value;
      checkKey(name, 'The name of a tag');
      checkKey(text, `The value of the tag '${name}'`);
      return [name, text];
    }),
  );
}

function refuseStart(why: string): never {
  throw new PerdureError('start_options', `Wrong start: ${why}.`);
}
