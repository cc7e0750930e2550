/**
 * The stored form, version 4.
 *
 * A run's state is one JSON document, readable by people and by SQL (`image #>> '{heap,12,o,total}'`). The log
 * holds deltas to it; folding them in order gives the state. Columns are `json`, never `jsonb`, which reorders
 * keys, turns -0 into 0 and refuses some strings.
 *
 * **Values.** A string, a finite number, true, false and null stand for themselves. All else is an object with
 * one key, an *escape*:
 *
 *     {"@": 12}               the heap object 12
 *     {"%": "Array.prototype"}   a built-in, or `src/order.wf.ts#fulfil`: what the program defines by that name
 *     {"$": "undefined"}      undefined, NaN, Infinity, -Infinity, -0, hole (of an array), tdz (not initialised)
 *     {"n": "123"}            a bigint
 *     {"y": "key"}            Symbol.for('key')
 *     {"s": "a\\u0000b"}      a string with NUL or a lone surrogate, which PostgreSQL's operators refuse: those
 *                             characters and the backslash are escaped once more
 *
 * **Records**, by object id, name their kind by their first key:
 *
 *     {"o": {"total": 12}}                                     a plain object; keys in order
 *     {"is": {"%": "…#Cart"}, "o": {…}, "#": {"#sum": 3}}      an instance, with its private fields
 *     {"proto": {"@": 4}, "o": {…}}                            an object with another prototype
 *     {"a": [1, 2]}      {"map": [[k, v], …]}      {"set": [v, …]}      {"date": 0}      {"regexp": [source, flags, lastIndex]}
 *     {"error": {"message": …, "stack": …, "cause": …}}        with "is" unless it is a plain Error
 *     {"weakMap": [[k, v], …]}      {"weakSet": [k, …]}        whose keys something else leads to
 *     {"bytes": "AAEC", "max": 64}                             a buffer, in base64, resizable up to "max"; null if detached
 *     {"view": "Uint8Array", "of": {"@": 3}, "at": 1, "length": 2}      a typed array or DataView; without "length" it follows
 *     {"intl": "NumberFormat", "locales": ["en-US"], "options": {…}}      a formatter, with what it was made of
 *     {"boxed": 1}       {"symbol": "description"}             Symbol(…), which has an identity; null without a description
 *     {"arguments": 2, "o": {"0": …, "1": …}}                  an arguments object, with its length
 *     {"fn": "…#fulfil/undo", "env": {"@": 7}}                 a closure; with "name" and "length" if its code does not tell
 *     {"fn": "…#Cart.total", "of": {"@": 8}}                   a method of a class of the run's own
 *     {"class": "…#fulfil/Local", "env": …, "scope": …, "heritage": …, "keys": […], "o": {…}}     a class of the run's own
 *     {"prototype": {"@": 8}, "props": […]}                    the prototype of a class or function, if it was changed
 *     {"env": {"total": 3}, "up": {"@": 7}}                    a scope's captured bindings, and the scope around
 *     {"frame": "…#fulfil", "at": "charge", "up": {"@": 9}, "slots": {"order": {"@": 5}}}
 *     {"promise": "pending", "then": [{"frame": {"@": 9}}]}    {"promise": "fulfilled", "value": …}
 *     {"all": "allSettled", "to": …, "values": …, "left": 2}   a combinator under way ("decided": its result is given)
 *     {"walk": "array", "of": {"@": 3}, "mode": "values", "at": 2}      an iterator
 *     {"generator": {"@": 9}}          a generator, with its frame (null: it has finished)
 *     {"asyncGenerator": "running", "frame": {"@": 9}, "queue": [{"next": value, "to": {"@": 4}}]}     with what is asked of it
 *
 *   Any record may also have "o" (further properties), "props" (properties with attributes, accessors or symbol keys, in
 *   order: [key, {"value" | "get", "set"}, flags]), "proto" and "ext" ("fixed", "sealed", "frozen"). In the record of a
 *   function, class or prototype "props" are all its properties, in the place of those that its code makes.
 *
 * **Edits** change a record: {"del": [keys], "set": {…}} for objects and Envs, {"at": label, "del": [names],
 *   "slots": {…}} for frames, without "at" if they resume where they did, {"splice":
 *   [[at, count, [values]], …]} for arrays, applied in order, {"clear": true, "del": [keys], "put": [[k, v]]} for
 *   Maps, {"clear": true, "del": [values], "add": [values]} for Sets, {"patch": [[at, bytes], …]} for buffers.
 *
 * **Scopes**, by number: what was begun in one ends with it. 0 is the run itself, listed once it is cancelled.
 *
 *     {"in": 4, "to": {"@": 9}, "waiting": {"@": 10}, "open": 2, "timer": 6}
 *     {…, "cancel": {"reason": "changed my mind", "targets": {"3": [{"@": 9}, 5]}, "outcomes": {"4": {"@": 12}}}}
 *
 *   "in" is the scope around, "to" the promise of its result, "waiting" a set of the promises that its frames await, "open"
 *   how many tasks and scopes in it are under way, "ended" how its body has ended. Of a cancellation, "targets" (by their
 *   requests) and "frames" will get the error: who, and in which scope; "outcomes" is what has become of the effects so far.
 *   When all are told, they are in "error", which has been thrown. A scope in one that was cancelled says {"by": number}.
 *   In a promise's "then", {"frame", "in"} awaits it in a scope, {"task": 5} and {"body": 5} tell the scope of an end.
 *
 * **Children**, by the request that has started them, until they have ended:
 *
 *     {"id": "ship-42", "uid": "…", "workflow": "src/ship.wf.ts#ship", "cell": {"@": 14}, "ends": "cancel"}
 *
 *   "cell" is where their end goes, "ends" what becomes of them when this run ends, if it was said, "stopping" how they are
 *   being told to stop, "cancelled" the scope whose cancellation wants to know their end.
 *
 * An object whose keys JSON would mangle or PostgreSQL refuse is written {"e": [[key, value], …]} wherever
 * properties stand. Functions are named by declaration path, labels and slots by the source's names: never by
 * number or position.
 */
