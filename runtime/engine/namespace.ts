/**
 * Module namespace objects (ECMA-262 10.4.6): what `import * as util` is as a value. One per module and program, the
 * same for all runs and stored by name; what it reads are the bindings of the run whose cycle it is.
 *
 * Only a Proxy can be one. Its target has the exports as properties that cannot be configured, as the invariants of
 * proxies want it; their values are never looked at.
 */
import { inspect } from 'node:util';

/** An export: reads its binding, or throws the ReferenceError of one that is not initialised. */
export type Bindings = ReadonlyMap<string, () => unknown>;

export function namespaceObject(bindings: Bindings): object {
  const names = [...bindings.keys()].sort();
  const target = Object.create(null) as object;
  for (const name of names) {
    Object.defineProperty(target, name, { value: undefined, writable: true, enumerable: true, configurable: false });
  }
  Object.defineProperty(target, Symbol.toStringTag, { value: 'Module' });
  Object.preventExtensions(target);
  return new Proxy(shownByInspect(target, bindings), new NamespaceHandler(names, bindings));
}

class NamespaceHandler implements ProxyHandler<object> {
  private readonly names: string[];
  private readonly bindings: Bindings;

  constructor(names: string[], bindings: Bindings) {
    this.names = names;
    this.bindings = bindings;
  }

  get(target: object, key: PropertyKey): unknown {
    const read = typeof key === 'string' ? this.bindings.get(key) : undefined;
    return read ? read() : Reflect.get(target, key);
  }

  set(): boolean {
    return false;
  }

  ownKeys(): (string | symbol)[] {
    return [...this.names, Symbol.toStringTag];
  }

  getOwnPropertyDescriptor(target: object, key: PropertyKey): PropertyDescriptor | undefined {
    const read = typeof key === 'string' ? this.bindings.get(key) : undefined;
    if (read) return { value: read(), writable: true, enumerable: true, configurable: false };
    return Reflect.getOwnPropertyDescriptor(target, key);
  }

  /** [[DefineOwnProperty]] says only whether nothing would change (10.4.6.7). */
  defineProperty(target: object, key: PropertyKey, wanted: PropertyDescriptor): boolean {
    if (typeof key === 'symbol') return Reflect.defineProperty(target, key, wanted);
    const current = this.getOwnPropertyDescriptor(target, key);
    if (!current || wanted.configurable === true || wanted.enumerable === false) return false;
    if ('get' in wanted || 'set' in wanted || wanted.writable === false) return false;
    return !('value' in wanted) || Object.is(wanted.value, current.value);
  }
}

/** Node shows the target of a proxy, and asks it how: `[Module: null prototype] { x: 1 }`. */
function shownByInspect(target: object, bindings: Bindings): object {
  const show = (_depth: number, options: object): string => {
    const shown = Object.create(null) as Record<string, unknown>;
    for (const [name, read] of bindings) shown[name] = valueOrGap(read);
    return inspect(shown, options).replace('[Object: null prototype]', '[Module: null prototype]');
  };
  return new Proxy(target, {
    get: (object, key): unknown => (key === inspect.custom ? show : Reflect.get(object, key)),
  });
}

const GAP = { [inspect.custom]: (): string => '<uninitialized>' };

function valueOrGap(read: () => unknown): unknown {
  try {
    return read();
  } catch {
    return GAP;
  }
}
