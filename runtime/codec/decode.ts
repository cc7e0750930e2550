/**
 * Records → live objects.
 *
 * First a stub for every record, then the contents: so cycles and sharing are exact. Stubs have the hidden class
 * of fresh objects: a plain object is the one JSON.parse made, which has a literal's; an instance comes from its
 * own constructor, run in restore mode; Envs and frames from the program's own literals.
 *
 * Stored state is input like any other. Whatever it says, decoding ends with objects or with a CorruptState that
 * names the place; no property it names is called, and none is read from a prototype.
 */
import { types } from 'node:util';
import { asIterator, iterate, WALK_PROTOTYPES } from '../builtins/iteration.ts';
import { keyedIterator, Walk, walkOf, type WalkMode } from '../builtins/walk.ts';
import { CorruptState } from '../errors.ts';
import type { Heap } from '../heap/heap.ts';
import { type Kind, Meta, stamp } from '../heap/meta.ts';
import { closureOf, type Code, type Env, type Frame, type MachineCode } from '../machine/frame.ts';
import {
  Aggregate,
  type Capability,
  newPromise,
  Promise,
  type PromiseState,
  type Reaction,
  slotsOf,
} from '../machine/promise.ts';
import { restoring } from '../machine/registers.ts';
import { markExotic, markRenamed } from '../heap/exotic.ts';
import { estimate } from './estimate.ts';
import { defineKey } from './fold.ts';
import { unescapeText, type Json } from './format.ts';
import { sizeOfMap, sizeOfSet } from './internal-slots.ts';
import {
  bigint,
  combinator,
  constant,
  date,
  idOf,
  isObject,
  keysOf,
  list,
  propertiesOf,
  type Record_,
  referenceOf,
  regexp,
  restrict,
  text,
} from './parts.ts';
import { isEnvSlot } from './records.ts';

/** What a program offers by name: its named objects, code, Env shapes. */
export interface Definitions {
  named(name: string): object | symbol | undefined;
  code(id: string): Code | undefined;
  /** A fresh Env with these slots, of the shape the program's own have. */
  env(slots: string[]): Env | undefined;
}


export class Decoder {
  private readonly records: Record<string, Json>;
  private readonly heap: Heap | null;
  private readonly definitions: Definitions;
  private readonly objects = new Map<number, object>();
  private readonly kinds = new Map<number, Kind>();
  private readonly pending = new Set<number>();
  /** Objects without their stamp. */
  private readonly young: Meta[] = [];
  private readonly restricted: number[] = [];
  private readonly walks: number[] = [];

  /** Without a heap the objects stay young: values that come over the border. */
  constructor(records: Record<string, Json>, heap: Heap | null, definitions: Definitions) {
    this.records = records;
    this.heap = heap;
    this.definitions = definitions;
  }

  /** Restores every object. */
  decode(): void {
    const ids = Object.keys(this.records).map((id) => idOf(id, `heap.${id}`));
    let at = 0;
    CorruptState.guard(
      () => `heap.${at}`,
      () => {
        for (at of ids) this.stub(at);
        for (at of ids) this.fill(at);
        // After their own properties, as for fresh objects: the stamp is one, too, and its place makes the hidden class.
        for (const meta of this.young) stamp(meta.owner, meta);
        for (at of this.restricted) restrict(this.objects.get(at)!, (this.records[at] as Record_).ext, `heap.${at}`);
        for (at of this.walks) this.seek(at);
      },
    );
  }

  // ——— Values ———

  value(json: Json | undefined, path: string): unknown {
    if (typeof json !== 'object' || json === null) {
      if (json === undefined) throw new CorruptState(path, 'a value is missing');
      return json;
    }
    const keys = Object.keys(json);
    if (Array.isArray(json) || keys.length !== 1) throw new CorruptState(path, 'a value was expected');
    const [key] = keys;
    const content = (json as Record_)[key!];
    switch (key) {
      case '@':
        return this.object(content, path);
      case '%':
        return this.named(content, path);
      case '$':
        return constant(content, path);
      case 'n':
        return bigint(content, path);
      case 's':
        return unescapeText(text(content, path));
      case 'y':
        return Symbol.for(text(content, path));
      default:
        throw new CorruptState(path, `there is no escape "${key}"`);
    }
  }

  private named(content: Json | undefined, path: string): object | symbol {
    const found = this.definitions.named(text(content, path));
    if (found === undefined) throw new CorruptState(path, `this program has no ${JSON.stringify(content)}`);
    return found;
  }