import { CorruptState, PerdureError } from '../errors.ts';

/** An image says it, and the first delta of a log; goes up with every change that an older reader would get wrong. */
export const FORMAT_VERSION = 4;

/** What follows may be anything, if another version has written it: so this is looked at first. */
export function checkFormat(version: unknown, path: string): void {
  if (version === FORMAT_VERSION) return;
  // The first version said it in images only.
  const written = version === undefined ? 1 : version;
  if (!Number.isSafeInteger(written)) throw new CorruptState(`${path}.v`, 'the version of the stored format was expected');
  throw new PerdureError(
    'format_version',
    `${path} is of version ${String(written)} of the stored format, this runtime has version ${FORMAT_VERSION}. ` +
      'Let the run end with the version of perdure that it was started with.',
  );
}

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** The fields of a record, or properties by their keys. */
export type Props = Record<string, Json>;

export type ObjectId = number;

/** Of a request that is not written yet: whoever gets its outcome has an id by then. */
export const NO_ID: ObjectId = 0;

/** The stored state of a run. */
export interface StateDocument {
  v: number;
  /** The next free object id. */
  next: number;
  /** How many inbox entries have been consumed. */
  mail: number;
  /** The last time the run was told, in ms since 1970. */
  clock: number;
  /** The number of the last request. */
  last: number;
  /** The Env of each module, by module id. */
  modules: Record<string, Json>;
  /** The promise of the workflow's result. */
  main: Json;
  /** The worker that has claimed effects last. */
  by: string;
  /** Requests under way, by number. */
  requests: Record<string, RequestDocument>;
  /** Messages not yet received, by channel: an array of the heap. */
  channels: Record<string, Json>;
  /** Rejected promises that nobody has listened to. */
  rejected: Json[];
  scopes: Record<string, ScopeDocument>;
  children: Record<string, ChildDocument>;
  /** How the workflow has ended. */
  over: RunEnd | null;
  heap: Record<string, Json>;
}

export type RunEnd = 'completed' | 'failed' | 'cancelled' | 'terminated';

/** What was begun in it ends with it. */
export interface ScopeDocument {
  in?: number;
  to?: Json;
  waiting?: Json;
  graceMs?: number;
  open?: number;
  ended?: { ok: Json } | { error: Json };
  /** Promises of it that were rejected while nobody listened. */
  failures?: Json[];
  /** The request for its timeout; and what it was, once it is over. */
  timer?: number;
  timedOut?: string;
  cancel?: CancelDocument | { by: number };
  /** The scope around whose cancellation takes the place of its result. */
  outer?: number;
}

export interface CancelDocument {
  reason?: string;
  targets?: Record<string, Json>;
  frames?: Json[];
  results?: Json[];
  late?: Json[];
  outcomes?: Record<string, Json>;
  error?: Json;
}

/**
 * What a run waits for. `to` is the object id of the frame or promise that gets the outcome, null where it is the engine itself; `in` the
 * scope it belongs to; `cancelled` the scope whose cancellation wants to know the outcome.
 */
