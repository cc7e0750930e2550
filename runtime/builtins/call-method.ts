/**
 * Calls of the methods of iterators. Nobody looks at a method before it is called (7.4.3), so it may be anything then.
 */
export function callMethod(method: unknown, self: object, args: unknown[]): unknown {
  if (typeof method !== 'function') throw new TypeError(`${shown(method)} is not a function`);
  return Reflect.apply(method, self, args);
}

/** A value without a name, as V8 shows it when it is called: its type, and what it is if that is short. */
function shown(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return `string "${value}"`;
    case 'number':
    case 'boolean':
      return `${typeof value} ${value}`;
    default:
      return value === null ? 'object null' : typeof value;
  }
}