  private object(content: Json | undefined, path: string): object {
    const id = idOf(content, path);
    const object = this.objects.get(id) ?? (this.pending.has(id) ? undefined : this.stub(id, path));
    if (object === undefined) throw new CorruptState(path, `object ${id} refers to itself where it cannot`);
    const kind = this.kinds.get(id);
    if (kind === 'env' || kind === 'frame') {
      throw new CorruptState(path, `object ${id} is not a value`);
    }
    return object;
  }

  private reference<T>(json: Json | undefined, path: string, kind: Kind): T {
    const id = referenceOf(json);
    const object = this.objects.get(id) ?? (Object.hasOwn(this.records, id) && !this.pending.has(id) ? this.stub(id, path) : undefined);
    if (object === undefined || this.kinds.get(id) !== kind) throw new CorruptState(path, `a reference to a ${kind} was expected`);
    return object as T;
  }

  env(json: Json | undefined, path: string): Env | undefined {
    return json === undefined || json === null ? undefined : this.reference<Env>(json, path, 'env');
  }

  frame(json: Json | undefined, path: string): Frame {
    return this.reference<Frame>(json, path, 'frame');
  }

  /** A frame or a promise: who gets an outcome. */
  continuation(json: Json | undefined, path: string): Frame | Promise {
    const id = referenceOf(json);
    const object = this.objects.get(id);
    const kind = this.kinds.get(id);
    if (kind !== 'frame' && kind !== 'promise') throw new CorruptState(path, 'a frame or a promise was expected');
    return object as Frame | Promise;
  }

  // ——— Stubs ———

  /** Makes an object, and before it what it cannot be made without. A loop, not a recursion: chains may be long. */
  private stub(id: number, from = ''): object {
    const work = [id];
    for (let next = work.at(-1); next !== undefined; next = work.at(-1)) {
      if (this.objects.has(next)) {
        work.pop();
        continue;
      }
      const record = this.recordOf(next, from);
      const needed = neededFor(record).filter((other) => !this.objects.has(other) && !this.pending.has(other));
      this.pending.add(next);
      if (needed.length > 0) {
        work.push(...needed);
        continue;
      }
      this.adopt(next, this.make(record, `heap.${next}`));
      this.pending.delete(next);
      work.pop();
    }
    return this.objects.get(id)!;
  }

  private recordOf(id: number, from: string): Record_ {
    const record = Object.hasOwn(this.records, id) ? this.records[id] : undefined;
    if (!isObject(record)) throw new CorruptState(from || `heap.${id}`, `there is no object ${id}`);
    return record;
  }

  private adopt(id: number, { object, kind }: { object: object; kind: Kind }): void {
    this.objects.set(id, object);
    this.kinds.set(id, kind);
    if (this.heap === null) return;
    const meta = new Meta(id, object, kind, this.heap);
    if (kind === 'env' || kind === 'frame') (object as Env | Frame).$m = meta;
    else this.young.push(meta);
    const record = this.records[id] as Record_;
    meta.bytes = estimate(record);
    meta.sparse = 'sparse' in record;
  }

  private make(record: Record_, path: string): { object: object; kind: Kind } {
    if ('a' in record || 'sparse' in record) return { object: this.withClass(record, path, () => []), kind: 'array' };
    if ('map' in record) return { object: this.withClass(record, path, () => new Map()), kind: 'map' };
    if ('set' in record) return { object: this.withClass(record, path, () => new Set()), kind: 'set' };
    if ('prototype' in record) return { object: this.makePrototype(record, path), kind: 'prototype' };
    if ('fn' in record) return { object: this.makeFunction(record, path), kind: 'function' };
    if ('class' in record) return { object: this.makeClass(record, path), kind: 'class' };
    if ('env' in record) return { object: this.makeEnv(record, path), kind: 'env' };
    if ('frame' in record) return { object: this.makeFrame(record, path), kind: 'frame' };
    if ('promise' in record) return { object: this.withClass(record, path, newPromise), kind: 'promise' };
    if ('all' in record) return { object: new Aggregate(combinator(record.all, path), undefined as unknown as Promise), kind: 'aggregate' };
    if ('walk' in record) return { object: this.makeWalk(record, path), kind: 'iterator' };
    if ('date' in record) return { object: this.withClass(record, path, () => new Date(date(record.date, path))), kind: 'date' };
    if ('regexp' in record) return { object: this.withClass(record, path, () => regexp(record.regexp, path)), kind: 'regexp' };
    if ('error' in record) return { object: this.makeError(record, path), kind: 'error' };
    if ('boxed' in record) return { object: this.withClass(record, path, () => Object(this.value(record.boxed, path)) as object), kind: 'boxed' };
    if ('o' in record || 'props' in record) return { object: this.makeObject(record, path), kind: 'object' };
    throw new CorruptState(path, `unknown kind of object: ${Object.keys(record)[0] ?? 'empty'}`);
  }

