/**
 * A value as V8's messages show it: nothing of the program is called for it.
 */
export function describe(value: unknown): string {
  if (typeof value === 'function') return value.name;
  if (typeof value !== 'object' || value === null) return String(value);
  if (dataProperty(value, 'toString') !== Object.prototype.toString) return value instanceof Error ? String(value) : `[object ${tagOf(value)}]`;
  const constructor = dataProperty(value, 'constructor');
  const name = typeof constructor === 'function' ? dataProperty(constructor, 'name') : undefined;
  return typeof name === 'string' && name !== '' ? `#<${name}>` : `[object ${tagOf(value)}]`;
}

const TAGS = [Array, Date, RegExp, Error, String, Number, Boolean];

const tagOf = (value: object): string => TAGS.find((kind) => value instanceof kind)?.name ?? 'Object';

function dataProperty(object: object, key: string): unknown {
  for (let holder: object | null = object; holder !== null; holder = Object.getPrototypeOf(holder) as object | null) {
    const found = Object.getOwnPropertyDescriptor(holder, key);
    if (found) return found.value;
  }
  return undefined;
}
