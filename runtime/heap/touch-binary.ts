/**
 * The marks of views and buffers. A small buffer is marked as a whole at once, and its view closed: then nothing need be
 * said any more until the next checkpoint.
 */
import { WHOLE_SHARE } from './array-edits.ts';
import { bufferOf, ByteEdits, bytesOf, elementSize, lengthOf, lengthOfBuffer, UNBORN, viewName } from './binary.ts';
import { metaOf, type Meta } from './meta.ts';

/** Buffers up to this size are always written whole. */
const SMALL_BYTES = 192;

/** Before a property of a view is written: an element changes its buffer, anything else the view. */
export function touchView(meta: Meta, view: object, key: unknown): void {
  const index = typeof key === 'number' ? key : typeof key === 'string' ? Number(key) : Number.NaN;
  if (Number.isNaN(index) || viewName(view) === 'DataView') {
    mark(meta);
    return;
  }
  const size = elementSize(view);
  touchBytes(meta, view, index * size, (index + 1) * size);
}

/** Before anything of a view is changed. */
export function touchWholeView(meta: Meta, view: object): void {
  touchBytes(meta, view);
  mark(meta);
}

/** Before bytes of a view, counted from its beginning, are written. */
export function touchBytes(meta: Meta, view: object, from = 0, to = Number.POSITIVE_INFINITY): void {
  const of = (meta.of ??= metaOf(bufferOf(view)));
  if (of === undefined) return;
  const { at, bytes } = bytesOf(view);
  if (!of.whole) touchRange(of, at + Math.max(0, from), at + Math.min(to, bytes));
  if (of.whole) close(meta);
}

function touchRange(of: Meta, from: number, to: number): void {
  if (!(from < to)) return;
  if (!of.listed) of.heap.list(of);
  const byteLength = lengthOfBuffer(of.owner);
  const edits = (of.edits ??= new ByteEdits(byteLength)) as ByteEdits;
  edits.write(from, to);
  if (byteLength > SMALL_BYTES && edits.dirty <= edits.blocks.length * WHOLE_SHARE) return;
  of.edits = null;
  of.whole = true;
  of.open = false;
}

/** The record of a view is written again. The view stays open: it has not said all of its buffer. */
function mark(meta: Meta): void {
  if (meta.id !== UNBORN && !meta.listed) meta.heap.list(meta);
  meta.whole = true;
}

/** Its record is small: it is written again, and the view need not say more. */
function close(meta: Meta): void {
  mark(meta);
  meta.open = false;
}

/** Before a method of a typed array or DataView changes it. */
export function touchViewMethod(meta: Meta, view: object, method: unknown, args: unknown[]): void {
  if (typeof method !== 'string') return;
  const name = viewName(view);
  if (name === 'DataView') {
    const size = SETTERS[method];
    const at = args[0];
    if (size !== undefined) touchBytes(meta, view, ...(isIndex(at) ? ([at, at + size] as const) : ([] as const)));
    return;
  }
  if (method === 'set') touchSet(meta, view, args);
  else if (method === 'fill' || method === 'sort' || method === 'reverse' || method === 'copyWithin') touchBytes(meta, view);
}

/** `view.set(source, offset)`. */
function touchSet(meta: Meta, view: object, [source, offset = 0]: unknown[]): void {
  const count = Array.isArray(source) ? source.length : ArrayBuffer.isView(source) && viewName(source) !== 'DataView' ? lengthOf(source) : undefined;
  const size = elementSize(view);
  if (count !== undefined && isIndex(offset)) touchBytes(meta, view, offset * size, (offset + count) * size);
  else touchBytes(meta, view);
}

const isIndex = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

/** Methods of DataView that write, and how many bytes. */
const SETTERS: Record<string, number> = {
  setInt8: 1,
  setUint8: 1,
  setInt16: 2,
  setUint16: 2,
  setInt32: 4,
  setUint32: 4,
  setFloat32: 4,
  setFloat64: 8,
  setBigInt64: 8,
  setBigUint64: 8,
};
