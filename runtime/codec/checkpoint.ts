/**
 * The encoder of a run's heap.
 *
 * It serves one checkpoint. Asked for a value that refers to a young object, it promotes it: gives it an id and
 * puts it on the work list; so writing the changed objects reaches exactly what is new, and the cost is that of
 * the change. For an image it follows every reference, promoted or not: that is the mark that collects the
 * stored heap. Iterative throughout: a list of a million nodes is a loop.
 */
import { UNBORN } from '../heap/binary.ts';
import type { Heap } from '../heap/heap.ts';
import { metaOf, type Meta } from '../heap/meta.ts';
import type { Env, Frame } from '../machine/frame.ts';
import { InternalError } from '../errors.ts';
import { classify } from './classify.ts';
import { estimate } from './estimate.ts';
import type { Json } from './format.ts';
import { editFrame, shadowOf } from './kinds/frame.ts';
import { KINDS } from './kinds/table.ts';
import { isWellKnown, type Names, RecordWriter } from './records.ts';
import { Unstorable } from './unstorable.ts';

/** An entry of a WeakMap or WeakSet: it counts if something else leads to its key. */
interface Ephemeron {
  reached: () => void;
  lost: () => void;
}

export class CheckpointEncoder extends RecordWriter {
  /** Records to write, by id; null: none. */
  put: Record<string, Json> | null = null;
  /** Edits to write, by id; null: none. */
  edit: Record<string, Json> | null = null;
  /** Bytes of earlier records that these supersede, roughly. */
  superseded = 0;
  private readonly heap: Heap;
  /** What the trace of an image has come to. */
  private readonly seen: Set<Meta> | null;
  private readonly work: Meta[] = [];
  /** Entries whose keys nothing has led to so far. */
  private waiting: Map<object | symbol, Ephemeron[]> | null = null;
  /** Those that something has. */
  private readonly ready: Ephemeron[] = [];
  /** Containers of such entries, whose records were not complete when they were written. */
  private readonly weak: Meta[] = [];

  /** `whole`: an image. */
  constructor(heap: Heap, names: Names, whole = false) {
    super(names);
    this.heap = heap;
    this.seen = whole ? new Set() : null;
  }

  /** Writes what has changed, and everything young that it reaches. */
  writeChanges(): void {
    for (const meta of this.heap.changed) {
      const edit = this.change(meta);
      if (edit !== null) (this.edit ??= {})[meta.id] = edit;
    }
    this.writeReached();
  }

  /** Writes the objects that the values asked for so far refer to. */
  writeReached(): void {
    do {
      for (let meta = this.work.pop(); meta !== undefined; meta = this.work.pop()) this.write(meta);
      this.ready.pop()?.reached();
    } while (this.work.length > 0 || this.ready.length > 0);
  }

  /** At the end, when everything is written: entries whose keys nothing leads to are dropped, here and in memory. */
  forgetUnreached(): void {
    for (const entries of this.waiting?.values() ?? []) for (const { lost } of entries) lost();
    for (const meta of this.weak) meta.bytes = estimate(this.put![meta.id]!);
  }

  /** Has the trace come to this object? */
  reached(object: object): boolean {
    const meta = metaOf(object);
    return meta !== undefined && this.seen !== null && this.seen.has(meta);
  }

  private write(meta: Meta): void {
    const record = this.record(meta.owner, meta.kind);
    if (meta.kind === 'frame') meta.shadow = shadowOf(meta.owner as Frame);
    if (meta.kind === 'weak map' || meta.kind === 'weak set') this.weak.push(meta);
    meta.bytes = estimate(record);
    meta.sparse = meta.kind === 'array' && 'sparse' in (record as object);
    (this.put ??= {})[meta.id] = record;
  }

  // ——— References ———

  protected refer(object: object): Json {
    const known = metaOf(object);
    if (known === undefined) return this.promote(this.heap.promote(object, classify(object)));
    if (known.heap !== this.heap) throw new Unstorable(object, 'an object of another run reached this one');
    return this.follow(known);
  }

  override keep(object: object): void {
    if (this.seen !== null && metaOf(object) !== undefined) this.refer(object);
  }

  protected referEnv(env: Env): Json {
    return this.slotted(env, 'env');
  }

  referFrame(frame: Frame): Json {
    return this.slotted(frame, 'frame');
  }

  private slotted(object: Env | Frame, kind: 'env' | 'frame'): Json {
    if (object.$m === undefined) {
      object.$m = this.heap.promote(object, kind);
      return this.promote(object.$m);
    }
    if (object.$m.heap !== this.heap) throw new InternalError(`a ${kind} of another run reached this one`);
    return this.follow(object.$m);
  }

  // ——— Ephemerons ———

  override isReached(key: object | symbol): boolean {
    if (typeof key === 'symbol' ? isWellKnown(key) : this.names.nameOf(key) !== undefined) return true;
    const meta = metaOf(key as object);
    return meta !== undefined && (this.seen?.has(meta) ?? meta.id !== UNBORN);
  }

  override ephemeron(key: object | symbol, reached: () => void, lost: () => void): void {
    if (this.isReached(key)) {
      this.ready.push({ reached, lost });
      return;
    }
    this.waiting ??= new Map();
    const entries = this.waiting.get(key);
    if (entries) entries.push({ reached, lost });
    else this.waiting.set(key, [{ reached, lost }]);
  }

  private reach(meta: Meta): void {
    const entries = this.waiting?.get(meta.owner);
    if (!entries) return;
    this.ready.push(...entries);
    this.waiting!.delete(meta.owner);
  }

  private promote(meta: Meta): Json {
    this.work.push(meta);
    this.reach(meta);
    this.seen?.add(meta);
    return { '@': meta.id as number };
  }

  private follow(meta: Meta): Json {
    if (meta.id === UNBORN) return this.bear(meta);
    if (this.seen !== null && !this.seen.has(meta)) {
      this.seen.add(meta);
      this.work.push(meta);
      this.reach(meta);
    }
    return { '@': meta.id as number };
  }

  /** A view that was stamped before a checkpoint reached it. */
  private bear(meta: Meta): Json {
    meta.id = this.heap.nextId++;
    meta.settled();
    return this.promote(meta);
  }

  // ——— Edits ———

  /** The edit of a changed object, or null if its record is written whole (or nothing has changed after all). */
  private change(meta: Meta): Json | null {
    const { kind, edits } = meta;
    if (kind === 'frame') return this.frameEdit(meta);
    const edit = meta.whole || edits === null ? null : (KINDS[kind].edit?.(this, meta.owner, edits, meta) ?? null);
    if (edit === null) {
      this.superseded += meta.bytes;
      this.write(meta);
      return null;
    }
    const bytes = estimate(edit);
    this.superseded += bytes * edits!.replacing;
    meta.bytes += bytes;
    return edit;
  }

  /** A frame has no barriers per slot: it is compared with what was written last. */
  private frameEdit(meta: Meta): Json | null {
    const edit = editFrame(this, meta);
    if (edit !== null) this.superseded += estimate(edit);
    return edit;
  }
}
