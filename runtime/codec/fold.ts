/**
 * state = fold(log): applies deltas to a state document, as plain data. No code of the program is needed, so the
 * CLI and the dashboard can look at any past cycle. The document is changed in place.
 */
import { CorruptState } from '../errors.ts';
import { FORMAT_VERSION, type DeltaDocument, type Json, type Props, type StateDocument } from './format.ts';

export function emptyState(): StateDocument {
  return {
    v: FORMAT_VERSION,
    next: 1,
    mail: 0,
    clock: 0,
    last: 0,
    modules: {},
    main: null,
    by: '',
    requests: {},
    channels: {},
    rejected: [],
    scopes: {},
    children: {},
    over: null,
    heap: {},
  };
}

/** Folds one delta into the state. */
export function applyDelta(state: StateDocument, delta: DeltaDocument): void {
  CorruptState.guard(
    () => 'a delta',
    () => apply(state, delta),
  );
}

function apply(state: StateDocument, delta: DeltaDocument): void {
  if (delta.next !== undefined) state.next = delta.next;
  if (delta.mail !== undefined) state.mail = delta.mail;
  if (delta.clock !== undefined) state.clock = delta.clock;
  if (delta.last !== undefined) state.last = delta.last;
  if (delta.main !== undefined) state.main = delta.main;
  if (delta.by !== undefined) state.by = delta.by;
  if (delta.rejected !== undefined) state.rejected = delta.rejected;
  if (delta.over !== undefined) state.over = delta.over;
  for (const [id, env] of Object.entries(delta.modules ?? {})) defineKey(state.modules, id, env);
  for (const [name, buffer] of Object.entries(delta.channels ?? {})) defineKey(state.channels, name, buffer);
  for (const [n, request] of Object.entries(delta.requests ?? {})) {
    if (request === null) {
      delete state.requests[n];
    } else {
      if ('effect' in request && request.by === undefined) request.by = state.by; // `null`: nobody has claimed it
      defineKey(state.requests, n, request);
      state.last = Math.max(state.last, Number(n));
    }
  }
  for (const [n, scope] of Object.entries(delta.scopes ?? {})) {
    if (scope === null) delete state.scopes[n];
    else defineKey(state.scopes, n, scope);
  }
  for (const [n, child] of Object.entries(delta.children ?? {})) {
    if (child === null) delete state.children[n];
    else defineKey(state.children, n, child);
  }
  for (const [id, record] of Object.entries(delta.put ?? {})) {
    defineKey(state.heap, id, record);
    if (Number(id) >= state.next) state.next = Number(id) + 1;
  }
  for (const [id, edit] of Object.entries(delta.edit ?? {})) {
    const record = Object.hasOwn(state.heap, id) ? state.heap[id] : undefined;
    if (!isRecord(record)) throw new CorruptState(`heap.${id}`, 'an edit of an object that is not there');
    applyEdit(record, edit as Props, `heap.${id}`);
  }
}

const isRecord = (value: unknown): value is Props => typeof value === 'object' && value !== null && !Array.isArray(value);

function applyEdit(record: Props, edit: Props, path: string): void {
  if ('frame' in record) editFrame(record, edit, path);
  else if ('env' in record) record.env = editProperties(record.env!, edit, `${path}.env`);
  else if ('a' in record) editArray(record, edit, path);
  else if ('bytes' in record) editBytes(record, edit, path);
  else if ('map' in record) editEntries(record.map as Json[], edit, edit.put, keyOfEntry, path);
  else if ('set' in record) editEntries(record.set as Json[], edit, edit.add, (value) => value, path);
  else if ('weakMap' in record) editEntries(record.weakMap as Json[], edit, edit.put, keyOfEntry, path);
  else if ('weakSet' in record) editEntries(record.weakSet as Json[], edit, edit.add, (value) => value, path);
  else if ('o' in record) record.o = editProperties(record.o!, edit, `${path}.o`);
  else throw new CorruptState(path, 'this kind of object cannot be edited');
}

const keyOfEntry = (entry: Json): Json => (entry as Json[])[0]!;

function editFrame(record: Props, edit: Props, path: string): void {
  if (edit.at !== undefined) record.at = edit.at;
  record.slots = editProperties(record.slots ?? {}, { del: edit.del ?? [], set: edit.slots ?? {} }, `${path}.slots`);
}