export type RequestDocument =
  | EffectRequest
  | { sleep: number; to: ObjectId; in?: number; at: number }
  | { receive: string; until?: number; iterate?: true; to: ObjectId; in?: number; at: number }
  | StartRequest
  | TellRequest
  /** The end of a child, by the number of its start. */
  | { result: number; to: ObjectId; in?: number; at: number }
  /** The cancellation of a scope waits for its effects, until then. */
  | { cancelling: number; until: number; to: null; at: number }
  /** The scope is cancelled then. */
  | { cancels: number; until: number; reason: string; to: null; at: number };

export interface EffectRequest {
  effect: string;
  args: Json;
  to: ObjectId;
  in?: number;
  at: number;
  /** The worker that has claimed the first attempt, null if none has. In a delta it is absent where it is the state's `by`. */
  by?: string | null;
  cancelled?: number;
}

/** What becomes of a child when its parent ends. */
export type ChildEnd = 'cancel' | 'terminate' | 'leave';

/** A run to be started: a workflow of this program; or, by name, of any. */
export interface StartRequest {
  start: string;
  args: Json;
  named?: true;
  id?: string;
  ends?: ChildEnd;
  deadline?: number;
  priority?: number;
  tags?: Record<string, string>;
  to: ObjectId;
  in?: number;
  at: number;
  cancelled?: number;
}

/** Something to be sent to a child, by its uid. */
export interface TellRequest {
  tell: string;
  entry: { channel: string; value: Json } | { cancel: { reason?: string } };
  to: ObjectId;
  in?: number;
  at: number;
  cancelled?: number;
}

export interface ChildDocument {
  id: string;
  uid: string;
  workflow: string;
  cell: Json;
  in?: number;
  ends?: ChildEnd;
  stopping?: 'cancel' | 'terminate';
  cancelled?: number;
}

/** What one cycle changed. */
export interface DeltaDocument {
  /** The state goes back to that after this cycle, before all else; the first key of its delta. */
  back?: number;
  /** The hash of the program that evaluates what follows; no part of the state. */
  program?: string;
  /** The version of the format, where the log begins. */
  v?: number;
  /** Unless it follows on the last of `put`. */
  next?: number;
  mail?: number;
  clock?: number;
  /** Unless it stands among `requests`. */
  last?: number;
  modules?: Record<string, Json>;
  main?: Json;
  /** If that is another worker than before. */
  by?: string;
  requests?: Record<string, RequestDocument | null>;
  channels?: Record<string, Json>;
  rejected?: Json[];
  scopes?: Record<string, ScopeDocument | null>;
  children?: Record<string, ChildDocument | null>;
  over?: RunEnd;
  /** Answers to questions; no part of the state. */
  replies?: ReplyDocument[];
  put?: Record<string, Json>;
  edit?: Record<string, Json>;
}

/** What somebody has asked under a key, answered. */
export interface ReplyDocument {
  channel: string;
  key: string;
  reply: { ok: Json } | { error: Json };
}

/** Escapes, by their key. */
export const ESCAPES = new Set(['@', '%', '$', 'n', 'y', 's']);

/** Text that PostgreSQL's json operators refuse: NUL and lone surrogates, as JSON.stringify writes them. */
export const UNSAFE_TEXT = /\\u0000|\\ud[89a-f][0-9a-f]{2}/;

const UNSAFE_CHARACTERS = /[\u0000\\]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
const UNSAFE = /\u0000|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

export const isUnsafe = (text: string): boolean => UNSAFE.test(text);

export const escapeText = (text: string): string =>
  text.replace(UNSAFE_CHARACTERS, (c) =>
    c === '\\' ? '\\\\' : `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

export const unescapeText = (text: string): string =>
  text.replace(/\\(\\|u[0-9a-f]{4})/g, (_, c: string) => (c === '\\' ? '\\' : String.fromCharCode(parseInt(c.slice(1), 16))));

/** Writes a document as text, with the strings escaped that the database would refuse. */
export function writeDocument(document: unknown): string {
  const text = JSON.stringify(document);
  return UNSAFE_TEXT.test(text) ? JSON.stringify(escapeStrings(document)) : text;
}

/** A copy of a document with unsafe strings as escapes and unsafe keys as entries. */
function escapeStrings(value: unknown): unknown {
  if (typeof value === 'string') return isUnsafe(value) ? { s: escapeText(value) } : value;
  if (Array.isArray(value)) return value.map(escapeStrings);
  if (typeof value !== 'object' || value === null) return value;
  const keys = Object.keys(value);
  const entries = keys.map((key): [string, unknown] => [key, escapeStrings((value as Record<string, unknown>)[key])]);
  if (!keys.some(isUnsafe)) {
    const out = {};
    for (const [key, v] of entries) Object.defineProperty(out, key, { value: v, enumerable: true, writable: true, configurable: true });
    return out;
  }
  return { e: entries.map(([key, v]) => [escapeStrings(key), v]) };
}
