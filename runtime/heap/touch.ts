/**
 * The marks behind the write barriers. Emitted code calls these for promoted objects only, before the write.
 *
 * What a mark records is proportional to the change: property names, array ranges, Map keys. A small object is
 * marked as a whole at once, and then closed: while its record costs no more than a mark's bookkeeping, the
 * cheapest answer to a second write is that there is nothing left to say.
 */
import { ArrayEdits, WHOLE_SHARE } from './array-edits.ts';
import { KeyEdits } from './key-edits.ts';
import { metaOf, type Meta } from './meta.ts';
import { MUTATORS } from './native-mutators.ts';
import { stampYoung } from './binary.ts';
import { weakEntriesOf } from './weak-entries.ts';
import { touchView, touchViewMethod, touchWholeView } from './touch-binary.ts';

/** Records up to this size are always written whole. */
const SMALL_BYTES = 160;
/** The keys of an object are counted only when so many bytes of its record have an edit each. */
const EDIT_BYTES = 60;

/** Marks an object as a whole. */
export function touchWhole(meta: Meta): void {
  if (!meta.listed) meta.heap.list(meta);
  meta.edits = null;
  close(meta);
}

/** Nothing more need be said of this object, unless an iterator over it listens. */
function close(meta: Meta): void {
  meta.whole = true;
  meta.open = meta.walks !== null;
}

/**
 * Lists an object as changed. Returns true if details are still wanted: it is large, and not marked as a whole.
 */
function begin(meta: Meta): boolean {
  if (!meta.listed) {
    meta.heap.list(meta);
    if (meta.bytes <= SMALL_BYTES) close(meta);
  }
  return !meta.whole;
}

const keys = (meta: Meta): KeyEdits => (meta.edits ??= new KeyEdits(meta.bytes / EDIT_BYTES)) as KeyEdits;
const ranges = (meta: Meta, array: unknown[]): ArrayEdits => ((meta.edits ??= new ArrayEdits()) as ArrayEdits).settle(array);

/** Before `object[key]` is written (or deleted), or with null for a key, one of its private fields. `meta` may belong to an object on the prototype chain. */
export function touch(meta: Meta, object: object, key: unknown, deleted = false): void {
  if (meta.owner !== object) return;
  switch (meta.kind) {
    case 'frame':
      if (!meta.listed) meta.heap.list(meta);
      return;
    case 'array':
      if (begin(meta)) touchElement(meta, object as unknown[], key, deleted);
      return;
    case 'object':
    case 'env':
    case 'error':
      if (!begin(meta)) return;
      // `o['__proto__'] = p` may change the prototype (B.2.2.1).
      if (typeof key === 'symbol' || typeof key === 'object' || typeof key === 'function' || key === '__proto__') touchWhole(meta);
      else if (deleted) keys(meta).delete(String(key));
      else setKey(meta, String(key));
      return;
    case 'view':
      touchView(meta, object, key);
      return;
    default:
      touchWhole(meta);
  }
}

function setKey(meta: Meta, key: unknown): void {
  const edits = keys(meta);
  if (edits.set(key) && !hasKey(meta, key)) edits.added++;
  if (edits.keys.size > edits.max) limitKeys(meta, edits);
}

/** Where most keys have changed the object is written whole, and nothing more need be said of it. */
function limitKeys(meta: Meta, edits: KeyEdits): void {
  const most = countOf(meta) * WHOLE_SHARE;
  if (edits.keys.size > most) touchWhole(meta);
  else edits.max = Math.max(most, edits.keys.size * 1.5);
}

function hasKey({ kind, owner }: Meta, key: unknown): boolean {
  if (kind === 'map') return Map.prototype.has.call(owner, key);
  if (kind === 'set') return Set.prototype.has.call(owner, key);
  return weakEntriesOf(owner)?.has(key as object) ?? Object.hasOwn(owner, key as string);
}

function countOf({ kind, owner }: Meta): number {
  if (kind === 'map') return Reflect.get(Map.prototype, 'size', owner) as number;
  if (kind === 'set') return Reflect.get(Set.prototype, 'size', owner) as number;
  return weakEntriesOf(owner)?.size ?? Object.keys(owner).length;
}

