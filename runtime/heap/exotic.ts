/**
 * Objects with more than plain data properties: accessors, attributes, symbol keys.
 *
 * Looking at every property's descriptor would double the cost of encoding, so the few operations that can make
 * an object exotic say so here. Non-extensible objects show themselves.
 */
const exotic = new WeakSet<object>();
/** Functions whose `name` or `length` their code does not tell: computed keys, bound functions. */
const renamed = new WeakSet<Function>();

export function markExotic<T>(object: T): T {
  if ((typeof object === 'object' && object !== null) || typeof object === 'function') exotic.add(object);
  return object;
}

export const isExotic = (object: object): boolean => exotic.has(object) || !Object.isExtensible(object);

export function markRenamed<F extends Function>(fn: F, on = true): F {
  if (on) renamed.add(fn);
  return fn;
}

export const isRenamed = (fn: Function): boolean => renamed.has(fn);
