/**
 * Stored state is input. Whatever has happened to it, reading it ends with a run or with an error that has a code;
 * it never crashes, hangs, or leaves anything behind in the prototypes that everybody shares.
 *
 * `SEEDS=5000 FROM=1 npx vitest run test/malformed.test.ts` runs more; a failure prints its seed.
 */
import { expect, test } from 'vitest';
import { fromDocument, toDocument } from '../runtime/codec/border.ts';
import { nextHash } from '../runtime/chain.ts';
import { applyDelta, compact } from '../runtime/codec/fold.ts';
import { type DeltaDocument, type Json, type StateDocument, writeDocument } from '../runtime/codec/format.ts';
import { PerdureError } from '../runtime/errors.ts';
import { image } from '../runtime/engine/cycle.ts';
import { readCause, readCauses } from '../runtime/engine/arrival.ts';
import { parseEntry } from '../runtime/engine/inbox.ts';
import { foldHistory, type StoredEntry } from '../runtime/engine/history.ts';
import { Program } from '../runtime/engine/program.ts';
import { Run } from '../runtime/engine/run.ts';
import { damage } from './support/mutate.ts';
import { Random } from './support/random.ts';
import { compileText, Stepper } from './support/stepper.ts';

const SEEDS = Number(process.env.SEEDS ?? 1500);
const FROM = Number(process.env.FROM ?? 1);

/** A run with an object of every kind, which change in every way. */
const SOURCE = `
import { channel, scope } from 'perdure';
export declare function tick<T>(value?: T): Promise<T>;
export const messages = channel<string>('messages');
let total = 0;
export class Cart { #sum = 0; items: any[] = []; static made = 0; constructor() { Cart.made++; } add(x: number) { this.#sum += x; this.items.push(x); return this.#sum; } get sum() { return this.#sum; } }
export class Item { price = 1; #hidden = [this.price]; get hidden() { return this.#hidden; } }
class Sub extends Cart { more = new Map(); }
class Problem extends AggregateError { code = 'P'; }
async function inner(n: number): Promise<number> { const here = { n }; try { await tick(); return here.n; } finally { total += n; } }
export async function main() {
  const word = 'captured';
  class Local extends Sub { ['key' + word] = word; method() { return word; } static #hidden = 1; static look() { return Local.#hidden; } }
  function Old(this: any) { this.old = word; } Old.prototype.look = function () { return this.old; };
  class Patched extends (Old as any) { #p = 1; gone() {} kept() { return this.#p; } } delete (Patched.prototype as any).gone; (Patched as any).added = Old; Object.setPrototypeOf(Patched.prototype, { other: 1 });
  const follows: any = new (ArrayBuffer as any)(8, { maxByteLength: 64 }); const gone = new ArrayBuffer(4), lost = new Uint8Array(gone); structuredClone(gone, { transfer: [gone] });
  const weak = new WeakMap<any, any>(); weak.set(weak, [weak]); for (let i = 0; i < 40; i++) weak.set({ i }, i);
  const everyKind = {}; function argumentsOf(..._: any[]) { return arguments; }
  const list: any[] = Array.from({ length: 80 }, (_, i) => i);
  const map = new Map<any, any>(Array.from({ length: 60 }, (_, i) => [i, { i }])); const set = new Set<any>(Array.from({ length: 60 }, (_, i) => 'item ' + i));
  const dictionary: any = {}; for (let i = 0; i < 60; i++) dictionary['key ' + i] = i;
  const sparse: any[] = []; sparse[1000] = 'far';
  let resolve: any; const deferred = new Promise((r) => { resolve = r; });
  const all = Promise.all([deferred, tick(1)]); const raced = Promise.race([deferred, all]); const any = Promise.any([deferred]); const settled = Promise.allSettled([deferred, 1]);
  const then = deferred.then((x) => x, () => word).finally(() => { total++; });
  const walkOfMap = map.entries(); walkOfMap.next(); const walkOfList = list.values(); walkOfList.next(); const matches = 'aXbX'.matchAll(/X/g);
  const everything: any = {
    nan: NaN, zero: -0, big: 12n, text: '\\u0000\\ud800', u: undefined, date: new Date(5), regexp: /a(b)?/gi, boxed: Object('boxed'), symbol: Symbol.for('x'), [Symbol.for('key')]: 1,
    error: new TypeError('wrong', { cause: new Error('deeper') }), problem: new Problem([1], 'p'), frozen: Object.freeze([1, { a: 1 }]), sealed: Object.seal({ s: 1 }),
    get computed() { return word; }, bare: Object.create(null), inherits: Object.create({ base: 1 }), bound: list.push.bind(list, 1), fn: () => word + total, method: Local.prototype.method, prototype: Local.prototype,
    old: new (Old as any)(), Old, patched: new Patched(), symbol2: Symbol('own'), formatter: new Intl.DateTimeFormat('en-GB', { dateStyle: 'full' }), format: new Intl.NumberFormat().format, weak, weakSet: new WeakSet([weak, everyKind]), bytes: new Uint8Array(200), words: new Uint16Array(follows, 2), view: new DataView(follows, 1, 3), gone, lost, [Symbol('key')]: Symbol(), args: argumentsOf(1, everyKind), item: new Item(), cart: new Cart(), sub: new Sub(), local: new Local(), Local, map, set, dictionary, sparse, list, deferred, all, raced, any, settled, then, walkOfMap, walkOfList, matches, resolve, ['__proto__']: 'own',
  };
  const scoped = scope(async (s: any) => {
    const inner = scope(async () => { await Promise.race([tick('slow'), messages.receive()]); }); const waits = s.run(async () => { await deferred; }); const lost = s.run(async () => { throw everything; });
    inner.then(() => {}, () => tick()); await tick(); s.cancel('why'); return await Promise.allSettled([inner, waits, tick('new')]);
  }, { timeout: '1 day' }).catch((error: any) => error);
  everything.self = everything; map.set(map, map); list.extra = everything;
  const child = inner(3);
  for (const [key] of new Map(Object.entries({ a: 1, b: 2, c: 3 }))) {
    await tick(key);
    list.shift(); list.push({ key }); map.delete(1); map.set(key, key); set.delete('item 3'); set.add(key); dictionary['key 3'] = key; delete dictionary['key 4'];
    everything.bytes[100] = total; weak.set(key as any && everything, key); everything.words[0]++; everything.cart.add(1); everything.date.setTime(6); everything[key] = new Cart(); total++; sparse[500] = key; everything.frozen[1].a++;
  }
  resolve(1);
  await child; await all; await tick(); await then; await raced; await any; await settled; await scoped;
  return [new Map([[1, new Date(0)]])];
}
`;

