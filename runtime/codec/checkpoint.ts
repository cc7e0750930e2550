/**
 * The encoder of a run's heap.
 *
 * It serves one checkpoint. Asked for a value that refers to a young object, it promotes it: gives it an id and
 * puts it on the work list; so writing the changed objects reaches exactly what is new, and the cost is that of
 * the change. For an image it follows every reference, promoted or not: that is the mark that collects the
 * stored heap. Iterative throughout: a list of a million nodes is a loop.
 */
import { type ArrayEdits, WHOLE_SHARE } from '../heap/array-edits.ts';
import type { Heap } from '../heap/heap.ts';
import type { KeyEdits } from '../heap/key-edits.ts';
import { metaOf, type Meta } from '../heap/meta.ts';
import type { Env, Frame } from '../machine/frame.ts';
import { InternalError } from '../errors.ts';
import { classify, Unstorable } from './classify.ts';
import { isExotic } from '../heap/exotic.ts';
import type { Json } from './format.ts';
import { estimate } from './estimate.ts';
import { sizeOfMap, sizeOfSet } from './internal-slots.ts';
import { define, labelOf, type Names, type Props, RecordWriter, slotOf } from './records.ts';

export class CheckpointEncoder extends RecordWriter {
  /** Records to write, by id. */
  readonly put: Record<string, Json> = {};
  /** Edits to write, by id. */
  readonly edit: Record<string, Json> = {};
  /** Bytes of earlier records that these supersede, roughly. */
  superseded = 0;
  private readonly heap: Heap;
  private readonly whole: boolean;
  private readonly seen = new Set<Meta>();
  private readonly work: Meta[] = [];

  /** `whole`: an image. */
  constructor(heap: Heap, names: Names, whole = false) {
    super(names);
    this.heap = heap;
    this.whole = whole;
  }

  /** Writes what has changed, and everything young that it reaches. */
  writeChanges(): void {
    for (const meta of this.heap.changed) {
      const edit = this.change(meta);
      if (edit !== null) this.edit[meta.id] = edit;
    }
    this.writeReached();
  }

  /** Writes the objects that the values asked for so far refer to. */
  writeReached(): void {
    for (let meta = this.work.pop(); meta !== undefined; meta = this.work.pop()) this.write(meta);
  }

  /** Has the trace come to this object? */
  reached(object: object): boolean {
    const meta = metaOf(object);
    return meta !== undefined && this.seen.has(meta);
  }

  private write(meta: Meta): void {
    const record = this.record(meta.owner, meta.kind);
    if (meta.kind === 'frame') meta.shadow = shadowOf(meta.owner as Frame);
    meta.bytes = estimate(record);
    meta.sparse = meta.kind === 'array' && 'sparse' in (record as object);
    this.put[meta.id] = record;
  }

  // ——— References ———

  protected refer(object: object): Json {
    const known = metaOf(object);
    if (known === undefined) return this.promote(this.heap.promote(object, classify(object)));
    if (known.heap !== this.heap) throw new Unstorable(object, 'an object of another run reached this one');
    return this.follow(known);
  }

  protected referEnv(env: Env): Json {
    return this.slotted(env, 'env');
  }

