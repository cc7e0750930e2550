/**
 * Damage for stored documents: what a hand, a truncated write or another version might leave behind. Seeded.
 */
import type { Json } from '../../runtime/codec/format.ts';
import { Random } from './random.ts';

interface Place {
  parent: Json[] | Record<string, Json>;
  key: string;
}

/** Every place of a document, without recursion. */
function places(root: Json): Place[] {
  const out: Place[] = [];
  const work: Json[] = [root];
  for (let json = work.pop(); json !== undefined; json = work.pop()) {
    if (typeof json !== 'object' || json === null) continue;
    for (const key of Object.keys(json)) {
      out.push({ parent: json as Record<string, Json>, key });
      work.push((json as Record<string, Json>)[key]!);
    }
  }
  return out;
}

const nested = (depth: number, wrap: (inner: Json) => Json): Json => {
  let json: Json = 1;
  for (let i = 0; i < depth; i++) json = wrap(json);
  return json;
};

const KEYS = ['__proto__', 'constructor', 'prototype', 'toString', 'then', 'length', 'a', 'o', 'e', 'map', 'set', 'is', 'proto', 'env', 'frame', 'fn', 'class', 'up', 'of', 'props', 'ext', 'promise', 'walk', 'error', 'sparse', '@', '%', '$', 'n', 's', 'y', '0', '-1', '4294967295', ''];
const NAMES = ['Object.prototype', 'Array.prototype', 'Function.prototype', 'Object', 'Function', 'Array.prototype.push', 'Error', 'Promise', 'Symbol.iterator', 'Math', 'nothing', 'main.wf.ts#main', 'main.wf.ts#Item', 'main.wf.ts#Item.prototype'];

/** A value to put in the place of another. `ids` are those of the document's objects. */
function junk(random: Random, ids: string[]): Json {
  const id = (): Json => ({ '@': Number(ids.length > 0 ? random.pick(ids) : 1) });
  return random.pick<() => Json>([
    () => null,
    () => true,
    () => 0,
    () => -1,
    () => 1.5,
    () => 1e308,
    () => 4_294_967_295,
    () => 9_007_199_254_740_993,
    () => '',
    () => '12',
    () => 'pending',
    () => '__proto__',
    () => [],
    () => ({}),
    () => [[]],
    () => [[1, 2], [3]],
    () => ({ e: [['a', 1]] }),
    () => ({ e: [[{ s: 1 }, 1], 5] }),
    () => ({ '@': 999_999 }),
    () => ({ '@': '1' }),
    () => ({ '@': { '@': 1 } }),
    () => ({ '@': '__proto__' }),
    () => ({ '@': -1 }),
    id,
    id,
    id,
    () => [id(), id()],
    () => ({ '%': random.pick(NAMES) }),
    () => ({ '$': random.pick(['undefined', 'hole', 'tdz', 'gone', 'NaN', 'nothing']) }),
    () => ({ n: random.pick(['12', '1.5', '', '-', '9'.repeat(300)]) }),
    () => ({ s: random.pick(['\\u0000', '\\', '\\uzzzz']) }),
    () => ({ y: 'key' }),
    () => JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}') as Json,
    () => nested(3000 + random.below(20_000), (inner) => [inner]),
    () => nested(3000 + random.below(20_000), (inner) => ({ o: inner })),
  ])();
}

function copy(json: Json): Json {
  try {
    return structuredClone(json);
  } catch {
    return null; // an earlier damage has nested it too deeply
  }
}

/** A text of JSON has no arrays with properties; what would be one is appended. */
function own(object: object, key: string, value: unknown): void {
  if (Array.isArray(object) && !/^\d{1,3}$/.test(key)) {
    object.push(value);
    return;
  }
  Object.defineProperty(object, key, { value, enumerable: true, writable: true, configurable: true });
}

/** The document with one to three things wrong. Changes it in place. */
export function damage(root: Json, random: Random, ids: string[]): Json {
  for (let n = 1 + random.below(3); n > 0; n--) {
    const found = places(root);
    if (found.length === 0) return root;
    const { parent, key } = random.pick(found);
    const other = random.pick(found);
    const value = (parent as Record<string, Json>)[key]!;
    switch (random.below(9)) {
      case 0:
        if (Array.isArray(parent)) parent.splice(Number(key), 1);
        else delete parent[key];
        break;
      case 1:
      case 2:
      case 3:
        own(parent, key, junk(random, ids));
        break;
      case 4:
        own(parent, key, copy((other.parent as Record<string, Json>)[other.key]!));
        break;
      case 5:
        own(parent, random.pick(KEYS), random.chance(0.5) ? value : junk(random, ids));
        break;
      case 6:
        if (!Array.isArray(parent)) {
          delete parent[key];
          own(parent, random.chance(0.5) ? random.pick(KEYS) : other.key, value);
        }
        break;
      case 7:
        if (typeof value === 'number') own(parent, key, random.pick([-value, value + 1, value * 1e10, value + 0.5, String(value)]));
        else if (typeof value === 'string') own(parent, key, random.pick([`${value}x`, value.slice(1), value.toUpperCase(), '\u0000']));
        else own(parent, key, Array.isArray(value) ? { ...value } : [value]);
        break;
      default:
        if (ids.length > 0 && typeof value === 'object' && value !== null && '@' in value) own(value, '@', Number(random.pick(ids)));
        else own(parent, key, [value, value]);
    }
  }
  return root;
}
