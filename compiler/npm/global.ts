/**
 * The global object, for packages that ask for it: a module of the program that has it as a value. So it is state of
 * the run: what one run writes there no other sees, and it is there after a restart.
 *
 * It is compiled as a part of programs, like the modules of packages; nothing of ours runs it.
 */
const builtins: Record<string, unknown> = {
  Object, Function, Array, String, Number, Boolean, BigInt, Symbol, Math, JSON, Map, Set, Date, RegExp, Promise, Reflect,
  Error, AggregateError, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError,
  isFinite, isNaN, parseFloat, parseInt, decodeURI, decodeURIComponent, encodeURI, encodeURIComponent,
  structuredClone, console, crypto, undefined, NaN, Infinity,
};

const object: Record<string, unknown> = {};
for (const name of Object.keys(builtins)) {
  Object.defineProperty(object, name, { value: builtins[name], writable: true, configurable: true });
}
Object.defineProperty(object, 'globalThis', { value: object, writable: true, configurable: true });

export { object as globalThis };