  protected referFrame(frame: Frame): Json {
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

  private promote(meta: Meta): Json {
    this.work.push(meta);
    if (this.whole) this.seen.add(meta);
    return { '@': meta.id as number };
  }

  private follow(meta: Meta): Json {
    if (this.whole && !this.seen.has(meta)) {
      this.seen.add(meta);
      this.work.push(meta);
    }
    return { '@': meta.id as number };
  }

  // ——— Edits ———

  /** The edit of a changed object, or null if its record is written whole (or nothing has changed after all). */
  private change(meta: Meta): Json | null {
    const { kind, edits } = meta;
    if (kind === 'frame') return this.frameEdit(meta, meta.owner as Frame);
    if (meta.whole || edits === null) {
      this.superseded += meta.bytes;
      this.write(meta);
      return null;
    }
    const edit = this.editOf(meta, edits);
    if (edit === null) {
      this.superseded += meta.bytes;
      this.write(meta);
      return null;
    }
    this.superseded += estimate(edit);
    meta.bytes += estimate(edit);
    return edit;
  }

  private editOf(meta: Meta, edits: KeyEdits | ArrayEdits): Json | null {
    switch (meta.kind) {
      case 'array':
        return this.arrayEdit(meta, meta.owner as unknown[], edits as ArrayEdits);
      case 'map':
        return this.mapEdit(meta.owner as Map<unknown, unknown>, edits as KeyEdits);
      case 'set':
        return this.setEdit(meta.owner as Set<unknown>, edits as KeyEdits);
      case 'object':
      case 'env':
        return isExotic(meta.owner) ? null : this.keyEdit(meta.owner as Props, edits as KeyEdits<string>);
      default:
        return null;
    }
  }

  private arrayEdit(meta: Meta, array: unknown[], edits: ArrayEdits): Json | null {
    edits.settle(array);
    if (meta.sparse || isExotic(array) || edits.written > array.length * WHOLE_SHARE) return null;
    return { splice: edits.hunks.map(({ at, del, ins }) => [at, del, this.elements(array, at, at + ins)]) };
  }

  private keyEdit(object: Props, edits: KeyEdits<string>): Json | null {
    const del: string[] = [];
    const set: Props = {};
    for (const [key, renewed] of edits.keys) {
      const present = Object.hasOwn(object, key);
      if (renewed || !present) del.push(key);
      if (present) define(set, key, this.value(object[key]));
    }
    return { ...(del.length > 0 ? { del } : {}), set };
  }

  private mapEdit(map: Map<unknown, unknown>, edits: KeyEdits): Json | null {
    if (!edits.cleared && edits.keys.size > sizeOfMap(map) * WHOLE_SHARE) return null;
    const del: Json[] = [];
    const put: Json[] = [];
    for (const [key, renewed] of edits.keys) {
      const present = Map.prototype.has.call(map, key);
      if (!edits.cleared && (renewed || !present)) del.push(this.value(key));
      if (present) put.push([this.value(key), this.value(Map.prototype.get.call(map, key))]);
    }
    return { ...(edits.cleared ? { clear: true } : {}), ...(del.length > 0 ? { del } : {}), put };
  }

  private setEdit(set: Set<unknown>, edits: KeyEdits): Json | null {
    if (!edits.cleared && edits.keys.size > sizeOfSet(set) * WHOLE_SHARE) return null;
    const del: Json[] = [];
    const add: Json[] = [];
    for (const [key, renewed] of edits.keys) {
      const present = Set.prototype.has.call(set, key);
      if (!edits.cleared && (renewed || !present)) del.push(this.value(key));
      if (present) add.push(this.value(key));
    }
    return { ...(edits.cleared ? { clear: true } : {}), ...(del.length > 0 ? { del } : {}), add };
  }

  /** A frame has no barriers per slot: what differs from the slots as last written is the edit. */
  private frameEdit(meta: Meta, frame: Frame): Json | null {
    const label = labelOf(frame);
    const before = meta.shadow ?? {};
    const shadow = shadowOf(frame);
    const set: Props = {};
    for (const [slot, value] of Object.entries(shadow)) {
      if (!(slot in before) || !Object.is(before[slot], value)) set[slot] = this.slot(slot, value);
    }
    const del = Object.keys(before).filter((slot) => !(slot in shadow));
    meta.shadow = shadow;
    const edit: Props = { at: label.name };
    if (del.length > 0) edit.del = del;
    if (Object.keys(set).length > 0) edit.set = set;
    this.superseded += estimate(edit);
    return edit;
  }
}

/** The live slots as they are now. */
function shadowOf(frame: Frame): Record<string, unknown> {
  return Object.fromEntries(labelOf(frame).live.map((slot) => [slot, slotOf(frame, slot)]));
}
