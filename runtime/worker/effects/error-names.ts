/**
 * What an error is called: its `name`, its `code`, and the names of its classes. Libraries tell their errors apart by
 * any of the three; names can be written down where classes cannot.
 */

/** How far up the classes of an error are followed. */
const CLASSES_MAX = 20;

export function errorNames(error: unknown): string[] {
  if (typeof error !== 'object' || error === null) return [];
  const names = new Set<string>();
  const add = (name: unknown): void => {
    if ((typeof name === 'string' && name !== '') || typeof name === 'number') names.add(String(name));
  };
  try {
    const { name, code } = error as { name?: unknown; code?: unknown };
    add(name);
    add(code);
    let prototype = Object.getPrototypeOf(error) as object | null;
    for (let depth = 0; prototype !== null && prototype !== Object.prototype && depth < CLASSES_MAX; depth++) {
      add((prototype.constructor as { name?: unknown } | undefined)?.name);
      prototype = Object.getPrototypeOf(prototype) as object | null;
    }
  } catch {
    // A getter of its own threw: it is called what we know by now.
  }
  return [...names];
}

export const isNamed = (names: readonly string[], wanted: readonly string[]): boolean => names.some((name) => wanted.includes(name));
