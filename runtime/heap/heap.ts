/**
 * The heap of one run: the next id, and the promoted objects that changed since the last checkpoint. Nothing
 * else: the objects themselves are native and V8 keeps them.
 */
import { Meta, stamp, type HeapList, type Kind } from './meta.ts';

export class Heap implements HeapList {
  readonly changed: Meta[] = [];
  readonly shared = false;
  nextId: number;

  constructor(nextId = 1) {
    this.nextId = nextId;
  }

  /** Gives an object the next id. Frames and Envs keep their record in a slot, which the caller sets. */
  promote(object: object, kind: Kind): Meta {
    const meta = new Meta(this.nextId++, object, kind, this);
    if (kind !== 'env' && kind !== 'frame') stamp(object, meta);
    return meta;
  }
}

/** Stamps objects that all runs share; see `touch`. */
export class SharedHeap implements HeapList {
  readonly changed: Meta[] = [];
  readonly shared = true;

  own(object: object, name: string, kind: Kind): void {
    stamp(object, new Meta(name, object, kind, this));
  }
}
