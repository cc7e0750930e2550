/**
 * Live objects → records: what each kind of object looks like when it is written.
 *
 * Records are built as plain data and turned into text by one JSON.stringify. A plain object whose values are
 * all JSON stands in its record as itself, uncopied (measured: half the time of building text by hand).
 *
 * How an object gets its id, and what happens to objects that a record refers to, is the business of the
 * subclasses: `checkpoint.ts` for a run's heap, `border.ts` for values that leave it.
 */
import { META, CODE, TDZ } from '../abi.ts';
import { walkOf } from '../builtins/walk.ts';
import type { Kind } from '../heap/meta.ts';
import { closureOf, type Env, type Frame } from '../machine/frame.ts';
import { type Aggregate, type Capability, Promise, type Reaction, slotsOf } from '../machine/promise.ts';
import { fullStack } from '../machine/stack.ts';
import { InternalError } from '../errors.ts';
import {
  ENUMERABLE,
  ERROR_SLOTS,
  extensibility,
  flagsOfProperty,
  hasAttributes,
  isIndex,
  isNoSlot,
  type IsSlot,
  isSlotOfFunction,
  isSlotOfRegExp,
  isSlotOfString,
  isUntouchedPrototype,
  SAYS_NO_KIND,
  usualFlags,
} from './attributes.ts';
import { Unstorable } from './classify.ts';
import { isExotic, isRenamed, markExotic } from '../heap/exotic.ts';
import type { Json } from './format.ts';
import { flagsOf, sourceOf, unboxed } from './internal-slots.ts';

/** Objects that are stored by name: built-ins, and what a program defines for all its runs. */
export interface Names {
  nameOf(object: object): string | undefined;
  /** Objects may have symbol keys. */
  readonly symbols: boolean;
  /** Objects may have attributes or accessors that no operation has announced. */
  readonly reflective: boolean;
}

export type Props = Record<string, Json>;

export abstract class RecordWriter {
  protected readonly names: Names;
  /** The records are kept as data while the objects go on changing, so none may stand in its own record. */
  protected readonly copies: boolean = false;

  constructor(names: Names) {
    this.names = names;
  }

  // ——— Values ———

  value(value: unknown): Json {
    switch (typeof value) {
      case 'string':
      case 'boolean':
        return value;
      case 'number':
        return number(value);
      case 'undefined':
        return { $: 'undefined' };
      case 'bigint':
        return { n: String(value) };
      case 'symbol':
        return this.symbol(value);
      default:
        if (value === null) return null;
        if (value === TDZ) return { $: 'tdz' };
        return this.reference(value as object);
    }
  }

  private reference(object: object): Json {
    const name = this.names.nameOf(object);
    return name === undefined ? this.refer(object) : { '%': name };
  }

  /** A reference to an object by id; the object is written if it has not been. */
  protected abstract refer(object: object): Json;
  protected abstract referEnv(env: Env): Json;
  protected abstract referFrame(frame: Frame): Json;

  env(env: Env | undefined): Json {
    return env === undefined ? null : this.referEnv(env);
  }

  private symbol(symbol: symbol): Json {
    const key = Symbol.keyFor(symbol);
    if (key !== undefined) return { y: key };
    const name = WELL_KNOWN_SYMBOLS.get(symbol);
    if (name !== undefined) return { '%': name };
    throw new Unstorable(symbol, `the symbol ${String(symbol)} cannot be stored yet; use Symbol.for`);
  }

  // ——— Records ———

  record(object: object, kind: Kind): Json {
    switch (kind) {
      case 'object':
        return this.object(object as Props);
      case 'array':
        return this.array(object as unknown[]);
      case 'env':
        return this.envRecord(object as Env);
      case 'frame':
        return this.frameRecord(object as Frame);
      // Internal slots are read by the built-ins themselves: a subclass may have methods of the same names.
      case 'map': {
        const map: Json[] = [];
        Map.prototype.forEach.call(object as Map<unknown, unknown>, (v, k) => map.push([this.value(k), this.value(v)]));
        return this.rest(object, { map }, Map.prototype);
      }
      case 'set': {
        const set: Json[] = [];
        Set.prototype.forEach.call(object as Set<unknown>, (v) => set.push(this.value(v)));
        return this.rest(object, { set }, Set.prototype);
      }
      case 'date': {
        const time = Date.prototype.getTime.call(object);
        return this.rest(object, { date: Number.isNaN(time) ? null : time }, Date.prototype);
      }
      case 'regexp': {
        const { lastIndex } = object as RegExp;
        return this.rest(object, { regexp: [sourceOf(object), flagsOf(object), this.value(lastIndex)] }, RegExp.prototype, isSlotOfRegExp);
      }
      case 'boxed':
        return this.rest(object, { boxed: this.value(unboxed(object)) }, null, isSlotOfString);
      case 'error':
        return this.error(object as Error);
      case 'function':
        return this.functionRecord(object as Function);
      case 'class':
        return this.classRecord(object as Function);
      case 'prototype':
        return this.prototypeRecord(object as { constructor: Function });
      case 'promise':
        return this.promise(object as Promise);
      case 'aggregate':
        return this.aggregate(object as Aggregate);
      case 'iterator':
        return this.walk(object);
      default:
        throw new InternalError(`there is no record for a ${kind}`);
    }
  }

