/**
 * `Intl` and the methods that depend on a locale (ECMA-402). A result must not depend on the worker that computes it, so
 * where the program names no locale it is en-US, and where it names no time zone it is UTC. What it names is honoured.
 *
 * The constructors are the runtime's own, because the codec must know of every formatter how to make it again; their
 * instances have the host's slots, and the host's methods.
 */
import { builtinClosure, cellOf } from '../machine/builtin-closure.ts';

const LOCALE = 'en-US';
const ZONE = 'UTC';

type Constructor = { new (...args: unknown[]): object; prototype: object };

/** The formatters, and the property that each takes from its options by the host's default, if any. */
const NAMES = ['NumberFormat', 'DateTimeFormat', 'Collator', 'PluralRules', 'ListFormat', 'RelativeTimeFormat', 'Segmenter', 'DisplayNames', 'DurationFormat'];

const hosts = Object.fromEntries(
  [...NAMES, 'Locale'].filter((name) => name in Intl).map((name) => [name, Reflect.get(Intl, name) as Constructor]),
);

/** What a formatter is made of. (Its `resolvedOptions` do not tell: a long month in Japanese resolves to a numeric one.) */
export interface Formatter {
  name: string;
  locales: string[];
  options: Record<string, string | number | boolean>;
}

const made = new WeakMap<object, Formatter>();

export const formatterOf = (object: object): Formatter | undefined => made.get(object);

/** The locales that a program asks for, and after them ours. */
const localesOf = (locales: unknown): string[] => {
  const asked = Intl.getCanonicalLocales(locales as string | undefined);
  return asked.includes(LOCALE) ? asked : [...asked, LOCALE];
};

/** The same options, which write down what is read of them. */
const noting = (options: object, read: Formatter['options']): object =>
  new Proxy(options, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key);
      if (typeof key === 'string' && value !== undefined) read[key] = PRIMITIVES.has(typeof value) ? (value as string) : String(value);
      return value;
    },
  });

const PRIMITIVES = new Set(['string', 'number', 'boolean']);

/** Options with our time zone, unless they have one. */
function zoned(options: unknown): unknown {
  if (options === undefined) return { timeZone: ZONE };
  if (options === null || (options as { timeZone?: unknown }).timeZone !== undefined) return options;
  return Object.create(Object(options) as object, { timeZone: { value: ZONE } }) as object;
}

/** These can be called without `new`. */
const CALLABLE = new Set(['NumberFormat', 'DateTimeFormat', 'Collator']);

function constructorOf(name: string, host: Constructor): Constructor {
  const ours = function (this: unknown, locales: unknown, options: unknown): object {
    if (new.target === undefined && !CALLABLE.has(name)) throw new TypeError(`Constructor Intl.${name} requires 'new'`);
    const read: Formatter['options'] = {};
    const given = name === 'DateTimeFormat' ? zoned(options) : options;
    const noted = typeof given === 'object' && given !== null ? noting(given, read) : given;
    const asked = name === 'Locale' ? locales : localesOf(locales);
    const object = Reflect.construct(host, [asked, noted], new.target ?? ours) as object;
    if (name === 'Locale') made.set(object, { name, locales: [String(Reflect.apply(host.prototype.toString, object, []))], options: {} });
    else made.set(object, { name, locales: asked as string[], options: read });
    return object;
  } as unknown as Constructor;
  const descriptors = { ...Object.getOwnPropertyDescriptors(host.prototype) } as unknown as Record<PropertyKey, PropertyDescriptor>;
  (descriptors.constructor as PropertyDescriptor).value = ours;
  for (const method of ['format', 'compare']) {
    if (descriptors[method]?.get) descriptors[method].get = boundMethod(method, descriptors[method].get);
  }
  Object.defineProperty(ours, 'prototype', { value: Object.create(Object.prototype, descriptors), writable: false });
  Object.defineProperty(ours, 'name', { value: name, configurable: true });
  Object.defineProperty(ours, 'length', { value: host.length, configurable: true });
  const supported = Object.getOwnPropertyDescriptor(host, 'supportedLocalesOf');
  if (supported) Object.defineProperty(ours, 'supportedLocalesOf', supported);
  return ours;
}

/** `formatter.format` is bound to its formatter; so that it can be stored, by the runtime. */
function boundMethod(method: string, host: () => unknown): () => unknown {
  const known = new WeakMap<object, Function>();
  return function (this: object) {
    Reflect.apply(host, this, []); // throws for what is no formatter
    let bound = known.get(this);
    if (!bound) known.set(this, (bound = boundTo(boundCell(this, method))));
    return bound;
  };
}

const boundCell = cellOf((formatter?: object, method?: string) => ({ $m: undefined, $up: undefined, formatter, method }));

const boundTo = builtinClosure('%Intl/bound', (env) => (...args: unknown[]) => {
  const host = hosts[made.get(env.formatter as object)!.name]!;
  const get = Object.getOwnPropertyDescriptor(host.prototype, env.method as string)!.get!;
  return Reflect.apply(Reflect.apply(get, env.formatter, []) as Function, undefined, args) as unknown;
});

/** The program's `Intl`. */
export const intl: Record<string, unknown> = Object.create(Object.prototype, {
  ...Object.fromEntries(Object.entries(hosts).map(([name, host]) => [name, { value: constructorOf(name, host), writable: true, configurable: true }])),
  getCanonicalLocales: Object.getOwnPropertyDescriptor(Intl, 'getCanonicalLocales')!,
  supportedValuesOf: Object.getOwnPropertyDescriptor(Intl, 'supportedValuesOf')!,
  [Symbol.toStringTag]: { value: 'Intl', configurable: true },
}) as Record<string, unknown>;

// ——— Methods ———

/** Where a method of a built-in takes its locales, and whether it shows a time. */
const METHODS = new Map<unknown, { at: number; time: boolean }>([
  [Number.prototype.toLocaleString, { at: 0, time: false }],
  [BigInt.prototype.toLocaleString, { at: 0, time: false }],
  [Date.prototype.toLocaleString, { at: 0, time: true }],
  [Date.prototype.toLocaleDateString, { at: 0, time: true }],
  [Date.prototype.toLocaleTimeString, { at: 0, time: true }],
  // The elements may be dates.
  [Array.prototype.toLocaleString, { at: 0, time: true }],
  [Object.getPrototypeOf(Uint8Array.prototype).toLocaleString, { at: 0, time: false }],
  [String.prototype.localeCompare, { at: 1, time: false }],
  [String.prototype.toLocaleLowerCase, { at: 0, time: false }],
  [String.prototype.toLocaleUpperCase, { at: 0, time: false }],
]);

/** The arguments of a call, with our locale and time zone if it is of a method that would take the host's. */
export function localizedArguments(fn: unknown, args: unknown[]): unknown[] {
  const method = METHODS.get(fn);
  if (!method) return args;
  const { at, time } = method;
  const options = time ? zoned(args[at + 1]) : args[at + 1];
  return [...args.slice(0, at), ...Array.from({ length: at - args.length }, () => undefined), localesOf(args[at]), options];
}

/** `date.toLocaleString()`. */
export function localized(object: unknown, method: string, args: unknown[]): unknown {
  const fn: unknown = (object as Record<string, unknown>)[method];
  if (typeof fn !== 'function') throw new TypeError(`${String(object)}.${method} is not a function`);
  return Reflect.apply(fn, object, localizedArguments(fn, args));
}