  private makeObject(record: Record_, path: string): object {
    if ('is' in record) return this.instance(record, path);
    if ('proto' in record) {
      return Object.create(this.prototypeValue(record, path)) as object;
    }
    // The parsed object itself: it has the hidden class of a literal with these keys.
    const { o } = record;
    return isObject(o) && !Array.isArray(o.e) ? o : {};
  }

  /** A built-in object, through the class's constructor where the record names a class. */
  private withClass(record: Record_, path: string, make: () => object): object {
    if ('is' in record) return this.instance(record, path, argumentsFor(make()));
    const object = make();
    return this.withPrototype(object, record, path);
  }

  private withPrototype<T extends object>(object: T, record: Record_, path: string): T {
    if (!('proto' in record)) return object;
    return markExotic(Object.setPrototypeOf(object, this.prototypeValue(record, path)) as T);
  }

  private prototypeValue(record: Record_, path: string): object | null {
    const prototype = this.value(record.proto, `${path}.proto`);
    if (typeof prototype !== 'object' && typeof prototype !== 'function') throw new CorruptState(`${path}.proto`, 'an object was expected');
    return prototype;
  }

  private classValue(json: Json | undefined, path: string): { prototype: object; new (...args: unknown[]): object } {
    const value = this.value(json, path);
    if (typeof value !== 'function' || closureOf(value)?.code.kind !== 'class') throw new CorruptState(path, 'a class of this program was expected');
    return value as unknown as { prototype: object; new (...args: unknown[]): object };
  }

  /** `new C()` in restore mode: constructors return at once, so the object has a fresh one's shape. */
  private instance(record: Record_, path: string, args: unknown[] = []): object {
    return restore(this.classValue(record.is, `${path}.is`), args);
  }

  /** A class of this run's own: what all runs share is referred to by name, and never filled. */
  private ownClass(json: Json | undefined, path: string): ReturnType<Decoder['classValue']> {
    if (referenceOf(json) === 0) throw new CorruptState(path, 'a class of the run was expected');
    return this.classValue(json, path);
  }

  private makePrototype(record: Record_, path: string): object {
    return this.ownClass(record.prototype, `${path}.prototype`).prototype;
  }

  private makeError(record: Record_, path: string): object {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    try {
      // The properties that Error itself makes come before the fields of a class.
      const own = isObject(record.error) ? record.error : {};
      const args = ['message' in own ? '' : undefined, 'cause' in own ? { cause: undefined } : undefined] as const;
      if (!('is' in record)) return this.withPrototype(new Error(...args), record, path);
      const isAggregate = this.classValue(record.is, `${path}.is`).prototype instanceof AggregateError;
      return this.instance(record, path, isAggregate ? [[], ...args] : [...args]);
    } finally {
      Error.stackTraceLimit = stackTraceLimit;
    }
  }

  private makeEnv(record: Record_, path: string): Env {
    const slots = keysOf(record.env, `${path}.env`);
    const env = this.definitions.env(slots);
    if (!env) throw new CorruptState(path, `this program has no scope with the bindings ${slots.join(', ') || '(none)'}`);
    // At once: makers of closures look through it.
    (env as { $up: Env | undefined }).$up = this.env(record.up, `${path}.up`);
    return env;
  }

  private makeFrame(record: Record_, path: string): Frame {
    const id = text(record.frame, `${path}.frame`);
    const code = this.definitions.code(id);
    if (code?.kind !== 'machine') throw new CorruptState(`${path}.frame`, `this program has no suspendable function ${id}`);
    const machine = code as MachineCode;
    const label = machine.labels.findIndex((l) => l.name === record.at);
    if (label === -1) throw new CorruptState(`${path}.at`, `${id} has no label ${JSON.stringify(record.at)}`);
    const frame = machine.enter(undefined, undefined, undefined);
    frame.$pc = label + 1;
    return frame;
  }