/** Everything a run leaves in the store: an image after each cycle, the deltas, the log; and border documents. */
function record() {
  const stepper = new Stepper(compileText(SOURCE));
  const images: string[] = [];
  const deltas: string[] = [];
  const documents: string[] = [];
  for (let checkpoint = stepper.step(); checkpoint !== null; checkpoint = stepper.step()) {
    deltas.push(writeDocument(checkpoint.delta));
    images.push(stepper.image());
    for (const [, request] of checkpoint.requests) if ('effect' in request) documents.push(writeDocument(request.args));
    if (checkpoint.outcome) {
      documents.push(writeDocument(checkpoint.outcome));
      break;
    }
  }
  expect(stepper.lines.at(-1)).toMatch(/^returned/);
  return { program: Program.of(stepper.artifact), images, deltas, documents };
}

const recorded = record();
const { program, images, deltas } = recorded;
const documents = [...recorded.documents, writeDocument(toDocument({ a: [1, { b: new Date(0) }], m: new Map([[{}, [-0, 5n]]]), '@': 1 }, program))];

/** What must look the same afterwards. */
const shared = [Object.prototype, Array.prototype, Function.prototype, Map.prototype, Set.prototype, Promise.prototype, Error.prototype, Symbol.prototype, Object, Array, Function];
const look = (): string => shared.map((object) => Reflect.ownKeys(object).map(String).join()).join('\n') + String(Object.getPrototypeOf(Array.prototype) === Object.prototype);

type Outcome = 'read' | 'refused';

function attempt(seed: number, what: string, read: () => void): Outcome {
  const before = look();
  try {
    read();
    return 'read';
  } catch (error) {
    if (error instanceof PerdureError) return 'refused';
    throw new Error(`seed ${seed}, ${what}: ${(error as Error).stack ?? String(error)}`);
  } finally {
    expect(look(), `seed ${seed}, ${what}`).toBe(before);
    expect(({} as { polluted?: unknown }).polluted, `seed ${seed}, ${what}`).toBeUndefined();
  }
}

const parse = (text: string): Json => JSON.parse(text) as Json;
const idsOf = (document: Json): string[] => [...new Set(JSON.stringify(document).match(/(?<="@":)\d+/g) ?? [])];
/** A sound image still means what it did: nothing has been left behind in the program that all runs share. */
const again = (): string => writeDocument(image(Run.restore(program, parse(images[2]!) as unknown as StateDocument)));
const sound = again();

/** Runs all seeds; both outcomes must occur, or the damage tests nothing. */
function seeds(what: string, read: (random: Random, seed: number) => () => void): void {
  const seen = { read: 0, refused: 0 };
  for (let seed = FROM; seed < FROM + SEEDS; seed++) seen[attempt(seed, what, read(new Random(`${what} ${seed}`), seed))]++;
  expect(seen.refused).toBeGreaterThan(SEEDS / 20);
  expect(seen.read).toBeGreaterThan(0);
  expect(again()).toBe(sound);
}

