/**
 * Records → live objects.
 *
 * First a stub for every record, then the contents: so cycles and sharing are exact. Stubs have the hidden class
 * of fresh objects: a plain object is the one JSON.parse made, which has a literal's; an instance comes from its
 * own constructor, run in restore mode; Envs and frames from the program's own literals. How an object of each kind
 * is made and filled is in `kinds/`.
 *
 * Stored state is input like any other. Whatever it says, decoding ends with objects or with a CorruptState that
 * names the place; no property it names is called, and none is read from a prototype.
 */
import { CorruptState } from '../errors.ts';
import type { Heap } from '../heap/heap.ts';
import { type Kind, Meta, stamp } from '../heap/meta.ts';
import type { Code, Env, Frame } from '../machine/frame.ts';
import type { Promise } from '../machine/promise.ts';
import type { Scope } from '../machine/scope.ts';
import { fillPrivates } from './class-of.ts';
import { estimate } from './estimate.ts';
import { unescapeText, type Json, type Props } from './format.ts';
import type { ObjectKind } from './kinds/kind.ts';
import { kindOfRecord } from './kinds/table.ts';
import { bigint, constant, idOf, isObject, list, referenceOf, text } from './parts.ts';
import { dropSymbolFields, fillExotic, fillProperties, restrict } from './properties.ts';

/** What a program offers by name: its named objects, code, Env shapes. */
export interface Definitions {
  named(name: string): object | symbol | undefined;
  code(id: string): Code | undefined;
  /** A fresh Env with these slots, of the shape the program's own have. */
  env(slots: string[]): Env | undefined;
}

export class Decoder {
  readonly definitions: Definitions;
  /** The scopes of the run, by number. */
  readonly scopes: ReadonlyMap<number, Scope>;
  private readonly records: Record<string, Json>;
  private readonly heap: Heap | null;
  private readonly objects = new Map<number, object>();
  private readonly kinds = new Map<number, ObjectKind>();
  private readonly pending = new Set<number>();
  /** Objects without their stamp. */
  private readonly young: Meta[] = [];
  private readonly restricted: number[] = [];
  private readonly unsettled: number[] = [];

  /** Without a heap the objects stay young: values that come over the border. */
  constructor(records: Record<string, Json>, heap: Heap | null, definitions: Definitions, scopes: ReadonlyMap<number, Scope> = new Map()) {
    this.scopes = scopes;
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
        for (at of this.restricted) restrict(this.objects.get(at)!, (this.records[at] as Props).ext, `heap.${at}`);
        for (at of this.unsettled) this.kinds.get(at)!.settle!(this, this.objects.get(at)!, this.records[at] as Props, `heap.${at}`);
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
    const content = (json as Props)[key!];
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

  objectValue(json: Json | undefined, path: string): object {
    const value = this.value(json, path);
    if ((typeof value !== 'object' || value === null) && typeof value !== 'function') throw new CorruptState(path, 'an object was expected');
    return value;
  }

  /** What an object inherits from. */
  prototype(json: Json | undefined, path: string): object | null {
    return json === null ? null : this.objectValue(json, path);
  }

  callable(json: Json | undefined, path: string): Function {
    const value = this.value(json, path);
    if (typeof value !== 'function') throw new CorruptState(path, 'a function was expected');
    return value;
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
    const kind = this.kindOf(id);
    if (kind === 'env' || kind === 'frame') {
      throw new CorruptState(path, `object ${id} is not a value`);
    }
    return object;
  }

  private kindOf(id: number): Kind | undefined {
    return this.kinds.get(id)?.kind;
  }

  private reference<T>(json: Json | undefined, path: string, kind: Kind): T {
    const id = referenceOf(json);
    const object = this.objects.get(id) ?? (Object.hasOwn(this.records, id) && !this.pending.has(id) ? this.stub(id, path) : undefined);
    if (object === undefined || this.kindOf(id) !== kind) throw new CorruptState(path, `a reference to a ${kind} was expected`);
    return object as T;
  }

  env(json: Json | undefined, path: string): Env | undefined {
    return json === undefined || json === null ? undefined : this.reference<Env>(json, path, 'env');
  }

  frame(json: Json | undefined, path: string): Frame {
    return this.reference<Frame>(json, path, 'frame');
  }

  scope(json: Json | undefined, path: string): Scope {
    const scope = this.scopes.get(json as number);
    if (!scope) throw new CorruptState(path, 'a scope was expected');
    return scope;
  }

  /** A frame or a promise: who gets an outcome. */
  continuation(json: Json | undefined, path: string): Frame | Promise {
    const id = referenceOf(json);
    const kind = this.kindOf(id);
    if (kind !== 'frame' && kind !== 'promise') throw new CorruptState(path, 'a frame or a promise was expected');
    return this.objects.get(id) as Frame | Promise;
  }

  /** Who gets the result of a frame: another frame or a promise, or its async generator. */
  up(json: Json | undefined, path: string): object {
    const id = referenceOf(json);
    return this.kindOf(id) === 'async generator' ? this.objects.get(id)! : this.continuation(json, path);
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
      const path = `heap.${next}`;
      const kind = kindOfRecord(record);
      if (!kind) throw new CorruptState(path, `unknown kind of object: ${Object.keys(record)[0] ?? 'empty'}`);
      const needed = neededFor(record, kind).filter((other) => !this.objects.has(other) && !this.pending.has(other));
      this.pending.add(next);
      if (needed.length > 0) {
        work.push(...needed);
        continue;
      }
      this.adopt(next, kind.make(this, record, path), kind, record);
      this.pending.delete(next);
      work.pop();
    }
    return this.objects.get(id)!;
  }

  private recordOf(id: number, from: string): Props {
    const record = Object.hasOwn(this.records, id) ? this.records[id] : undefined;
    if (!isObject(record)) throw new CorruptState(from || `heap.${id}`, `there is no object ${id}`);
    return record;
  }

  private adopt(id: number, object: object, kind: ObjectKind, record: Props): void {
    this.objects.set(id, object);
    this.kinds.set(id, kind);
    if (this.heap === null) return;
    const meta = new Meta(id, object, kind.kind, this.heap);
    if (kind.kind === 'env' || kind.kind === 'frame') (object as Env | Frame).$m = meta;
    else this.young.push(meta);
    meta.bytes = estimate(record);
    meta.sparse = 'sparse' in record;
  }

  // ——— Contents ———

  private fill(id: number): void {
    const object = this.objects.get(id)!;
    const kind = this.kinds.get(id)!;
    const record = this.records[id] as Props;
    const path = `heap.${id}`;
    kind.fill?.(this, object, record, path);
    if ('is' in record) dropSymbolFields(object);
    if ('#' in record) fillPrivates(this, object, record, path);
    if ('o' in record) fillProperties(this, object, record, path);
    if ('props' in record) fillExotic(this, object, list(record.props, `${path}.props`), path, kind.evaluated);
    if ('ext' in record) this.restricted.push(id);
    if (kind.settle) this.unsettled.push(id);
  }
}

/** The ids of the objects that must be there before this one can be made. */
function neededFor(record: Props, kind: ObjectKind): number[] {
  let needed = NOTHING;
  for (const field of kind.evaluated || !('is' in record || 'proto' in record) ? kind.needs : [...kind.needs, 'is', 'proto']) {
    const json = record[field];
    if (json === undefined) continue;
    const ids = (Array.isArray(json) ? json : [json]).map(referenceOf).filter((id) => id > 0);
    if (ids.length > 0) needed = [...needed, ...ids];
  }
  return needed;
}

const NOTHING: number[] = [];