  private makeFunction(record: Record_, path: string): object {
    const id = text(record.fn, `${path}.fn`);
    if ('of' in record) return this.method(id, record, path);
    const code = this.definitions.code(id);
    if (!code?.make || code.kind === 'class') throw new CorruptState(`${path}.fn`, `this program has no function ${id}`);
    const fn = this.renamed(code.make(this.env(record.env, `${path}.env`)), record, path);
    return this.withPrototype(fn, record, path);
  }

  private renamed<F extends Function>(fn: F, record: Record_, path: string): F {
    for (const key of ['name', 'length'] as const) {
      if (key in record) Object.defineProperty(fn, key, { value: this.value(record[key], `${path}.${key}`), configurable: true });
    }
    return markRenamed(fn, 'name' in record || 'length' in record);
  }

  /** A method of a class: the function that the restored class has there. */
  private method(id: string, record: Record_, path: string): object {
    const constructor = this.ownClass(record.of, `${path}.of`);
    const found = methodsOf(constructor).find((fn) => closureOf(fn)?.code.id === id);
    if (!found) throw new CorruptState(path, `the class has no method ${id}`);
    return found;
  }

  private makeClass(record: Record_, path: string): object {
    const id = text(record.class, `${path}.class`);
    const code = this.definitions.code(id);
    if (code?.kind !== 'class' || !code.make) throw new CorruptState(`${path}.class`, `this program has no class ${id}`);
    const heritage = 'heritage' in record ? this.value(record.heritage, `${path}.heritage`) : undefined;
    const keys = 'keys' in record ? list(record.keys, `${path}.keys`).map((key) => this.value(key, `${path}.keys`)) : [];
    const make = code.make as unknown as (env: unknown, heritage: unknown, keys: unknown[], scope: unknown) => Function;
    restoring.on = true;
    try {
      return this.renamed(make(this.env(record.env, `${path}.env`), heritage, keys, this.env(record.scope, `${path}.scope`)), record, path);
    } finally {
      restoring.on = false;
    }
  }

  private makeWalk(record: Record_, path: string): object {
    const done = record.done === true;
    const walk = new Walk(done ? { kind: 'array', of: [], mode: 'values', at: 0 } : this.walkSource(record, path), done);
    const tag = Object.keys(WALK_PROTOTYPES).find(
      (name) => (WALK_PROTOTYPES[name as keyof typeof WALK_PROTOTYPES] as { [Symbol.toStringTag]: string })[Symbol.toStringTag] === record.as,
    );
    return tag === undefined ? walk : asIterator(walk, tag as keyof typeof WALK_PROTOTYPES);
  }

  private walkSource(record: Record_, path: string): ConstructorParameters<typeof Walk>[0] {
    const at = Number(record.at ?? 0);
    const mode = record.mode as WalkMode;
    if (record.mode !== undefined && !['keys', 'values', 'entries'].includes(String(record.mode))) {
      throw new CorruptState(`${path}.mode`, 'keys, values or entries was expected');
    }
    if (!Number.isSafeInteger(at) || at < 0) throw new CorruptState(`${path}.at`, 'a position was expected');
    switch (record.walk) {
      case 'string':
        return { kind: 'string', of: text(this.value(record.of, path) as Json, path), at };
      case 'array': {
        const of = this.value(record.of, `${path}.of`);
        if (!Array.isArray(of)) throw new CorruptState(`${path}.of`, 'an array was expected');
        return { kind: 'array', of, mode, at };
      }
      case 'keyed': {
        const of = this.value(record.of, `${path}.of`);
        if (!types.isMap(of) && !types.isSet(of)) throw new CorruptState(`${path}.of`, 'a Map or Set was expected');
        return { kind: 'keyed', of: of as Map<unknown, unknown>, mode, native: keyedIterator(of as Map<unknown, unknown>, mode), seen: null };
      }
      case 'match': {
        const matcher = this.value(record.of, `${path}.of`);
        if (!types.isRegExp(matcher)) throw new CorruptState(`${path}.of`, 'a regular expression was expected');
        return { kind: 'match', matcher, text: text(this.value(record.text, path) as Json, path) };
      }
      case 'generic':
        return { kind: 'generic', of: this.objectValue(record.of, `${path}.of`), next: this.callable(record.next, `${path}.next`) };
      case 'async':
        return record.sync === true
          ? { kind: 'async', of: this.syncWalk(record.of, `${path}.of`), next: iterate, sync: true }
          : { kind: 'async', of: this.objectValue(record.of, `${path}.of`), next: this.callable(record.next, `${path}.next`), sync: false };
      default:
        throw new CorruptState(`${path}.walk`, 'unknown kind of iterator');
    }
  }

