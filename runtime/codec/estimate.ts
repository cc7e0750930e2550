/**
 * How large a record is.
 */
import type { Json } from './format.ts';

/** The size of a record as text, roughly; cheap, because it decides only between whole records and edits. */
export function estimate(value: Json): number {
  switch (typeof value) {
    case 'string':
      return value.length + 2;
    case 'object': {
      if (value === null) return 4;
      let sum = 2;
      if (Array.isArray(value)) {
        // A long array is judged by its first elements.
        const count = Math.min(value.length, 64);
        for (let i = 0; i < count; i++) sum += estimate(value[i]!) + 1;
        return count === 0 ? sum : (sum * value.length) / count;
      }
      for (const key in value) sum += key.length + 4 + estimate(value[key]!);
      return sum;
    }
    default:
      return 6;
  }
}
