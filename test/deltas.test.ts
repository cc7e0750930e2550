/**
 * A delta is proportional to the change, not to what lives: the same change next to a small heap and next to a large
 * one writes the same records and the same bytes, up to the digits of larger ids and indices.
 */
import { expect, test } from 'vitest';
import { writeDocument } from '../runtime/codec/format.ts';
import type { Artifact } from '../runtime/engine/artifact.ts';
import { compileText, Stepper } from './support/stepper.ts';

interface Written {
  bytes: number;
  records: number;
  delta: string;
}

/** Makes a change in its third cycle, with `n` of everything alive. */
const program = (change: string): Artifact =>
  compileText(`export declare function tick<T>(value?: T): Promise<T>;
class Item { n: number; #hidden = 1; note = ''; constructor(n: number) { this.n = n; } bump() { this.#hidden++; } }
let total = 0;
export async function main(n: number) {
  const queue: any[] = []; const map = new Map<any, any>(); const set = new Set<any>(); const dictionary: any = {};
  const items: Item[] = []; const wide = new Item(1) as any; let list: any = null; let captured = 0; const count = () => ++captured;
  const bytes = new Uint8Array(n * 10); const weak = new WeakMap<any, any>(); const ring = Array.from({ length: n }, (_, i) => i);
  for (let i = 0; i < n; i++) {
    queue.push({ i, text: 'element ' + i }); map.set('key' + i, { i }); set.add('item' + i); dictionary['key' + i] = i; items.push(new Item(i)); weak.set(items[i], i); list = { i, next: list };
    wide['field' + i] = i;
  }
  await tick(1); await tick(1);
  ${change};
  await tick(2);
  return [queue, map, set, dictionary, items.length, list && 1, count, wide.n, ring.length, bytes.length, weak, total].length;
}`);

function written(artifact: Artifact, n: number): Written {
  const stepper = new Stepper(artifact, [n]);
  stepper.step();
  stepper.step();
  const { delta } = stepper.step()!;
  const text = writeDocument(delta);
  return { bytes: text.length, records: Object.keys(delta.put ?? {}).length + Object.keys(delta.edit ?? {}).length, delta: text };
}

const CHANGES: [string, string][] = [
  ['nothing', ''],
  ['one field of an element', "queue[3].text = 'changed'"],
  ['one field of an instance', 'items[5].n = -1'],
  ['a private field', 'items[5].bump()'],
  ['one field of a wide instance', "wide.note = 'n'"],
  ['a new field of a wide instance', 'wide.more = 1'],
  ['a deleted field of a wide instance', 'delete wide.field7'],
  ['a push', 'queue.push(7)'],
  ['a push of an object', "queue.push({ n: 'new' })"],
  ['a push of an awaited value', 'queue.push(await Promise.resolve(7))'],
  ['a Map entry with an awaited value', "map.set('key5', await Promise.resolve(7))"],
  ['a borrowed push', 'Array.prototype.push.call(queue, await Promise.resolve(7))'],
  ['a pop', 'queue.pop()'],
  ['a shift', 'queue.shift()'],
  ['a shift and a push', 'queue.push(queue.shift().i)'],
  ['an unshift', 'queue.unshift(0)'],
  ['a splice in the middle', 'queue.splice(n >> 1, 2, 1, 2, 3)'],
  ['an element', 'queue[9] = 0'],
  ['an entry of a WeakMap', "weak.set(items[7], 'seven')"],
  ['a byte of a buffer', 'bytes[500] = 1'],
  ['bytes of a young view', 'new DataView(bytes.buffer).setFloat64(64, 1)'],
  ['a typed array in the middle', 'bytes.set([1, 2, 3], 960)'],
  ['elements far apart', 'ring[1] = ring[n - 2] = ring[n >> 1] = -1'],
  ['a shorter array', 'ring.length = n - 1'],
  ['an array that grows by its length', 'ring[ring.length] = 5'],
  ['a shorter array that is pushed to', 'ring.length = n - 5; ring.push(1, 2); ring[n - 4] = 3; ring.length--; ring[3] = -1'],
  ['a longer array', 'ring.length = n + 3; ring[n] = 1'],
  ['a length that cannot be', 'try { ring.length = -1; } catch { ring.push(1); }'],
  ['a deleted element', 'delete ring[5]'],
  ['a Map entry', "map.set('key5', 1)"],
  ['a new Map entry', "map.set('new', 1)"],
  ['a deleted Map entry', "map.delete('key5')"],
  ['a Map entry that moves to the end', "map.delete('key5'); map.set('key5', 2)"],
  ['a cleared Map', 'map.clear(); map.set(1, 2)'],
  ['a Set entry', "set.add('new')"],
  ['a deleted Set entry', "set.delete('item5')"],
  ['a key of a dictionary', "dictionary.key5 = 'five'"],
  ['a new key of a dictionary', 'dictionary.fresh = 5'],
  ['a deleted key of a dictionary', 'delete dictionary.key5'],
  ['the end of a list', 'let p = list; while (p.next) p = p.next; p.next = { i: -1, next: null }'],
  ['the head of a list', 'list = { i: n, next: list }'],
  ['a captured variable', 'count()'],
  ['a module variable', 'total++'],
  ['a local variable', 'list = null'],
  ['a large container let go', 'items.length = 0'],
  ['a container moved', 'const box = { queue }; dictionary.box = box'],
];

const SMALL = 300;
const LARGE = 3000;

test.each(CHANGES)('%s', (_name, change) => {
  const artifact = program(change);
  const small = written(artifact, SMALL);
  const large = written(artifact, LARGE);
  // One more digit here and there.
  expect(large.records, large.delta.slice(0, 2000)).toBe(small.records);
  expect(large.bytes, large.delta.slice(0, 2000)).toBeLessThanOrEqual(small.bytes + 40);
  expect(large.bytes).toBeLessThan(700);
});

test('a queue of ten thousand that is drained one by one writes each element once', () => {
  const stepper = new Stepper(
    compileText(`export declare function tick<T>(value?: T): Promise<T>;
export async function main() {
  const queue = Array.from({ length: 10_000 }, (_, i) => i);
  let sum = 0;
  while (queue.length > 9_800) { sum += queue.shift()!; await tick(); }
  return sum;
}`),
  );
  stepper.step();
  let bytes = 0;
  let cycles = 0;
  for (let checkpoint = stepper.step(); checkpoint && !checkpoint.outcome; checkpoint = stepper.step()) {
    bytes += writeDocument(checkpoint.delta).length;
    cycles++;
  }
  expect(stepper.lines).toEqual(['returned 19900']);
  expect(cycles).toBe(199);
  expect(bytes / cycles).toBeLessThan(250);
});