  // ——— Contents ———

  private fill(id: number): void {
    const object = this.objects.get(id)!;
    const record = this.records[id] as Record_;
    const path = `heap.${id}`;
    if ('env' in record && !('fn' in record) && !('class' in record)) this.fillEnv(object as Env, record, path);
    else if ('frame' in record) this.fillFrame(object as Frame, record, path);
    else if ('a' in record) this.fillArray(object as unknown[], list(record.a, `${path}.a`), path);
    else if ('sparse' in record) this.fillSparse(object as unknown[], record, path);
    else if ('map' in record) {
      for (const entry of list(record.map, `${path}.map`)) {
        const [key, value] = list(entry, `${path}.map`);
        Map.prototype.set.call(object, this.value(key, `${path}.map`), this.value(value, `${path}.map`));
      }
    } else if ('set' in record) {
      for (const value of list(record.set, `${path}.set`)) Set.prototype.add.call(object, this.value(value, `${path}.set`));
    } else if ('regexp' in record) (object as RegExp).lastIndex = this.value((record.regexp as Json[])[2], `${path}.regexp`) as number;
    else if ('promise' in record) this.fillPromise(object, record, path);
    else if ('all' in record) this.fillAggregate(object as Aggregate, record, path);
    else if ('error' in record) this.fillError(object, record, path);
    else if ('walk' in record && record.walk === 'keyed' && record.done !== true) {
      this.walks.push(id);
    }
    if ('#' in record) this.fillPrivates(object, record, path);
    if ('o' in record) this.fillProperties(object, record, path);
    if ('props' in record) this.fillExotic(object, list(record.props, `${path}.props`), path);
    if ('ext' in record) this.restricted.push(id);
  }

  /** A Map or Set walk goes to its place when its container is there, and stamped: it hears of changes. */
  private seek(id: number): void {
    const record = this.records[id] as Record_;
    const of = this.value(record.of, `heap.${id}.of`) as object;
    walkOf(this.objects.get(id))!.seek(Math.min(Number(record.at), types.isMap(of) ? sizeOfMap(of) : sizeOfSet(of)));
  }

  private fillEnv(env: Env, record: Record_, path: string): void {
    for (const [slot, value] of Object.entries(record.env as Record_)) env[slot] = this.value(value, `${path}.env.${slot}`);
  }

  private fillFrame(frame: Frame, record: Record_, path: string): void {
    if ('up' in record) frame.$up = this.continuation(record.up, `${path}.up`);
    const label = frame.$k.labels[frame.$pc - 1]!;
    const slots = record.slots ?? {};
    const values = new Map(propertiesOf(slots, `${path}.slots`));
    const shadow: Record<string, unknown> = {};
    for (const slot of label.live) {
      if (!values.has(slot)) throw new CorruptState(`${path}.slots`, `${slot} is missing`);
      const at = `${path}.slots.${slot}`;
      const json = values.get(slot);
      const value = isEnvSlot(slot) ? this.env(json, at) : this.value(json, at);
      (frame as unknown as Record<string, unknown>)[slot] = value;
      shadow[slot] = value;
    }
    if (frame.$m) frame.$m.shadow = shadow;
  }

  private fillArray(array: unknown[], values: Json[], path: string): void {
    for (let i = 0; i < values.length; i++) {
      const json = values[i]!;
      if (isObject(json) && (json as { $?: Json }).$ === 'hole') array.length = i + 1;
      else array[i] = this.value(json, `${path}.a.${i}`);
    }
  }

  private fillSparse(array: unknown[], record: Record_, path: string): void {
    const [length, entries] = list(record.sparse, `${path}.sparse`);
    if (!Number.isInteger(length) || (length as number) < 0 || (length as number) >= 2 ** 32) throw new CorruptState(path, 'an array length was expected');
    array.length = length as number;
    for (const entry of list(entries, path)) {
      const [index, value] = list(entry, path);
      if (!Number.isInteger(index) || (index as number) < 0 || (index as number) >= (length as number)) throw new CorruptState(path, 'an index was expected');
      array[index as number] = this.value(value, path);
    }
  }