  /** Is there more to an object than plain data properties? */
  private isExotic(object: object): boolean {
    if (isExotic(object)) return true;
    if (this.names.symbols && Object.getOwnPropertySymbols(object).some((key) => key !== META && key !== CODE)) return true;
    return this.names.reflective && hasAttributes(object);
  }

  private object(object: Props): Json {
    const prototype = Object.getPrototypeOf(object) as object | null;
    if (prototype === Object.prototype) {
      if (this.isExotic(object)) return this.exotic(object, {}, isNoSlot);
      return { o: this.properties(object, !this.copies) };
    }
    const record: Props = {};
    this.prototype(object, prototype, record);
    this.privates(object, record);
    if (this.isExotic(object)) return this.exotic(object, record, isNoSlot);
    record.o = this.properties(object, false);
    return record;
  }

  /** `is` for an instance of a class, `proto` for anything else. */
  private prototype(object: object, prototype: object | null, record: Props): void {
    if (prototype === null) {
      record.proto = null;
      return;
    }
    const constructor = Object.hasOwn(prototype, 'constructor') ? (prototype as { constructor: unknown }).constructor : undefined;
    if (closureOf(constructor)?.code.kind === 'class' && (constructor as Function).prototype === prototype) {
      record.is = this.value(constructor);
    } else if (closureOf(constructor)?.code.kind === 'function' && (constructor as Function).prototype === prototype) {
      const { name } = constructor as Function;
      throw new Unstorable(object, `an instance of the function ${name || '(anonymous)'} cannot be stored; make it a class`);
    } else if (typeof constructor === 'function' && constructor.prototype === prototype && this.names.nameOf(prototype) === undefined) {
      throw new Unstorable(object, `an instance of ${constructor.name || 'a class'}, which belongs to the host, cannot be stored`);
    } else {
      record.proto = this.value(prototype);
    }
  }

  /** Own private fields, declared anywhere in the chain of classes. */
  private privates(object: object, record: Props): void {
    const out: Props = {};
    const counts = new Map<string, number>();
    for (let p = Object.getPrototypeOf(object) as object | null; p !== null && p !== Object.prototype; p = Object.getPrototypeOf(p) as object | null) {
      if (!Object.hasOwn(p, 'constructor')) continue;
      const closure = closureOf((p as { constructor: unknown }).constructor);
      if (!closure?.privates) continue;
      for (const [name, access] of Object.entries(closure.privates)) {
        if (access.kind !== 'field' || !access.has(object)) continue;
        // The same name in two classes of the chain: the outer class is told by its id, and by a number if it
        // is an evaluation of the same class (a mixin applied twice).
        const full = `${closure.code.id}${name}`;
        const count = (counts.get(full) ?? 0) + 1;
        counts.set(full, count);
        const key = !(name in out) ? name : count === 1 ? full : `${full}#${count}`;
        out[key] = this.value(access.get!(object));
      }
    }
    if (Object.keys(out).length > 0) record['#'] = out;
  }

