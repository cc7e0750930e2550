/** ArrayBuffers: their bytes as base64, which a patch can replace block by block. */
import { types } from 'node:util';
import { CorruptState } from '../../errors.ts';
import { WHOLE_SHARE } from '../../heap/array-edits.ts';
import { BLOCK_BYTES, type ByteEdits, isResizable } from '../../heap/binary.ts';
import { withClass } from '../class-of.ts';
import type { Json, Props } from '../format.ts';
import { text } from '../parts.ts';
import { writeRest } from '../properties.ts';
import type { ObjectKind } from './kind.ts';

export const bufferKind: ObjectKind<ArrayBuffer> = {
  kind: 'buffer',
  fields: ['bytes'],
  needs: [],
  is: types.isArrayBuffer,

  write(writer, buffer) {
    const bytes = contentOf(buffer);
    const record: Props = { bytes: bytes && base64(bytes) };
    if (isResizable(buffer)) record.max = buffer.maxByteLength;
    return writeRest(writer, buffer, record, ArrayBuffer.prototype);
  },

  edit(_writer, buffer, edits) {
    const { blocks, dirty } = edits as ByteEdits;
    const bytes = contentOf(buffer);
    if (!bytes || blocks.length !== Math.ceil(bytes.length / BLOCK_BYTES) || dirty > blocks.length * WHOLE_SHARE) return null;
    const patch: Json[] = [];
    for (let from = blocks.indexOf(1); from !== -1; ) {
      const end = blocks.indexOf(0, from);
      const to = end === -1 ? blocks.length : end;
      patch.push([from * BLOCK_BYTES, base64(bytes.subarray(from * BLOCK_BYTES, to * BLOCK_BYTES))]);
      from = end === -1 ? -1 : blocks.indexOf(1, end);
    }
    return { patch };
  },

  /** A resizable buffer is as long as it can be until its views are there. */
  make(decoder, record, path) {
    const { length } = read(record, path);
    const make = (): ArrayBuffer => {
      if (!('max' in record)) return new ArrayBuffer(length);
      if (!Number.isSafeInteger(record.max)) throw new CorruptState(`${path}.max`, 'a length was expected');
      return new (ArrayBuffer as MakeBuffer)(record.max as number, { maxByteLength: record.max as number });
    };
    return withClass(decoder, record, path, make) as ArrayBuffer;
  },

  fill(_decoder, buffer, record, path) {
    contentOf(buffer)!.set(read(record, path));
  },

  /** No view can be made of a detached buffer, nor of one that was made shorter. */
  settle(_decoder, buffer, record, path) {
    if (isResizable(buffer)) buffer.resize(read(record, path).length);
    if (record.bytes === null) structuredClone(buffer, { transfer: [buffer] });
  },
};

type MakeBuffer = new (length: number, options: { maxByteLength: number }) => ArrayBuffer;

/** The bytes; null when the buffer is detached. */
export function contentOf(buffer: ArrayBuffer): Uint8Array | null {
  try {
    return new Uint8Array(buffer);
  } catch {
    return null;
  }
}

const base64 = ({ buffer, byteOffset, byteLength }: Uint8Array): string => Buffer.from(buffer, byteOffset, byteLength).toString('base64');

const read = ({ bytes }: Props, path: string): Uint8Array =>
  bytes === null ? new Uint8Array() : Buffer.from(text(bytes, `${path}.bytes`), 'base64');
