/**
 * Values that cross between a workflow and the app: arguments, results, messages. They are copied at the call,
 * so a later change on one side is not seen on the other, and they are data: functions and promises stay home.
 *
 * A tree of plain objects and arrays, each reached once, is written as it looks:
 *
 *     {"id": "order-42", "items": [1, 2]}
 *
 * Anything else (Maps, Dates, class instances, shared objects, cycles, keys that look like escapes) takes the
 * form of a small heap:
 *
 *     {"graph": {"@": 1}, "heap": {"1": {"date": 0}}}
 */
import { types } from 'node:util';
import { Decoder, type Definitions } from './decode.ts';
import { classify } from './classify.ts';
import { isExotic } from '../heap/exotic.ts';
import type { Kind } from '../heap/meta.ts';
import { defineKey } from './fold.ts';
import { ESCAPES, unescapeText, type Json, type Props } from './format.ts';
import { KINDS } from './kinds/table.ts';
import { type Names, RecordWriter } from './records.ts';
import { CorruptState } from '../errors.ts';
import { closureOf } from '../machine/frame.ts';
import { Unstorable } from './unstorable.ts';

/** Trees deeper than this are written as graphs, which need no recursion. */
const TREE_DEPTH_MAX = 200;

/** Copies a value into a document. Throws Unstorable for what cannot cross. */
export function toDocument(value: unknown, names: Names): Json {
  const tree = toTree(value, 0, new Set());
  if (tree !== undefined) return tree;
  const writer = new CopyWriter(names);
  const graph = writer.value(value);
  writer.writeReached();
  return { graph, heap: writer.put };
}

/** The value of a document, made of fresh objects. */
export function fromDocument(document: Json, definitions: Definitions, path: string): unknown {
  if (typeof document !== 'object' || document === null) return document;
  return CorruptState.guard(
    () => path,
    () => read(document, definitions, path),
  );
}

function read(document: Json, definitions: Definitions, path: string): unknown {
  if (isGraph(document)) {
    const decoder = new Decoder(document.heap as Record<string, Json>, null, definitions);
    decoder.decode();
    return decoder.value(document.graph, path);
  }
  return fromTree(document, path);
}

const isGraph = (document: Json): document is { graph: Json; heap: Json } =>
  typeof document === 'object' && document !== null && 'graph' in document && 'heap' in document && Object.keys(document).length === 2;

/** The value as a tree, or undefined if it is none. */
function toTree(value: unknown, depth: number, seen: Set<object>): Json | undefined {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      if (value - value !== 0) return { $: String(value) };
      return value === 0 && 1 / value < 0 ? { $: '-0' } : value;
    case 'undefined':
      return { $: 'undefined' };
    case 'bigint':
      return { n: String(value) };
    case 'object':
      break;
    default:
      return undefined;
  }
  if (value === null) return null;
  if (depth > TREE_DEPTH_MAX || seen.has(value) || isExotic(value)) return undefined;
  seen.add(value);
  if (Array.isArray(value)) return arrayTree(value, depth, seen);
  if (Object.getPrototypeOf(value) !== Object.prototype || types.isProxy(value)) return undefined;
  const keys = Object.keys(value);
  if (isAmbiguous(keys) || Object.getOwnPropertySymbols(value).some((s) => Object.prototype.propertyIsEnumerable.call(value, s))) return undefined;
  const out: Props = {};
  for (const key of keys) {
    const descriptor = Object.getOwnPropertyDescriptor(value, key)!;
    if (!('value' in descriptor)) return undefined;
    const inner = toTree(descriptor.value, depth + 1, seen);
    if (inner === undefined) return undefined;
    defineKey(out, key, inner);
  }
  return out;
}

function arrayTree(value: unknown[], depth: number, seen: Set<object>): Json | undefined {
  if (Object.getPrototypeOf(value) !== Array.prototype || Object.values(value).length !== value.length) return undefined;
  const out: Json[] = [];
  for (const element of value) {
    const inner = toTree(element, depth + 1, seen);
    if (inner === undefined) return undefined;
    out.push(inner);
  }
  return out;
}