  /** Enumerable string keys of an object without surprises. `asIs`: the object may stand for its copy. */
  private properties(object: Props, asIs: boolean): Json {
    const keys = Object.keys(object);
    let copy: Props | null = asIs ? null : {};
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i]!;
      const value: unknown = object[key];
      if (copy === null) {
        if (isJson(value)) continue;
        copy = {};
        for (let j = 0; j < i; j++) define(copy, keys[j]!, object[keys[j]!]!);
      }
      define(copy, key, this.value(value));
    }
    return copy ?? object;
  }

  /**
   * Properties with attributes, accessors or symbol keys, and non-extensible objects. What a frozen object's
   * properties lack they lack because it is frozen, so they are written like any others.
   */
  private exotic(object: object, record: Props, isSlot: IsSlot): Json {
    const ext = extensibility(object);
    const keys = Reflect.ownKeys(object).filter((key) => key !== META && key !== CODE && !isSlot(key, object));
    const usual = usualFlags(ext);
    if (keys.every((key) => typeof key === 'string' && flagsOfProperty(object, key) === usual)) {
      const out: Props = {};
      for (const key of keys) define(out, key as string, this.value((object as Record<PropertyKey, unknown>)[key]));
      if (keys.length > 0 || Object.keys(record).every((key) => SAYS_NO_KIND.has(key))) record.o = out;
    } else {
      // Marked, so that later changes are not written as edits of `o`.
      markExotic(object);
      record.props = keys.map((key) => this.property(object, key));
    }
    if (ext !== undefined) record.ext = ext;
    return record;
  }

  private property(object: object, key: PropertyKey): Json {
    const descriptor = Object.getOwnPropertyDescriptor(object, key)!;
    const flags = (descriptor.enumerable ? 1 : 0) | (descriptor.configurable ? 2 : 0) | (descriptor.writable ? 4 : 0);
    const name = typeof key === 'symbol' ? this.symbol(key) : (key as string);
    if ('value' in descriptor) return [name, { value: this.value(descriptor.value) }, flags];
    const accessors: Props = {};
    if (descriptor.get) accessors.get = this.value(descriptor.get);
    if (descriptor.set) accessors.set = this.value(descriptor.set);
    return [name, accessors, flags];
  }

  /** What a built-in object may have besides its slots: a class, further properties. */
  private rest(object: object, record: Props, builtin: object | null, isSlot: IsSlot = isNoSlot): Json {
    const prototype = Object.getPrototypeOf(object) as object | null;
    if (prototype !== builtin || builtin === null) {
      this.prototype(object, prototype, record);
      this.privates(object, record);
    }
    if (this.isExotic(object)) return this.exotic(object, record, isSlot);
    const keys = Object.keys(object).filter((key) => !isSlot(key, object));
    if (keys.length > 0) {
      const out: Props = {};
      for (const key of keys) define(out, key, this.value((object as Props)[key]));
      record.o = out;
    }
    return record;
  }

  private array(array: unknown[]): Json {
    if (this.isExotic(array)) return this.exoticArray(array);
    const values = Object.values(array);
    const record = this.elementsRecord(array, values.length);
    const elements = 'a' in record ? (record.a as Json[]).filter((v) => !isHole(v)).length : (record.sparse as [number, Json[]])[1].length;
    if (values.length === elements && Object.getPrototypeOf(array) === Array.prototype) return record;
    const named = Object.keys(array).filter((key) => !isIndex(key));
    const out: Props = {};
    for (const key of named) define(out, key, this.value((array as unknown as Props)[key]));
    return { ...record, ...this.arrayClass(array), ...(named.length > 0 ? { o: out } : {}) };
  }

  /** A sparse array is its entries. */
  private elementsRecord(array: unknown[], values: number): Props {
    const { length } = array;
    if (values >= length / 2 || length <= 32) return { a: this.elements(array, 0, length) };
    const entries = Object.keys(array).filter(isIndex);
    return { sparse: [length, entries.map((key) => [Number(key), this.value(array[Number(key)])])] };
  }

  /** With an accessor or attributes among them, the elements are properties like any others. */
  private exoticArray(array: unknown[]): Json {
    const indices = Reflect.ownKeys(array).filter((key) => typeof key === 'string' && isIndex(key)) as string[];
    const ext = extensibility(array);
    const plain = indices.every((key) => flagsOfProperty(array, key) === usualFlags(ext));
    const length = Object.getOwnPropertyDescriptor(array, 'length')!;
    const isSlot: IsSlot = (key) =>
      key === 'length' ? length.writable === (ext !== 'frozen') : plain && typeof key === 'string' && isIndex(key);
    const record = plain ? this.elementsRecord(array, indices.length) : { sparse: [array.length, []] };
    return this.exotic(array, { ...record, ...this.arrayClass(array) }, isSlot);
  }

  private arrayClass(array: unknown[]): Props {
    const record: Props = {};
    const prototype = Object.getPrototypeOf(array) as object | null;
    if (prototype !== Array.prototype) {
      this.prototype(array, prototype, record);
      this.privates(array, record);
    }
    return record;
  }

  protected elements(array: unknown[], from: number, to: number): Json[] {
    const out: Json[] = new Array(to - from) as Json[];
    for (let i = from; i < to; i++) {
      const value = array[i];
      out[i - from] = value === undefined && !Object.hasOwn(array, i) ? { $: 'hole' } : this.value(value);
    }
    return out;
  }

  private envRecord(env: Env): Json {
    const record: Props = { env: this.slots(env) };
    if (env.$up !== undefined) record.up = this.env(env.$up);
    return record;
  }

  private slots(env: Env): Props {
    const out: Props = {};
    for (const key of Object.keys(env)) if (key !== '$m' && key !== '$up') out[key] = this.value(env[key]);
    return out;
  }

  private frameRecord(frame: Frame): Json {
    const label = labelOf(frame);
    const slots: Props = {};
    for (const slot of label.live) slots[slot] = this.slot(slot, slotOf(frame, slot));
    const record: Props = { frame: frame.$k.id, at: label.name };
    if (frame.$up !== undefined) record.up = this.continuation(frame.$up);
    record.slots = slots;
    return record;
  }

  /** Slots that begin with `$env` or are `$outer` hold Envs; a variable of that name has one more `$`. */
  protected slot(name: string, value: unknown): Json {
    return isEnvSlot(name) ? this.env(value as Env | undefined) : this.value(value);
  }

  continuation(to: Frame | Promise): Json {
    return slotsOf(to) ? this.value(to) : this.referFrame(to as Frame);
  }

  private error(error: Error): Json {
    const own: Props = {};
    const hidden = usualFlags(extensibility(error)) & ~ENUMERABLE;
    const isSlot: IsSlot = (key) => ERROR_SLOTS.has(key) && flagsOfProperty(error, key) === hidden;
    for (const name of ERROR_SLOTS as Set<string>) {
      if (!Object.hasOwn(error, name) || !isSlot(name, error)) continue;
      const value = (error as unknown as Record<string, unknown>)[name];
      own[name] = this.value(name === 'stack' ? (fullStack(error) ?? value) : value);
    }
    return this.rest(error, { error: own }, Error.prototype, isSlot);
  }

  private functionRecord(fn: Function): Json {
    const closure = closureOf(fn)!;
    const record: Props = { fn: closure.code.id };
    if (closure.home !== undefined) record.of = this.value(closure.home);
    else if (closure.code.make === null) throw new Unstorable(fn, `the function ${closure.code.id} cannot be stored`);
    else if (closure.env !== undefined) record.env = this.env(closure.env);
    this.renamed(fn, record);
    if (Object.hasOwn(fn, 'prototype') && !isUntouchedPrototype(fn.prototype as object, fn)) {
      throw new Unstorable(fn, `the function ${fn.name || '(anonymous)'} has members on its prototype; make it a class`);
    }
    return this.rest(fn, record, Function.prototype, isSlotOfFunction);
  }

  /** A `name` and `length` that the code does not tell. */
  private renamed(fn: Function, record: Props): void {
    if (!isRenamed(fn)) return;
    for (const key of ['name', 'length']) {
      const descriptor = Object.getOwnPropertyDescriptor(fn, key);
      if (descriptor && 'value' in descriptor) record[key] = this.value(descriptor.value);
    }
  }

  /** Members that the class itself does not define would be lost. */
  private prototypeRecord(prototype: { constructor: Function }): Json {
    const { constructor } = prototype;
    for (const key of Reflect.ownKeys(prototype)) {
      if (key === META || key === 'constructor') continue;
      const { value, get, set } = Object.getOwnPropertyDescriptor(prototype, key)!;
      if (![value, get, set].some((fn) => closureOf(fn)?.home === constructor)) {
        throw new Unstorable(prototype, `${String(key)} was added to the prototype of ${constructor.name}; declare it in the class`);
      }
    }
    return { prototype: this.value(constructor) };
  }

  private classRecord(fn: Function): Json {
    const closure = closureOf(fn)!;
    const record: Props = { class: closure.code.id };
    if (closure.env !== undefined) record.env = this.env(closure.env);
    if (closure.scope !== undefined) record.scope = this.env(closure.scope);
    const { evaluation } = closure;
    if (evaluation?.heritage !== undefined) record.heritage = this.value(evaluation.heritage);
    if (evaluation && evaluation.keys.length > 0) record.keys = evaluation.keys.map((key) => this.value(key));
    this.renamed(fn, record);
    const statics: Props = {};
    for (const [name, access] of Object.entries(closure.privates ?? {})) {
      if (access.kind === 'static field' && access.has(fn)) statics[name] = this.value(access.get!(fn));
    }
    if (Object.keys(statics).length > 0) record['#'] = statics;
    const extra = Object.keys(fn);
    if (extra.length > 0) {
      const out: Props = {};
      for (const key of extra) define(out, key, this.value((fn as unknown as Props)[key]));
      record.o = out;
    }
    return record;
  }

  private promise(promise: Promise): Json {
    const { state, value, reactions, handled } = slotsOf(promise)!;
    const record: Props = { promise: state };
    if (state !== 'pending') record.value = this.value(value);
    if (reactions.length > 0) record.then = reactions.map((reaction) => this.reaction(reaction));
    if (handled) record.handled = true;
    return this.rest(promise, record, Promise.prototype);
  }

  private reaction(reaction: Reaction): Json {
    switch (reaction.kind) {
      case 'frame':
        return { frame: this.referFrame(reaction.frame) };
      case 'forward':
        return { forward: this.value(reaction.to) };
      case 'element':
        return { element: this.value(reaction.of), index: reaction.index };
      case 'then': {
        const out: Props = { to: this.capability(reaction.to) };
        if (reaction.fulfilled) out.fulfilled = this.value(reaction.fulfilled);
        if (reaction.rejected) out.rejected = this.value(reaction.rejected);
        return out;
      }
    }
  }

  private capability(to: Capability): Json {
    if (slotsOf(to)) return this.value(to);
    const { promise, resolve, reject } = to as Exclude<Capability, Promise>;
    return { promise: this.value(promise), resolve: this.value(resolve), reject: this.value(reject) };
  }

  private aggregate(aggregate: Aggregate): Json {
    return {
      all: aggregate.kind,
      to: this.capability(aggregate.to),
      values: this.value(aggregate.values),
      left: aggregate.remaining,
      ...(aggregate.decided ? { decided: true } : {}),
    };
  }

  private walk(object: object): Json {
    const state = walkOf(object)!;
    const { source } = state;
    const record: Props = { walk: source.kind };
    const tag = (object as { [Symbol.toStringTag]?: string })[Symbol.toStringTag];
    if (tag !== undefined) record.as = tag;
    if (state.done) {
      record.done = true;
      return record;
    }
    switch (source.kind) {
      case 'array':
        return { ...record, of: this.value(source.of), mode: source.mode, at: source.at };
      case 'string':
        return { ...record, of: source.of, at: source.at };
      case 'keyed':
        // The container first: a walk that is stored hears from it from now on.
        return { ...record, of: this.value(source.of), mode: source.mode, at: state.position() };
      case 'match':
        return { ...record, of: this.value(source.matcher), text: source.text };
      case 'generic':
        return { ...record, of: this.value(source.of), next: this.value(source.next) };
      case 'async':
        return source.sync
          ? { ...record, of: this.value(source.of), sync: true }
          : { ...record, of: this.value(source.of), next: this.value(source.next) };
    }
  }
}

