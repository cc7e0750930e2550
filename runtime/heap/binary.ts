/**
 * Binary data: buffers, and the views through which they change.
 *
 * A buffer has no properties that anybody writes to; what changes it is a write through a view. So the mark of a view
 * goes on to its buffer, as a range of bytes. A promoted view is stamped like any object. A young view may stand over a
 * promoted buffer, whichever way it was made (`new`, `subarray`, a species, `Reflect.construct`): that is caught where
 * the barrier asks for its stamp, by an accessor on the prototypes of all views, which stamps it. While no buffer of this
 * process is promoted, the accessor answers undefined, and costs next to nothing.
 *
 *     Uint8Array  ──[META]──▶  meta of the view  ──of──▶  meta of the buffer: its dirty blocks
 */
import { META } from '../abi.ts';
import { asideOf, Meta, metaOf, stamp, whenBufferIsPromoted } from './meta.ts';

/** An ArrayBuffer of ES2024. */
export interface ResizableBuffer extends ArrayBuffer {
  readonly resizable: boolean;
  readonly maxByteLength: number;
  resize(length: number): void;
}

/** 48 bytes are 64 characters of base64, so a block of a stored buffer is a piece of its text. */
export const BLOCK_BYTES = 48;

/** The blocks of a large buffer that have changed since the last checkpoint. */
export class ByteEdits {
  readonly blocks: Uint8Array;
  dirty = 0;

  constructor(bytes: number) {
    this.blocks = new Uint8Array(Math.ceil(bytes / BLOCK_BYTES));
  }

  /** The part of what an edit writes that replaces something. */
  get replacing(): number {
    return 1;
  }

  write(from: number, to: number): void {
    const { blocks } = this;
    for (let block = Math.floor(from / BLOCK_BYTES); block * BLOCK_BYTES < to && block < blocks.length; block++) {
      if (blocks[block] === 0) {
        blocks[block] = 1;
        this.dirty++;
      }
    }
  }
}

export const isResizable = (buffer: ArrayBuffer): buffer is ResizableBuffer => (buffer as ResizableBuffer).resizable === true;

// ——— Internal slots ———

export const TypedArray = Object.getPrototypeOf(Uint8Array) as { prototype: object };

const getter = (prototype: object, name: string): ((of: object) => unknown) => {
  const get = Object.getOwnPropertyDescriptor(prototype, name)!.get!;
  return (of) => Reflect.apply(get, of, []) as unknown;
};

const typed = {
  buffer: getter(TypedArray.prototype, 'buffer'),
  at: getter(TypedArray.prototype, 'byteOffset'),
  bytes: getter(TypedArray.prototype, 'byteLength'),
  length: getter(TypedArray.prototype, 'length'),
  name: getter(TypedArray.prototype, Symbol.toStringTag as unknown as string),
};
const data = {
  buffer: getter(DataView.prototype, 'buffer'),
  at: getter(DataView.prototype, 'byteOffset'),
  bytes: getter(DataView.prototype, 'byteLength'),
};

/** `Uint8Array`, `DataView`; undefined for what is no view. */
export const viewName = (view: object): string | undefined =>
  ArrayBuffer.isView(view) ? ((typed.name(view) as string | undefined) ?? 'DataView') : undefined;

/** The bytes of an element; one for a DataView. */
export const elementSize = (view: object): number => SIZES.get(viewName(view)!) ?? 1;

const SIZES = new Map(
  [Int16Array, Uint16Array, Int32Array, Uint32Array, Float32Array, Float64Array, BigInt64Array, BigUint64Array].map((c) => [
    c.name,
    c.BYTES_PER_ELEMENT,
  ]),
);

export const bufferOf = (view: object): object => (typed.name(view) === undefined ? data : typed).buffer(view) as object;

/** The elements of a typed array: 0 if they are out of bounds of its buffer. */
export const lengthOf = (view: object): number => typed.length(view) as number;

/** Is there a buffer, and long enough? (IsTypedArrayOutOfBounds, ES2024 10.4.5.13.) A typed array without bytes may be. */
export function isInBounds(view: object): boolean {
  if (lengthOf(view) > 0) return true;
  try {
    Reflect.apply(typedArrayAt, view, [0]);
    return true;
  } catch {
    return false;
  }
}

const typedArrayAt = (TypedArray.prototype as Uint8Array).at;

export const lengthOfBuffer = getter(ArrayBuffer.prototype, 'byteLength') as (buffer: object) => number;

/** Where the bytes of a view lie: none if they are out of bounds. (The accessors of a DataView throw then.) */
export function bytesOf(view: object): { at: number; bytes: number } {
  const slots = typed.name(view) === undefined ? data : typed;
  try {
    return { at: slots.at(view) as number, bytes: slots.bytes(view) as number };
  } catch {
    return { at: 0, bytes: 0 };
  }
}

// ——— Stamps ———

let anyPromoted = false;
whenBufferIsPromoted(() => {
  anyPromoted = true;
});

/** The answer of a view that has no stamp of its own. */
function stampOfYoung(this: unknown): Meta | undefined {
  return anyPromoted ? stampYoung(this) : undefined;
}

/** Stamps a young view, whatever its prototype is: over a young buffer with undefined, so that nobody need look again. */
export function stampYoung(view: unknown): Meta | undefined {
  if (!ArrayBuffer.isView(view)) return undefined;
  const of = metaOf(bufferOf(view));
  if (of === undefined) {
    if (Object.isExtensible(view)) Object.defineProperty(view, META, { value: undefined, configurable: true });
    return undefined;
  }
  const known = asideOf(view);
  if (known !== undefined) return known;
  const meta = new Meta(UNBORN, view, 'view', of.heap);
  meta.of = of;
  stamp(view, meta);
  return meta;
}

/** The id of a meta record that has not been promoted yet. */
export const UNBORN = 0;

for (const { prototype } of [TypedArray, DataView]) {
  Object.defineProperty(prototype, META, { get: stampOfYoung, configurable: true });
}