function touchElement(meta: Meta, array: unknown[], key: unknown, deleted: boolean): void {
  if (typeof key === 'number' && key < array.length && key >= 0 && Number.isInteger(key)) {
    const edits = ranges(meta, array);
    edits.write(key);
    if (edits.written > array.length * WHOLE_SHARE) touchWhole(meta);
    return;
  }
  const index = typeof key === 'number' ? key : typeof key === 'string' ? Number(key) : -1;
  const isIndex = Number.isInteger(index) && index >= 0 && index < 2 ** 32 - 1 && String(index) === String(key);
  if (key === 'length') ranges(meta, array).resize(array);
  else if (!isIndex) touchWhole(meta);
  else if (index < array.length) ranges(meta, array).splice(index, 1, 1);
  // Deleting what is not there makes no array longer.
  else if (!deleted) ranges(meta, array).splice(array.length, 0, index - array.length + 1);
}

/** Before a method with the name of a built-in mutator is called on a promoted object. */
export function touchCall(meta: Meta, object: object, method: unknown, args: unknown[]): void {
  if (meta.owner !== object) return;
  switch (meta.kind) {
    case 'array':
      touchArrayMethod(meta, object as unknown[], method, args);
      return;
    case 'map':
    case 'set':
    case 'weak map':
    case 'weak set':
      touchKeyed(meta, method, args[0]);
      return;
    case 'date':
      if (typeof method === 'string' && method.startsWith('set')) touchWhole(meta);
      return;
    case 'regexp':
      touchWhole(meta);
      return;
    case 'view':
      touchViewMethod(meta, object, method, args);
      return;
    case 'buffer':
      if (method === 'resize' || method === 'transfer' || method === 'transferToFixedLength') touchWhole(meta);
      return;
    default:
      // Another object's method has barriers of its own, unless it is a built-in: `o.push = [].push`.
      if (MUTATORS.has(Object.getOwnPropertyDescriptor(object, method as PropertyKey)?.value)) touchWhole(meta);
  }
}

function touchArrayMethod(meta: Meta, array: unknown[], method: unknown, args: unknown[]): void {
  const { length } = array;
  switch (method) {
    case 'push':
      if (begin(meta)) ranges(meta, array).splice(length, 0, args.length);
      return;
    case 'pop':
      if (length > 0 && begin(meta)) ranges(meta, array).splice(length - 1, 1, 0);
      return;
    case 'shift':
      if (length > 0 && begin(meta)) ranges(meta, array).splice(0, 1, 0);
      return;
    case 'unshift':
      if (begin(meta)) ranges(meta, array).splice(0, 0, args.length);
      return;
    case 'splice': {
      if (args.length === 0 || !begin(meta)) return;
      const start = relativeIndex(args[0], length);
      if (start === null) {
        touchWhole(meta);
        return;
      }
      const rest = length - start;
      const count = args.length === 1 ? rest : toCount(args[1], rest);
      if (count === null) touchWhole(meta);
      else ranges(meta, array).splice(start, count, Math.max(0, args.length - 2));
      return;
    }
    case 'sort':
    case 'reverse':
    case 'fill':
    case 'copyWithin':
      touchWhole(meta);
      return;
    default:
      return;
  }
}

/** ECMA-262 relative start; null where converting the argument could run user code. */
function relativeIndex(value: unknown, length: number): number | null {
  if (typeof value !== 'number' && value !== undefined) return null;
  const n = Math.trunc(value ?? 0) || 0;
  return n < 0 ? Math.max(0, length + n) : Math.min(n, length);
}

function toCount(value: unknown, max: number): number | null {
  if (typeof value !== 'number' && value !== undefined) return null;
  return Math.min(Math.max(Math.trunc(value ?? 0) || 0, 0), max);
}

function touchKeyed(meta: Meta, method: unknown, key: unknown): void {
  if (meta.walks !== null) {
    if (method === 'delete') for (const walk of meta.walks) walk.deleted(key);
    else if (method === 'clear') for (const walk of meta.walks) walk.cleared();
  }
  switch (method) {
    case 'set':
    case 'add':
      if (begin(meta)) setKey(meta, key);
      return;
    case 'delete':
      if (begin(meta)) keys(meta).delete(key);
      return;
    case 'clear':
      if (begin(meta)) keys(meta).clear();
      return;
    default:
      return;
  }
}

/** Marks a value as a whole, if it is a promoted object, and returns it. */
export function touched<T>(value: T): T {
  if ((typeof value === 'object' && value !== null) || typeof value === 'function') {
    const meta = metaOf(value) ?? (ArrayBuffer.isView(value) ? stampYoung(value) : undefined);
    if (meta?.kind === 'view') touchWholeView(meta, value);
    else if (meta !== undefined) touchWhole(meta);
  }
  return value;
}
