/**
 * A function as text is the source of what runs, which is another for compiled code (docs/dialect.md); even its length
 * tells it. Where programs are changed at random, all functions are the same text.
 */
const { toString } = Function.prototype;

const set = (value: () => string): void => void Object.defineProperty(Function.prototype, 'toString', { value, writable: true, configurable: true });

/** Until the function that is returned is called. */
export function hideFunctionTexts(): () => void {
  set(function toString() {
    return 'function () { [source] }';
  });
  return () => set(toString);
}
