/**
 * Stored values as people read them: `{ id: 'o-1', items: [1, 2] }`, `Cart { … }`, `Map(2) { 'a' => 1 }`. Works on
 * the stored form alone; no code of the program runs.
 */
import { isEnvSlot } from '../codec/kinds/frame.ts';
import { unescapeText, type Json } from '../codec/format.ts';

type Heap = Record<string, Json>;
type Record_ = Record<string, Json>;

export interface ShowLimits {
  depth: number;
  /** Elements or properties per object. */
  items: number;
  /** Characters of a string. */
  text: number;
}

const DEFAULTS: ShowLimits = { depth: 3, items: 8, text: 80 };

const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;

/** A value as one line of text. */
export function showValue(json: Json | undefined, heap: Heap, limits: Partial<ShowLimits> = {}): string {
  return show(json, heap, { ...DEFAULTS, ...limits }, []);
}

function show(json: Json | undefined, heap: Heap, limits: ShowLimits, path: string[]): string {
  if (json === undefined) return 'undefined';
  if (typeof json === 'string') return quote(json, limits);
  if (typeof json !== 'object' || json === null) return String(json);
  if (Array.isArray(json)) return '?';
  const [[key, content] = ['', null]] = Object.entries(json);
  switch (key) {
    case '@':
      return showObject(String(content), heap, limits, path);
    case '%':
      return nameOf(String(content));
    case '$':
      return content === 'tdz' ? '<uninitialised>' : content === 'hole' ? '<empty>' : String(content);
    case 'n':
      return `${String(content)}n`;
    case 's':
      return quote(unescapeText(String(content)), limits);
    case 'y':
      return `Symbol.for(${quote(String(content), limits)})`;
    default:
      return '?';
  }
}

function quote(text: string, limits: ShowLimits): string {
  const short = text.length > limits.text ? `${text.slice(0, limits.text)}…` : text;
  return `'${short.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\n', '\\n')}'`;
}

/** `src/order.wf.ts#Cart` → `Cart`. */
const nameOf = (name: string): string => (name.includes('#') ? name.slice(name.indexOf('#') + 1) : name);

function showObject(id: string, heap: Heap, limits: ShowLimits, path: string[]): string {
  const record = heap[id];
  if (typeof record !== 'object' || record === null || Array.isArray(record)) return '<missing>';
  if (path.includes(id)) return '[Circular]';
  const inner = (value: Json | undefined): string => show(value, heap, limits, [...path, id]);
  const deep = path.length >= limits.depth;
  const prefix = className(record, heap);

  if (Array.isArray(record.a)) {
    return `${prefix}${deep ? `[… ${record.a.length}]` : list('[', record.a.map((v) => () => inner(v)), ']', limits)}`;
  }
  if (Array.isArray(record.map)) {
    const head = `${prefix || 'Map'}(${record.map.length}) `;
    return head + (deep ? '{…}' : list('{', record.map.map((entry) => () => `${inner((entry as Json[])[0])} => ${inner((entry as Json[])[1])}`), '}', limits));
  }
  if (Array.isArray(record.set)) {
    const head = `${prefix || 'Set'}(${record.set.length}) `;
    return head + (deep ? '{…}' : list('{', record.set.map((v) => () => inner(v)), '}', limits));
  }
  if ('date' in record) return record.date === null ? 'Invalid Date' : new Date(Number(record.date)).toISOString();
  if (Array.isArray(record.regexp)) return `/${String(record.regexp[0])}/${String(record.regexp[1])}`;
  if ('error' in record) return `${prefix || 'Error'}(${inner((record.error as Record_).message ?? '')})`;
  if ('fn' in record) return showFunction(record, heap, inner, limits, deep);
  if ('class' in record) return `[class ${lastName(String(record.class))}]`;
  if ('promise' in record) return record.promise === 'pending' ? 'Promise { pending }' : `Promise { ${String(record.promise)}: ${inner(record.value)} }`;
  if ('walk' in record) return `[${String(record.as ?? 'Iterator')}]`;
  if ('all' in record) return `[Promise.${String(record.all)}]`;
  if ('generator' in record) return showGenerator('Generator', record.generator, heap);
  if ('asyncGenerator' in record) return showGenerator('AsyncGenerator', record.frame, heap);
  if (typeof record.bytes === 'string') return `${prefix || 'ArrayBuffer'}(${Math.floor((record.bytes.replace(/=+$/, '').length * 3) / 4)})`;
  if ('bytes' in record) return 'ArrayBuffer(detached)';
  if ('view' in record) return `${prefix || String(record.view)}(${String(record.length ?? 'all')} of ${inner(record.of)})`;
  if (Array.isArray(record.weakMap)) return `${prefix || 'WeakMap'}(${record.weakMap.length})`;
  if (Array.isArray(record.weakSet)) return `${prefix || 'WeakSet'}(${record.weakSet.length})`;
  if ('intl' in record) return `Intl.${String(record.intl)}(${String((record.locales as Json[])?.[0])})`;
  if ('symbol' in record) return `Symbol(${String(record.symbol ?? '')})`;
  if ('boxed' in record) return `[${inner(record.boxed)}]`;
  const properties = propertiesOf(record);
  const privates = Object.entries((record['#'] ?? {}) as Record_);
  const shown = [...properties, ...privates].map(([k, v]) => () => `${IDENTIFIER.test(k) || k.startsWith('#') ? k : quote(k, limits)}: ${inner(v)}`);
  return `${prefix ? `${prefix} ` : ''}${deep && shown.length > 0 ? '{…}' : list('{', shown, '}', limits)}`;
}

