/** Typed arrays and DataViews: which bytes of which buffer. Several views of one buffer share it. */
import { inspect, types } from 'node:util';
import { CorruptState } from '../../errors.ts';
import { bufferOf, bytesOf, elementSize, isResizable, lengthOf, lengthOfBuffer, viewName } from '../../heap/binary.ts';
import { META } from '../../abi.ts';
import { isExotic } from '../../heap/exotic.ts';
import { metaOf } from '../../heap/meta.ts';
import { isIndex, type IsSlot } from '../attributes.ts';
import { withClass, writeClass } from '../class-of.ts';
import type { Props } from '../format.ts';
import { isMore, writeExotic, writeRest } from '../properties.ts';
import type { RecordWriter } from '../records.ts';
import { contentOf } from './buffer.ts';
import type { ObjectKind } from './kind.ts';

type ViewConstructor = { new (buffer: ArrayBuffer, at?: number, length?: number): ArrayBufferView; prototype: object };

const CONSTRUCTORS: Record<string, ViewConstructor> = {
  DataView,
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
};

export const viewKind: ObjectKind<ArrayBufferView> = {
  kind: 'view',
  fields: ['view'],
  needs: ['of'],
  is: ArrayBuffer.isView,

  write(writer, view) {
    const name = viewName(view)!;
    const buffer = bufferOf(view) as ArrayBuffer;
    const record: Props = { view: name, of: writer.value(buffer), ...knownLayout(view, buffer) };
    const meta = metaOf(view);
    if (meta) meta.of = metaOf(buffer);
    return writeOwn(writer, view, record, CONSTRUCTORS[name]!.prototype);
  },

  make(decoder, record, path) {
    const View = typeof record.view === 'string' && Object.hasOwn(CONSTRUCTORS, record.view) ? CONSTRUCTORS[record.view]! : undefined;
    if (!View) throw new CorruptState(`${path}.view`, 'a kind of view was expected');
    const buffer = decoder.value(record.of, `${path}.of`);
    if (!types.isArrayBuffer(buffer)) throw new CorruptState(`${path}.of`, 'a buffer was expected');
    for (const field of ['at', 'length'] as const) {
      if (record[field] !== undefined && !Number.isSafeInteger(record[field])) throw new CorruptState(`${path}.${field}`, 'a number was expected');
    }
    const { at, length } = record as { at?: number; length?: number };
    // What lay in a buffer that is detached by now is not there.
    const isGone = lengthOfBuffer(buffer) === 0 && !isResizable(buffer);
    const make = (): ArrayBufferView => (isGone ? new View(buffer) : new View(buffer, at, length));
    const view = withClass(decoder, record, path, make) as ArrayBufferView;
    layouts.set(view, { ...(at !== undefined && { at }), ...(length !== undefined && { length }) });
    return view;
  },

  settle(_decoder, view) {
    const meta = metaOf(view);
    if (meta) meta.of = metaOf(bufferOf(view));
  },
};

/** Where the views lie that have been stored: that never changes, and cannot be asked when a buffer is detached. */
const layouts = new WeakMap<object, Props>();

function knownLayout(view: ArrayBufferView, buffer: ArrayBuffer): Props {
  let layout = layouts.get(view);
  if (layout === undefined) layouts.set(view, (layout = layoutOf(view, buffer)));
  return layout;
}

/**
 * Where a view begins and how many elements it has; no length for one that follows the length of its buffer. A view that
 * a resize has put out of bounds does not tell, so a resizable buffer is made as long as it can be, for a moment.
 */
function layoutOf(view: ArrayBufferView, buffer: ArrayBuffer): Props {
  const size = elementSize(view);
  const layout = (): Props => {
    const { at, bytes } = bytesOf(view);
    return { ...(at > 0 && { at }), length: bytes / size };
  };
  if (!isResizable(buffer)) return layout();
  const { byteLength, maxByteLength } = buffer;
  const content = contentOf(buffer)!.slice();
  const resize = (length: number): void => Reflect.apply(Reflect.get(ArrayBuffer.prototype, 'resize') as Function, buffer, [length]) as void;
  resize(maxByteLength);
  const { length, ...at } = layout();
  let follows = false;
  if (maxByteLength >= size) {
    resize(maxByteLength - size);
    const shorter = layout();
    follows = shorter.length === (length as number) - 1 && (shorter.length > 0 || shorter.at === at.at);
  }
  resize(byteLength);
  contentOf(buffer)!.set(content);
  return follows ? at : { ...at, length: length! };
}

const isElement: IsSlot = (key) => typeof key === 'string' && isIndex(key);

/** A large typed array is not asked for its keys, of which every element is one. */
function writeOwn(writer: RecordWriter, view: ArrayBufferView, record: Props, builtin: object): Props {
  if (!types.isTypedArray(view)) return writeRest(writer, view, record, builtin) as Props;
  if (hasOnlyElements(view, builtin)) return record;
  if (Object.getPrototypeOf(view) !== builtin) writeClass(writer, view, record);
  // The elements are enumerable, so nothing else is usual about them.
  if (isMore(writer, view) || Reflect.ownKeys(view).some((key) => key !== META && !isElement(key, view))) {
    return writeExotic(writer, view, record, isElement) as Props;
  }
  return record;
}

const BRIEF = { maxArrayLength: 0, depth: 0, customInspect: false, breakLength: Number.POSITIVE_INFINITY } as const;

/** Node shows what else an array has that is enumerable (of what is not an operation has told), and only V8 can tell that without a list of all the elements. */
function hasOnlyElements(view: object, builtin: object): boolean {
  if (Object.getPrototypeOf(view) !== builtin || isExotic(view)) return false;
  if (Object.getOwnPropertySymbols(view).some((key) => key !== META)) return false;
  const length = lengthOf(view);
  const elements = length === 0 ? '[]' : `[ ... ${length} more item${length === 1 ? '' : 's'} ]`;
  return inspect(view, BRIEF) === `${viewName(view)!}(${length}) ${elements}`;
}