  private fillPromise(promise: object, record: Record_, path: string): void {
    const slots = slotsOf(promise);
    const { promise: state } = record;
    if (!slots || (state !== 'pending' && state !== 'fulfilled' && state !== 'rejected')) throw new CorruptState(path, 'unknown state of a promise');
    slots.state = state as PromiseState;
    if (state !== 'pending') slots.value = this.value(record.value, `${path}.value`);
    if ('then' in record) slots.reactions = list(record.then, `${path}.then`).map((r, i) => this.reaction(r, `${path}.then.${i}`));
    slots.handled = record.handled === true;
  }

  private reaction(json: Json, path: string): Reaction {
    if (!isObject(json)) throw new CorruptState(path, 'a reaction was expected');
    if ('frame' in json) return { kind: 'frame', frame: this.frame(json.frame, path) };
    if ('forward' in json) return { kind: 'forward', to: this.promiseValue(json.forward, path) };
    if ('element' in json) {
      const of = this.value(json.element, path);
      if (!(of instanceof Aggregate) || !Number.isInteger(json.index)) throw new CorruptState(path, 'a combinator was expected');
      return { kind: 'element', of, index: json.index as number };
    }
    return {
      kind: 'then',
      to: this.capability(json.to, path),
      fulfilled: 'fulfilled' in json ? this.callable(json.fulfilled, path) : undefined,
      rejected: 'rejected' in json ? this.callable(json.rejected, path) : undefined,
    };
  }

  private promiseValue(json: Json | undefined, path: string): Promise {
    const value = this.value(json, path);
    if (!slotsOf(value)) throw new CorruptState(path, 'a promise was expected');
    return value as Promise;
  }

  private objectValue(json: Json | undefined, path: string): object {
    const value = this.value(json, path);
    if ((typeof value !== 'object' || value === null) && typeof value !== 'function') throw new CorruptState(path, 'an object was expected');
    return value;
  }

  private syncWalk(json: Json | undefined, path: string): object {
    const value = this.objectValue(json, path);
    if (!walkOf(value)) throw new CorruptState(path, 'an iterator was expected');
    return value;
  }

  private callable(json: Json | undefined, path: string): Function {
    const value = this.value(json, path);
    if (typeof value !== 'function') throw new CorruptState(path, 'a function was expected');
    return value;
  }

  private capability(json: Json | undefined, path: string): Capability {
    if (isObject(json) && 'resolve' in json) {
      return {
        promise: this.objectValue(json.promise, path),
        resolve: this.callable(json.resolve, path),
        reject: this.callable(json.reject, path),
      };
    }
    return this.promiseValue(json, path);
  }

  private fillAggregate(aggregate: Aggregate, record: Record_, path: string): void {
    const values = this.value(record.values, `${path}.values`);
    if (!Array.isArray(values) || !Number.isInteger(record.left)) throw new CorruptState(path, 'a combinator was expected');
    aggregate.restore(this.capability(record.to, `${path}.to`), values, record.left as number, record.decided === true);
  }

  private fillError(error: object, record: Record_, path: string): void {
    if (!isObject(record.error)) throw new CorruptState(`${path}.error`, 'properties were expected');
    for (const name of ['stack', 'message', 'cause', 'errors']) {
      if (!Object.hasOwn(record.error, name)) {
        Reflect.deleteProperty(error, name);
        continue;
      }
      const value = this.value(record.error[name], `${path}.error.${name}`);
      Object.defineProperty(error, name, { value, writable: true, configurable: true, enumerable: false });
    }
  }

  private fillPrivates(object: object, record: Record_, path: string): void {
    for (const [key, json] of Object.entries(record['#'] as Record_)) {
      const at = `${path}.#.${key}`;
      const access = privateAccess(object, key);
      if (!access?.set) throw new CorruptState(at, 'the class has no such private field');
      access.set(object, this.value(json, at));
    }
  }