/** `[Function undo]`, with what its scope has captured: `[Function undo { reservation: 'res-1' }]`. */
function showFunction(record: Record_, heap: Heap, inner: (value: Json) => string, limits: ShowLimits, deep: boolean): string {
  const scope = record.env as { '@'?: number } | undefined;
  const captured = Object.entries(((heap[String(scope?.['@'])] as Record_ | undefined)?.env ?? {}) as Record_);
  const items = captured.map(([name, value]) => () => `${name}: ${inner(value)}`);
  const tail = deep || items.length === 0 ? '' : ` ${list('{', items, '}', limits)}`;
  return `[Function ${lastName(String(record.fn))}${tail}]`;
}

/** `[Generator pages at yield]`, `[Generator, finished]`. */
function showGenerator(kind: string, reference: Json | undefined, heap: Heap): string {
  const frame = heap[String((reference as { '@'?: number } | null | undefined)?.['@'])] as Record_ | undefined;
  return frame ? `[${kind} ${lastName(String(frame.frame))} at ${String(frame.at)}]` : `[${kind}, finished]`;
}

const lastName = (id: string): string => nameOf(id).split('/').at(-1) ?? id;

function className(record: Record_, heap: Heap): string {
  const is = record.is as { '%'?: string; '@'?: number } | undefined;
  if (!is) return '';
  if (is['%'] !== undefined) return nameOf(is['%']);
  const type = heap[String(is['@'])] as Record_ | undefined;
  return type && typeof type.class === 'string' ? lastName(type.class) : 'Object';
}

function propertiesOf(record: Record_): [string, Json | undefined][] {
  const { o, props } = record;
  if (Array.isArray(props)) {
    return (props as Json[][]).map(([key, content]) => [
      typeof key === 'string' ? key : '[symbol]',
      (content as Record_).value ?? { '%': 'accessor' },
    ]);
  }
  if (typeof o !== 'object' || o === null || Array.isArray(o)) return [];
  if (Array.isArray(o.e)) return (o.e as [Json, Json][]).map(([k, v]) => [String(typeof k === 'string' ? k : (k as Record_).s), v]);
  return Object.entries(o);
}

function list(open: string, items: (() => string)[], close: string, limits: ShowLimits): string {
  if (items.length === 0) return open + close;
  const shown = items.slice(0, limits.items).map((item) => item());
  if (items.length > limits.items) shown.push(`… ${items.length - limits.items} more`);
  const space = open === '{' ? ' ' : '';
  return `${open}${space}${shown.join(', ')}${space}${close}`;
}

export interface Local {
  name: string;
  value: Json;
}

/** The variables of a frame by the source's names: its slots, and the captured ones in its Envs. */
export function localsOf(slots: Record_, heap: Heap): Local[] {
  const out: Local[] = [];
  const seen = new Set<string>();
  const add = (name: string, value: Json): void => {
    if (seen.has(name)) return;
    seen.add(name);
    out.push({ name: isEscaped(name) ? name.slice(1) : name, value });
  };
  for (const [name, value] of Object.entries(slots)) {
    if (isEnvSlot(name) && name !== '$outer') addEnv(value, heap, add);
    else if (!name.startsWith('$') || isEscaped(name)) add(name.replace(/#\d+$/, ''), value);
  }
  if (slots.$outer !== undefined) addEnv(slots.$outer, heap, add);
  return out;
}

/** Is this slot's name one of the source with a `$` more? */
const isEscaped = (slot: string): boolean => slot.startsWith('$$') || slot.startsWith('$__proto__');

function addEnv(json: Json, heap: Heap, add: (name: string, value: Json) => void): void {
  let reference = json as { '@'?: number } | null | undefined;
  while (reference && typeof reference === 'object' && reference['@'] !== undefined) {
    const record = heap[String(reference['@'])] as { env?: Record_; up?: Json } | undefined;
    for (const [name, value] of Object.entries(record?.env ?? {})) add(name, value);
    reference = record?.up as typeof reference;
  }
}