// ——— Small parts ———

const isJson = (value: unknown): boolean => {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return true;
    case 'number':
      return value - value === 0 && (value !== 0 || 1 / value > 0);
    default:
      return value === null;
  }
};

function number(value: number): Json {
  if (value - value === 0) return value === 0 && 1 / value < 0 ? { $: '-0' } : value;
  return { $: String(value) };
}

/** `__proto__` as a key is a property like any other. */
export function define(object: Props, key: string, value: Json): void {
  if (key === '__proto__') {
    Object.defineProperty(object, key, { value, enumerable: true, writable: true, configurable: true });
  } else {
    object[key] = value;
  }
}

export function labelOf(frame: Frame): { name: string; live: readonly string[] } {
  const label = frame.$k.labels[frame.$pc - 1];
  if (!label) throw new InternalError(`a frame of ${frame.$k.id} is stored where it cannot resume (${frame.$pc})`);
  return label;
}

export const slotOf = (frame: Frame, slot: string): unknown => (frame as unknown as Record<string, unknown>)[slot];

export const isEnvSlot = (name: string): boolean => name === '$outer' || name === '$env' || name.startsWith('$env#');

const isHole = (value: Json): boolean =>
  typeof value === 'object' && value !== null && (value as { $?: string }).$ === 'hole';

const WELL_KNOWN_SYMBOLS = new Map<symbol, string>(
  Object.getOwnPropertyNames(Symbol).flatMap((name): [symbol, string][] => {
    const symbol: unknown = Reflect.get(Symbol, name);
    return typeof symbol === 'symbol' ? [[symbol, `Symbol.${name}`]] : [];
  }),
);