  private fillProperties(object: object, record: Record_, path: string): void {
    const properties = propertiesOf(record.o!, `${path}.o`);
    if (object === record.o) {
      // Its own parsed object: only the escapes change.
      for (const [key, json] of properties) {
        if (typeof json === 'object' && json !== null) defineKey(object as Record<string, unknown>, key, this.value(json, `${path}.o.${key}`));
      }
      return;
    }
    // What the constructor's shape has and the record has not was deleted; a different order must be rebuilt.
    const own = ownNames(object);
    const same = own.length <= properties.length && own.every((key, i) => properties[i]![0] === key);
    if (!same) for (const key of own) delete (object as Record<string, unknown>)[key];
    for (const [key, json] of properties) {
      const value = this.value(json, `${path}.o.${key}`);
      if (Object.hasOwn(object, key)) (object as Record<string, unknown>)[key] = value;
      else Object.defineProperty(object, key, { value, enumerable: true, writable: true, configurable: true });
    }
  }

  private fillExotic(object: object, props: Json[], path: string): void {
    for (const key of ownNames(object)) delete (object as Record<string, unknown>)[key];
    for (const prop of props) {
      const [name, content, flags] = list(prop, `${path}.props`);
      const key = typeof name === 'string' ? name : (this.value(name, `${path}.props`) as PropertyKey);
      if ((typeof key !== 'string' && typeof key !== 'symbol') || !isObject(content)) throw new CorruptState(`${path}.props`, 'a property was expected');
      const at = `${path}.props.${String(key)}`;
      const bits = Number(flags);
      const attributes = { enumerable: (bits & 1) !== 0, configurable: (bits & 2) !== 0 };
      const descriptor =
        'value' in content
          ? { value: this.value(content.value, at), writable: (bits & 4) !== 0, ...attributes }
          : {
              ...('get' in content ? { get: this.callable(content.get, at) as () => unknown } : {}),
              ...('set' in content ? { set: this.callable(content.set, at) as (v: unknown) => void } : {}),
              ...attributes,
            };
      Object.defineProperty(object, key, descriptor);
    }
    markExotic(object);
  }
}

// ——— Small parts ———

/** Enumerable properties that are not elements of an array or characters of a String. */
const ownNames = (object: object): string[] =>
  Object.keys(object).filter((key) => !((Array.isArray(object) || object instanceof String) && /^\d+$/.test(key)));

/** The ids of the objects that must be there before this one can be made. */
function neededFor(record: Record_): number[] {
  let needed = NOTHING;
  for (const field in record) {
    if (!NEEDED.has(field)) continue;
    const json = record[field]!;
    const ids = (Array.isArray(json) ? json : [json]).map(referenceOf).filter((id) => id > 0);
    if (ids.length > 0) needed = [...needed, ...ids];
  }
  return needed;
}

const NEEDED = new Set(['is', 'proto', 'prototype', 'env', 'up', 'scope', 'heritage', 'keys', 'of', 'next']);
const NOTHING: number[] = [];

/** What the constructor of a subclass must be given, so that its instance has the slots of this object. */
function argumentsFor(like: object): unknown[] {
  if (types.isDate(like)) return [like.getTime()];
  if (types.isRegExp(like)) return [like.source, like.flags];
  if (types.isBoxedPrimitive(like)) return [like.valueOf()];
  return [];
}

function restore(constructor: new (...args: unknown[]) => object, args: unknown[]): object {
  restoring.on = true;
  try {
    return new constructor(...args);
  } finally {
    restoring.on = false;
  }
}

function methodsOf(constructor: { prototype: object }): unknown[] {
  return [constructor as object, constructor.prototype].flatMap((home) =>
    Reflect.ownKeys(home).flatMap((key) => {
      const descriptor = Object.getOwnPropertyDescriptor(home, key)!;
      return [descriptor.value as unknown, descriptor.get, descriptor.set].filter((fn) => typeof fn === 'function');
    }),
  );
}

/** The access to a private field, by its name or by class id and name. */
function privateAccess(object: object, key: string) {
  const own = typeof object === 'function' ? closureOf(object)?.privates?.[key] : undefined;
  if (own) return own;
  const [, id, name, count] = /^([^#]+#[^#]*)?(#[^#]+)(?:#(\d+))?$/.exec(key) ?? [];
  if (name === undefined) return undefined;
  let left = Number(count ?? 1);
  for (let p = Object.getPrototypeOf(object) as object | null; p !== null && p !== Object.prototype; p = Object.getPrototypeOf(p) as object | null) {
    if (!Object.hasOwn(p, 'constructor')) continue;
    const closure = closureOf((p as { constructor: unknown }).constructor);
    const access = closure?.privates?.[name];
    if (access && (id === undefined || closure!.code.id === id) && access.has(object) && --left === 0) return access;
  }
  return undefined;
}