test('images', { timeout: 600_000 }, () => {
  seeds('image', (random) => {
    const document = parse(random.pick(images));
    const damaged = damage(document, random, idsOf(document));
    return () => void Run.restore(program, damaged as unknown as StateDocument);
  });
});

test('deltas', { timeout: 600_000 }, () => {
  seeds('delta', (random) => {
    const at = 1 + random.below(deltas.length - 1);
    const state = parse(images[at - 1]!) as unknown as StateDocument;
    const delta = parse(deltas[at]!);
    const damaged = damage(delta, random, idsOf(delta));
    return () => {
      applyDelta(state, damaged as DeltaDocument);
      compact(state);
      Run.restore(program, state);
    };
  });
});

test('documents that cross the border', { timeout: 600_000 }, () => {
  seeds('document', (random) => {
    const document = parse(random.pick(documents));
    const damaged = damage(document, random, idsOf(document));
    return () => void fromDocument(damaged, program, 'value');
  });
});

/** A log whose hashes fit, whatever its entries say. */
function sealed(entries: { cause: string; delta: string }[]): StoredEntry[] {
  let hash: Buffer = Buffer.alloc(32);
  return entries.map(({ cause, delta }, i) => {
    if (i > 0) hash = nextHash(hash, cause, delta);
    return { seq: i, hash: hash.toString('hex'), cause, delta };
  });
}

test('logs: truncated text, entries lost, swapped or changed', { timeout: 600_000 }, () => {
  const whole = (): { cause: string; delta: string }[] => [{ cause: '{}', delta: '{}' }, ...deltas.map((delta) => ({ cause: '{}', delta }))];
  const read = (log: StoredEntry[]): void => {
    const { state } = foldHistory(null, log);
    Run.restore(program, state);
  };
  read(sealed(whole()));
  seeds('log', (random) => {
    const entries = whole();
    const at = 1 + random.below(deltas.length);
    const entry = entries[at]!;
    const cut = random.below(entry.delta.length);
    const text = random.pick([
      () => entry.delta.slice(0, cut),
      () => entry.delta.slice(0, cut) + entry.delta.slice(cut + 1),
      () => `${entry.delta.slice(0, cut)}${random.pick(['0', '"', '{', ']', ',', '\\', 'e'])}${entry.delta.slice(cut)}`,
      () => random.pick(['', 'null', '[]', '1', '"text"', '{"put":', '{"put":{"1":null}}', '{"edit":{"__proto__":{}}}', entry.delta]),
      () => deltas[random.below(deltas.length)]!,
    ])();
    // Somebody who can change an entry can also make its hash fit; or forgets to.
    const changed = entries.with(at, { ...entry, delta: text });
    if (random.chance(0.2)) changed.splice(at, 1);
    const log = sealed(changed);
    if (random.chance(0.2)) log[at] = { ...log[at] ?? log[0]!, delta: `${text} ` };
    return () => read(log);
  });
});

test('a cause is what its first key says; those of versions before the fourth are read, too', () => {
  expect(readCauses('[{"result":3,"value":1,"kind":"cancel","request":7},{"unheard":true}]', 'log.2')).toEqual([{ kind: 'result', request: 3, value: 1 }, { kind: 'unheard' }]);
  expect(readCause('{"kind":"start","workflow":"a.wf.ts#b","args":[1]}', 'log.0')).toEqual({ kind: 'start', workflow: 'a.wf.ts#b', args: [1] });
  expect(parseEntry(4, '{"kind":"message","channel":"go","value":1}')).toEqual({ kind: 'message', channel: 'go', value: 1, mail: 4 });
  for (const text of ['{', '7', '[[]]', '{}', '{"gift":1}', '{"toString":1}']) expect(() => readCauses(text, 'log.2')).toThrow(/log\.2/);
});

test('a log or an image of another version is called that, whatever it says', () => {
  const log = (delta: string): StoredEntry[] => sealed([{ cause: '{}', delta: '{}' }, { cause: '{}', delta }]);
  expect(() => foldHistory(null, log('{"put":null}'))).toThrow(/^log\.1 is of version 1 of the stored format, this runtime has version 4\./);
  expect(() => foldHistory(null, log('{"v":5,"put":null}'))).toThrow(/^log\.1 is of version 5/);
  const [first, second] = log('{"v":2,"mail":1}');
  expect(() => foldHistory(null, [first!, { ...second!, hash: 'ab'.repeat(32) }])).toThrow(/^log\.1 is of version 2/); // whose hashes are others
  expect(() => foldHistory(null, [first!, { ...log('{"v":4}')[1]!, hash: 'ab'.repeat(16) }])).toThrow(/its hash does not fit/);
  expect(() => foldHistory({ seq: 0, state: '{"v":1}' }, log('{}'))).toThrow(/^image\.0 is of version 1/);
  expect(() => foldHistory(null, log('{"v":"4"}'))).toThrow(/damaged at log\.1\.v/);
});