/** Keys that would make a plain object look like an escape, an entry list or a graph. */
function isAmbiguous(keys: string[]): boolean {
  if (keys.length === 1) return ESCAPES.has(keys[0]!) || keys[0] === 'e';
  return keys.length === 2 && keys.includes('graph') && keys.includes('heap');
}

function fromTree(json: Json, path: string): unknown {
  if (typeof json !== 'object' || json === null) return json;
  if (Array.isArray(json)) return json.map((element, i) => fromTree(element, `${path}.${i}`));
  const keys = Object.keys(json);
  if (keys.length === 1) {
    const content = json[keys[0]!];
    switch (keys[0]) {
      case '$':
      case 'n':
        return NO_HEAP.value(json, path);
      case 's':
        return unescapeText(String(content));
      case 'e':
        return fromEntries(content, path);
      case '@':
      case '%':
      case 'y':
        throw new CorruptState(path, `the escape "${keys[0]}" cannot stand here`);
      default:
        break;
    }
  }
  for (const key of keys) {
    const value = json[key];
    if (typeof value === 'object' && value !== null) defineKey(json, key, fromTree(value, `${path}.${key}`));
  }
  return json;
}

function fromEntries(content: Json | undefined, path: string): unknown {
  if (!Array.isArray(content)) throw new CorruptState(path, 'a list of entries was expected');
  const out = {};
  for (const entry of content as [Json, Json][]) {
    defineKey(out, String(fromTree(entry[0], path)), fromTree(entry[1], path));
  }
  return out;
}

const NO_HEAP = new Decoder({}, null, { named: () => undefined, code: () => undefined, env: () => undefined });

/** Writes a copy: ids are the copy's own. */
export class CopyWriter extends RecordWriter {
  override readonly copies = true;
  readonly put: Record<string, Json> = {};
  private readonly ids = new Map<object, number>();
  private readonly work: object[] = [];

  protected refer(object: object): Json {
    let id = this.ids.get(object);
    if (id === undefined) {
      id = this.ids.size + 1;
      this.ids.set(object, id);
      this.work.push(object);
    }
    return { '@': id };
  }

  writeReached(): void {
    for (let object = this.work.pop(); object !== undefined; object = this.work.pop()) {
      this.put[this.ids.get(object)!] = this.copy(Buffer.isBuffer(object) ? new Uint8Array(object) : object);
    }
  }

  /** (A Buffer of Node is a piece of a larger one that is nobody's business, so its bytes cross.) */
  private copy(object: object): Json {
    const kind = kindAtBorder(object);
    const { stays } = KINDS[kind];
    if (stays) throw new Unstorable(object, stays(object));
    if (kind === 'object') refuseForeign(object);
    return this.record(object, kind);
  }

  protected referEnv(): Json {
    throw new Unstorable(undefined, 'an Env cannot leave the workflow');
  }

  referFrame(): Json {
    throw new Unstorable(undefined, 'a frame cannot leave the workflow');
  }
}

/** Functions of the host have no code that could be classified. */
function kindAtBorder(object: object): Kind {
  if (typeof object !== 'function') return classify(object);
  return closureOf(object)?.code.kind === 'class' ? 'class' : 'function';
}

/** Instances of classes that no program exports have methods and slots that the other side cannot know. */
function refuseForeign(object: object): void {
  const prototype = Object.getPrototypeOf(object) as object | null;
  if (prototype === null || prototype === Object.prototype) return;
  const { constructor } = prototype as { constructor?: unknown };
  if (closureOf(constructor)?.code.kind === 'class') return;
  const name = typeof constructor === 'function' && constructor.name ? constructor.name : 'an unknown class';
  throw new Unstorable(
    object,
    `an instance of ${name} cannot cross between app and workflow; pass its data, or use a class that the workflow exports`,
  );
}