/** Properties, which may be an object or, with awkward keys, a list of entries. */
function editProperties(properties: Json, edit: Props, path: string): Json {
  const set = entriesOf(edit.set ?? {}, `${path}.set`);
  const del = edit.del ?? [];
  if (!Array.isArray(del)) throw new CorruptState(path, 'a list of keys was expected');
  const asEntries = isEntries(properties) || isEntries(edit.set);
  if (!asEntries) {
    const object = properties as Props;
    for (const key of del) delete object[key as string];
    for (const [key, value] of set) defineKey(object, key as string, value);
    return object;
  }
  const map = new Map(entriesOf(properties, path).map(([k, v]) => [JSON.stringify(k), [k, v] as [Json, Json]]));
  for (const key of del) map.delete(JSON.stringify(key));
  for (const [key, value] of set) {
    const text = JSON.stringify(key);
    const known = map.get(text);
    if (known) known[1] = value;
    else map.set(text, [key, value]);
  }
  const entries = [...map.values()];
  if (entries.some(([key]) => typeof key !== 'string')) return { e: entries };
  // The last awkward key has gone.
  const object: Props = {};
  for (const [key, value] of entries) defineKey(object, key as string, value);
  return object;
}

const isEntries = (value: Json | undefined): boolean => isRecord(value) && Array.isArray(value.e);

function entriesOf(value: Json, path: string): [Json, Json][] {
  if (isEntries(value)) return (value as { e: [Json, Json][] }).e;
  if (!isRecord(value)) throw new CorruptState(path, 'properties were expected');
  return Object.entries(value);
}

/** `__proto__` as a key is a property like any other. */
export function defineKey(object: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__') {
    Object.defineProperty(object, key, { value, enumerable: true, writable: true, configurable: true });
  } else {
    object[key] = value;
  }
}

function editArray(record: Props, edit: Props, path: string): void {
  const array = record.a as Json[];
  const { splice } = edit;
  if (!Array.isArray(splice)) throw new CorruptState(path, 'a list of splices was expected');
  for (const hunk of splice as [number, number, Json[]][]) {
    const [at, count, values] = hunk;
    if (!Number.isInteger(at) || at < 0 || at > array.length || !Number.isInteger(count) || !Array.isArray(values)) {
      throw new CorruptState(path, `a splice does not fit an array of ${array.length}`);
    }
    if (values.length < 10_000) array.splice(at, count, ...values);
    else record.a = [...array.slice(0, at), ...values, ...array.slice(at + count)];
  }
}

/** Blocks of a buffer. They begin where three bytes do, so they are pieces of its base64 text. */
function editBytes(record: Props, edit: Props, path: string): void {
  const { patch } = edit;
  if (!Array.isArray(patch) || typeof record.bytes !== 'string') throw new CorruptState(path, 'a list of patches was expected');
  for (const entry of patch) {
    const [at, bytes] = Array.isArray(entry) ? entry : [];
    const from = (Number(at) / 3) * 4;
    if (typeof bytes !== 'string' || !Number.isSafeInteger(from) || from < 0 || from + bytes.length > record.bytes.length) {
      throw new CorruptState(path, 'a patch does not fit the buffer');
    }
    record.bytes = record.bytes.slice(0, from) + bytes + record.bytes.slice(from + bytes.length);
  }
}

/** Positions of keys, kept while a Map's record is edited again and again. */
const indexes = new WeakMap<object, Map<string, number>>();

/** Stands where an entry was deleted, so that the positions of the others stay; `compact` drops it. */
const GONE: Json = Object.freeze({ $: 'gone' });

function indexOf(entries: Json[], keyOf: (entry: Json) => Json): Map<string, number> {
  let index = indexes.get(entries);
  if (!index) {
    index = new Map();
    entries.forEach((entry, i) => {
      if (entry !== GONE) index!.set(JSON.stringify(keyOf(entry)), i);
    });
    indexes.set(entries, index);
  }
  return index;
}

function editEntries(
  entries: Json[],
  edit: Props,
  put: Json | undefined,
  keyOf: (entry: Json) => Json,
  path: string,
): void {
  const { del = [], clear } = edit;
  if (!Array.isArray(del) || !Array.isArray(put)) throw new CorruptState(path, 'lists of keys and entries were expected');
  if (clear === true) {
    entries.length = 0;
    indexes.delete(entries);
  }
  const index = indexOf(entries, keyOf);
  for (const key of del) {
    const text = JSON.stringify(key);
    const at = index.get(text);
    if (at === undefined) continue;
    entries[at] = GONE;
    index.delete(text);
  }
  for (const entry of put) {
    const text = JSON.stringify(keyOf(entry));
    const at = index.get(text);
    if (at === undefined) {
      index.set(text, entries.length);
      entries.push(entry);
    } else {
      entries[at] = entry;
    }
  }
}

/** Drops what deletions left behind in Map and Set records: call once after the last delta. */
export function compact(state: StateDocument): void {
  for (const record of Object.values(state.heap)) {
    if (!isRecord(record)) continue;
    for (const field of ['map', 'set', 'weakMap', 'weakSet']) {
      const entries = record[field];
      if (Array.isArray(entries) && indexes.has(entries)) record[field] = entries.filter((entry) => entry !== GONE);
    }
  }
}
