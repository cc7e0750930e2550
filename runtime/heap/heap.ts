/**
 * The heap of one run: the next id, and the promoted objects that changed since the last checkpoint. Nothing
 * else: the objects themselves are native and V8 keeps them.
 */
import { SharedWrite } from '../errors.ts';
import { Meta, stamp, type HeapList, type Kind } from './meta.ts';

export class Heap implements HeapList {
  readonly changed: Meta[] = [];
  readonly shared = false;
  nextId: number;

  constructor(nextId = 1) {
    this.nextId = nextId;
  }

  list(meta: Meta): void {
    meta.listed = true;
    this.changed.push(meta);
  }

  /** Gives an object the next id. Frames and Envs keep their record in a slot, which the caller sets. */
  promote(object: object, kind: Kind): Meta {
    const meta = new Meta(this.nextId++, object, kind, this);
    if (kind !== 'env' && kind !== 'frame') stamp(object, meta);
    return meta;
  }
}

/** Objects that all runs share. A change to one of them is a fault of the run. */
export class SharedHeap implements HeapList {
  readonly shared = true;
  private readonly raise: (fault: SharedWrite) => never;

  constructor(raise: (fault: SharedWrite) => never) {
    this.raise = raise;
  }

  list(meta: Meta): void {
    this.raise(new SharedWrite(String(meta.id)));
  }

  own(object: object, name: string, kind: Kind): void {
    stamp(object, new Meta(name, object, kind, this));
  }
}
