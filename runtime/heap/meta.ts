/**
 * The meta record of a promoted object.
 *
 * Native objects, unstamped while young. An object gets a meta record, and with it an id, when a checkpoint
 * first reaches it. A plain object carries it under a non-enumerable symbol; an Env and a frame in their slot
 * `$m`, which is always there; an object that cannot take a property (a frozen one, a symbol) in a side table.
 *
 * Invariants:
 * - `owner` is the object itself: a stamp seen through the prototype chain belongs to another object;
 * - `listed` iff the record is on its heap's list of changed objects;
 * - `whole`: it will be written as a whole; `open` false: so nobody need report further changes;
 * - nothing leads from an id to an object, so promoted garbage is collected like any other.
 */
import { META } from '../abi.ts';
import type { ArrayEdits } from './array-edits.ts';
import type { ByteEdits } from './binary.ts';
import type { KeyEdits } from './key-edits.ts';

/** What an object is to the heap: how it changes, and how it is written. */
export type Kind =
  | 'object'
  | 'array'
  | 'map'
  | 'set'
  | 'date'
  | 'regexp'
  | 'error'
  | 'boxed'
  | 'function'
  | 'class'
  | 'prototype'
  | 'symbol'
  | 'arguments'
  | 'buffer'
  | 'view'
  | 'weak map'
  | 'weak set'
  | 'intl'
  | 'env'
  | 'frame'
  | 'promise'
  | 'aggregate'
  | 'iterator'
  | 'generator'
  | 'async generator';

/** What was written last of a frame: where it resumes, and its slots. */
export interface FrameShadow {
  at: string;
  slots: Record<string, unknown>;
}

export class Meta {
  /** A number in a run's heap; the name of what all runs share. */
  id: number | string;
  readonly owner: object;
  readonly kind: Kind;
  readonly heap: HeapList;
  open = true;
  listed = false;
  whole = false;
  /** What has changed since the last checkpoint, unless `whole`. */
  edits: KeyEdits | ArrayEdits | ByteEdits | null = null;
  /** Bytes of its record as last written: small objects are always written whole. */
  bytes = 0;
  /** Arrays: stored as entries, to which ranges do not apply. */
  sparse = false;
  /** Frames: to find what has changed without a barrier per slot. */
  shadow: FrameShadow | null = null;
  /** Maps and Sets: iterators under way, which must hear of every key that goes. */
  walks: Set<WalkedKeys> | null = null;

  /** Views: the record of the buffer. */
  of: Meta | undefined = undefined;

  /** After a checkpoint. */
  settled(): void {
    this.listed = false;
    this.whole = false;
    this.open = true;
    this.edits = null;
  }

  constructor(id: number | string, owner: object, kind: Kind, heap: HeapList) {
    this.id = id;
    this.owner = owner;
    this.kind = kind;
    this.heap = heap;
  }
}

/** An iterator over a Map or Set, as its container knows it. */
export interface WalkedKeys {
  deleted(key: unknown): void;
  cleared(): void;
}

/** The part of a heap that its records know. */
export interface HeapList {
  /** Objects that all runs share: nobody may change them. */
  readonly shared: boolean;
  /** Lists an object as changed, once per cycle. */
  list(meta: Meta): void;
}

const DESCRIPTOR: PropertyDescriptor = { value: undefined, enumerable: false, writable: false, configurable: false };

/** Records of objects that cannot be stamped. */
const aside = new WeakMap<object, Meta>();
/** While nothing is there, nobody need look: a young object is asked for its record often. */
let anyAside = false;

let bufferIsPromoted = (): void => {};

/** Who wants to know of the first buffer that is promoted. */
export function whenBufferIsPromoted(listener: () => void): void {
  bufferIsPromoted = listener;
}

/** Stamps a plain object, array or container. */
export function stamp(object: object, meta: Meta): void {
  if (meta.kind === 'buffer') bufferIsPromoted();
  if (Object.isExtensible(object)) {
    DESCRIPTOR.value = meta;
    Object.defineProperty(object, META, DESCRIPTOR);
    DESCRIPTOR.value = undefined;
  } else {
    aside.set(object, meta);
    anyAside = true;
  }
}

export const asideOf = (object: object): Meta | undefined => (anyAside ? aside.get(object) : undefined);

/** An object's own record, undefined while it is young. */
export function metaOf(object: object): Meta | undefined {
  const meta = (object as { [META]?: Meta })[META];
  if (meta !== undefined && meta.owner === object) return meta;
  return asideOf(object);
}

/** Reserves a place for the stamp before an object becomes non-extensible. */
export function isStampable(object: object): boolean {
  return Object.isExtensible(object);
}
