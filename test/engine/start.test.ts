/**
 * Starting runs, finding them again, and what crosses the border between app and workflow.
 */
import { inspect } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { Engine, open, RunHandle } from '../../runtime/client.ts';
import { openPostgres } from '../../runtime/store/postgres.ts';
import { Store } from '../../runtime/store/store.ts';
import { WORKER_DEFAULTS } from '../../runtime/worker/worker.ts';
import { compileApp, gate, KINDS, thrownBy, until, World } from '../support/app.ts';

const app = compileApp(`
  import { channel, start } from 'perdure';
  export declare function wait(what: unknown): Promise<unknown>;
  export declare function other(): Promise<unknown>;
  export class Money { amount; currency; constructor(amount: number, currency: string) { this.amount = amount; this.currency = currency; } show() { return this.amount + this.currency; } }
  export const orders = channel<string>('orders');
  export const limit = 12;
  export async function echo(...args: unknown[]) { return args; }
  export async function through(value: unknown) { return await wait(value); }
  export async function add(a: number, b: number) { return a + b; }
  export async function fails(message: string) { throw new TypeError(message, { cause: new RangeError('deeper') }); }
  export async function throwsData() { throw { code: 7, list: [1, 2] }; }
  export async function returnsFunction() { return () => 1; }
  export async function waits() { return await orders.receive(); }
  export async function starts(id: string) { return (await start(waits, [], { id })).id; }
  export async function money(m: Money) { return [m instanceof Money, m.show(), new Money(m.amount * 2, m.currency)]; }
  export function notAsync() { return 1; }
  async function hidden() { return 1; }
  export async function main() { return hidden(); }
`, 'start');

describe.each(KINDS)('%s', (kind) => {
  let world: World;
  beforeAll(async () => {
    world = await World.open(kind);
  });
  afterEach(() => world.calm());
  afterAll(() => world.close());

  const working = () => world.working(app, { wait: (value: unknown) => value, other: () => 1 });

  test('a run has the id that was chosen, or a random one', async () => {
    const engine = await working();
    const chosen = await engine.start(app.add, { id: 'order-42', args: [1, 2] });
    expect(chosen.id).toBe('order-42');
    expect(await chosen.result()).toBe(3);
    const [a, b] = [await engine.start(app.add, { args: [1, 2] }), await engine.start(app.add, { args: [1, 2] })];
    expect(a.id).toMatch(/^[0-9a-f-]{36}$/);
    expect(a.id).not.toBe(b.id);
    expect(a.uid).not.toBe(b.uid);
  });

  test('an id that nobody has chosen is one like any other', async () => {
    const engine = await working();
    const run = await engine.start(app.waits);
    const { id, uid } = run;
    expect((await engine.list({ id })).runs.map((shown) => [shown.id, shown.uid])).toEqual([[id, uid]]);
    expect((await engine.start(app.waits, { id })).uid).toBe(uid);
    expect((await engine.startMany(app.waits, [{ id }, {}])).map((each) => each.uid === uid)).toEqual([true, false]);
    expect((await engine.start(app.waits, { id, onConflict: 'replace-finished' })).uid).toBe(uid);
    expect(await thrownBy(engine.start(app.add, { id, args: [1, 2] }))).toMatchObject({ code: 'run_exists' });
    expect(await thrownBy(engine.startMany(app.add, [{ id, args: [1, 2] }]))).toMatchObject({ code: 'run_exists' });
    expect(await thrownBy((await engine.start(app.starts, { args: [id] })).result())).toMatchObject({ message: expect.stringContaining(`'${id}' is taken`) as string });
    expect((await engine.sendWithStart(app.waits, { id }, app.orders, 'first')).uid).toBe(uid);
    expect(await (await engine.run(id)).result()).toBe('first');

    // It has no other name, and keeps this one when it is over.
    const onConflict = 'replace-finished';
    expect((await engine.start(app.waits, { id, onConflict })).uid).toBe(uid);
    expect(await thrownBy(engine.start(app.add, { id, args: [1, 2], onConflict }))).toMatchObject({ code: 'run_exists' });
    expect(await thrownBy(engine.startMany(app.add, [{ id, args: [1, 2] }], { onConflict }))).toMatchObject({ code: 'run_exists' });
    expect(await thrownBy(engine.sendWithStart(app.waits, { id, onConflict }, app.orders, 'second'))).toMatchObject({ code: 'run_ended' });
    expect((await engine.run(id)).uid).toBe(uid);
  });

  test('the same id with the same arguments is the same run, also at the same time and after its end', async () => {
    const engine = await working();
    const handles = await Promise.all([1, 2, 3, 4, 5].map(() => engine.start(app.echo, { id: 'once', args: [{ a: [1] }] })));
    expect(new Set(handles.map((run) => run.uid)).size).toBe(1);
    expect(await handles[0]!.result()).toEqual([{ a: [1] }]);
    const again = await engine.start(app.echo, { id: 'once', args: [{ a: [1] }] });
    expect(again.uid).toBe(handles[0]!.uid);
    expect(await again.result()).toEqual([{ a: [1] }]);
    expect(await (await engine.run('once')).result()).toEqual([{ a: [1] }]);
  });

  test('an id that is taken by something else is refused', async () => {
    const engine = await working();
    await engine.start(app.add, { id: 'taken', args: [1, 2] });
    const args = await thrownBy(engine.start(app.add, { id: 'taken', args: [1, 3] }));
    expect(args).toMatchObject({ name: 'PerdureError', code: 'run_exists' });
    expect(args.message).toMatch(/'taken'.*start\.wf\.ts#add.*other arguments/);
    const workflow = await thrownBy(engine.start(app.echo, { id: 'taken', args: [1, 2] }));
    expect(workflow).toMatchObject({ code: 'run_exists' });
    expect(workflow.message).toMatch(/another workflow, start\.wf\.ts#add/);
  });

  test('ids that cannot be are refused', async () => {
    const engine = await working();
    for (const id of ['', 'a b', 'ü', '../x\n', 'x'.repeat(201), "'; DROP", '\u0000']) {
      expect(await thrownBy(engine.start(app.add, { id, args: [1, 2] })), JSON.stringify(id)).toMatchObject({ code: 'run_id' });
    }
    const id = 'a.b:c@d/e+f=g_h-1'.padEnd(200, 'x');
    expect((await engine.start(app.add, { id, args: [1, 2] })).id).toBe(id);
  });

  test('a run that does not exist', async () => {
    const engine = world.engine();
    expect(await thrownBy(engine.run('nobody'))).toMatchObject({ code: 'run_missing' });
    expect(await thrownBy(engine.resolve('nobody', 1, { retry: true }))).toMatchObject({ code: 'run_missing' });
  });

  test('the status tells where a run stands', async () => {
    const engine = await working();
    const before = Date.now() - 5000;
    const run = await engine.start(app.waits, { id: 'standing' });
    await until('the first cycle', async () => (await world.store.log.read(run.uid, 0, 10)).length === 2);
    const status = await run.status();
    expect(status).toMatchObject({ id: 'standing', workflow: 'start.wf.ts#waits', state: 'running', inDoubt: false, reason: null, finishedAt: null });
    expect(status.createdAt.getTime()).toBeGreaterThan(before);
    await run.send(app.orders, 'now');
    expect(await run.result()).toBe('now');
    const ended = await run.status();
    expect(ended.state).toBe('completed');
    expect(ended.finishedAt!.getTime()).toBeGreaterThanOrEqual(ended.createdAt.getTime());
    const failed = await engine.start(app.fails, { args: ['no'] });
    await failed.result().catch(() => {});
    expect((await failed.status()).state).toBe('failed');
  });

  test('arguments, effects and results of all shapes', async () => {
    const engine = await working();
    const shared = { s: 1 };
    const cyclic: Record<string, unknown> = { name: 'loop' };
    cyclic.self = cyclic;
    const values: unknown[] = [
      undefined, null, true, 0, -0, NaN, Infinity, -Infinity, 1.5, 12n ** 30n, '', 'text', '\u0000 \ud800', 'é😀',
      [], [1, [2, [3]]], [, 1, undefined], {}, { a: undefined }, { '@': 1 }, { $: 'x' }, { graph: 1, heap: 2 }, { e: [] },
      JSON.parse('{"__proto__": {"polluted": true}, "constructor": 1}'), Object.create(null),
      new Date(0), new Date(Number.NaN), /a(b)+/giu, new Map<unknown, unknown>([[{ k: 1 }, new Set([1, 'a'])]]), new Set([NaN, -0]),
      [shared, shared], cyclic, 'x'.repeat(100_000), { 'a.b': 1, '': 2, '1': 3 }, Symbol.iterator, Symbol.for('x'),
    ];
    const run = await engine.start(app.through, { args: [values] });
    const result = (await run.result()) as unknown[];
    expect(result).toEqual(values);
    expect(result).not.toBe(values);
    expect(Object.is(result[4], -0)).toBe(true);
    expect(1 in result && 0 in (result[16] as unknown[])).toBe(false);
    expect(Object.hasOwn(result[23] as object, '__proto__')).toBe(true);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    expect(Object.getPrototypeOf(result[24])).toBe(null);
    const [a, b] = result[30] as [object, object];
    expect(a).toBe(b);
    const loop = result[31] as { self: unknown };
    expect(loop.self).toBe(loop);
  });

  test('what the host keeps to itself is refused, with the way to it', async () => {
    const engine = await working();
    class Local {}
    const refused: [unknown, RegExp][] = [
      [() => 1, /function/],
      [{ order: { items: [1, Promise.resolve()] } }, /args\[0\]\.order\.items\[1\]: a promise/i],
      [new Local(), /instance of Local/],
      [new SharedArrayBuffer(3), /SharedArrayBuffer/],
      [new WeakMap(), /WeakMap/],
      [Symbol('own'), /symbol/i],
      [process, /process/],
      [{ a: [{ 'b c': process.stdin }] }, /args\[0\]\.a\[0\]\.b c/],
      [new Map([['k', { f: () => 1 }]]), /args\[0\]\.get\('k'\)\.f/],
    ];
    for (const [value, message] of refused) {
      const error = await thrownBy(engine.start(app.echo, { args: [value] }));
      expect(error, String(message)).toMatchObject({ code: 'unstorable' });
      expect(error.message).toMatch(message);
      expect(error.message).toMatch(/the arguments of start\.wf\.ts#echo/);
    }
  });

  test('an argument is copied at the call', async () => {
    const engine = await working();
    const order = { items: [1] };
    const starting = engine.start(app.through, { args: [order] });
    order.items.push(2);
    expect(await (await starting).result()).toEqual({ items: [1] });
  });

  test('instances of exported classes keep their class both ways', async () => {
    const engine = await working();
    const [same, shown, doubled] = await (await engine.start(app.money, { args: [new app.Money(5, 'EUR')] })).result() as [boolean, string, { show(): string }];
    expect(same).toBe(true);
    expect(shown).toBe('5EUR');
    expect(doubled).toBeInstanceOf(app.Money);
    expect(doubled.show()).toBe('10EUR');
  });

  test('result rejects with what the workflow throws', async () => {
    const engine = await working();
    const error = await thrownBy((await engine.start(app.fails, { args: ['out of stock'] })).result());
    expect(error).toBeInstanceOf(TypeError);
    expect(error.message).toBe('out of stock');
    expect(error.cause).toBeInstanceOf(RangeError);
    expect(error.cause).toMatchObject({ message: 'deeper' });
    expect(await thrownBy((await engine.start(app.throwsData)).result())).toEqual({ code: 7, list: [1, 2] });
  });

  test('a result that cannot leave the workflow is an error', async () => {
    const engine = await working();
    expect(await thrownBy((await engine.start(app.returnsFunction)).result())).toMatchObject({ code: 'unstorable_result' });
  });

  test('many runs at once', async () => {
    const engine = await working();
    const runs = await Promise.all(Array.from({ length: 60 }, (_, i) => engine.start(app.add, { args: [i, 1] })));
    expect(await Promise.all(runs.map((run) => run.result()))).toEqual(runs.map((_, i) => i + 1));
  });
});

describe('in the app', () => {
  let world: World;
  beforeAll(async () => {
    world = await World.open('postgres');
  });
  afterEach(() => world.calm());
  afterAll(() => world.close());

  test('the host view has real values; workflows and effects cannot be called', async () => {
    expect(app.limit).toBe(12);
    expect(app.orders.name).toBe('orders');
    expect(new app.Money(1, 'x').show()).toBe('1x');
    expect(await thrownBy(() => app.wait(1))).toMatchObject({ code: 'outside_run' });
    expect(await thrownBy(() => app.orders.receive())).toMatchObject({ code: 'outside_run' });
    expect(await thrownBy(() => app.add(1, 2))).toMatchObject({ code: 'outside_run' });
  });

  test('code that is not compiled is refused, and the missing step is named', async () => {
    const engine = world.engine();
    const provide = await thrownBy(() => engine.provide({ fulfil: async () => 1 }, {}));
    expect(provide).toMatchObject({ code: 'not_compiled' });
    expect(provide.message).toMatch(/node --import perdure\/register/);
    expect(provide.message).toMatch(/perdure build/);
    async function fulfil(): Promise<void> {}
    const start = await thrownBy(engine.start(fulfil));
    expect(start).toMatchObject({ code: 'not_compiled' });
    expect(start.message).toMatch(/'fulfil'.*perdure build/);
  });

  test.each([
    ['echoes', "What was given to `start` is the text 'echoes'. It takes a workflow itself, as its module exports it: `orders.fulfil`."],
    [undefined, 'is undefined'],
    [{}, 'is an object'],
    [null, 'is null'],
  ])('what is no function is no workflow, and no module without compiler: %o', async (given, message) => {
    const engine = world.engine();
    const error = await thrownBy(engine.start(given as never));
    expect(error).toMatchObject({ code: 'not_a_workflow' });
    expect(error.message).toContain(message);
    if (typeof given === 'object' && given !== null) return;
    expect(await thrownBy(() => engine.provide(given as never))).toMatchObject({ code: 'options', message: expect.stringContaining("import * as orders from './order.wf.ts'") });
  });

  test('what is no workflow is refused', async () => {
    const engine = world.engine();
    expect(await thrownBy(engine.start(app.notAsync))).toMatchObject({ code: 'not_a_workflow' });
    expect(await thrownBy(engine.start(app.wait))).toMatchObject({ code: 'not_a_workflow' });
    expect(await thrownBy(engine.start(app.Money))).toMatchObject({ code: 'not_a_workflow' });
  });

  test('missing effects are all listed', async () => {
    const error = await thrownBy(world.engine().provide(app, {}).work());
    expect(error).toMatchObject({ code: 'effects_missing' });
    expect(error.message).toMatch(/start\.wf\.ts#other\n\s+start\.wf\.ts#wait/);
    expect((await thrownBy(world.engine().provide(app, { wait: () => 1 }).work())).message).not.toMatch(/#wait/);
  });

  test('effects of imported modules are missing too', async () => {
    const files = { 'deep.wf.ts': 'export declare function deep(): Promise<void>;' };
    const outer = compileApp(`import { deep } from './deep.wf.ts'; export async function main() { await deep(); }`, 'outer', files);
    expect((await thrownBy(world.engine().provide(outer, {}).work())).message).toMatch(/deep\.wf\.ts#deep/);
  });

  test('wrong implementations are refused', async () => {
    const engine = world.engine();
    const refuse = (effects: object) => thrownBy(() => engine.provide(app, effects as never));
    const unknown = await refuse({ wiat: () => 1 });
    expect(unknown).toMatchObject({ code: 'unknown_effect' });
    expect(unknown.message).toMatch(/'wiat'.*wait, other/);
    const policies: [unknown, RegExp][] = [
      [3, /must be a function/],
      [null, /must be a function/],
      [{ idempotent: true }, /must be a function/],
      [{ run: () => 1, retries: 3 }, /retries/],
      [{ run: () => 1, retry: { attempts: 0 } }, /retry\.attempts/],
      [{ run: () => 1, retry: { attempts: 1.5 } }, /retry\.attempts/],
      [{ run: () => 1, retry: {} }, /retry\.attempts/],
      [{ run: () => 1, retry: { attempts: 2, backoff: 'quadratic' } }, /retry\.backoff/],
      [{ run: () => 1, retry: { attempts: 2, delay: 'soon' } }, /retry\.delay/],
      [{ run: () => 1, retry: { attempts: 2, delays: 3 } }, /retry\.delays/],
      [{ run: () => 1, timeout: -1 }, /timeout/],
      [{ run: () => 1, timeout: 'x' }, /timeout/],
      [{ run: () => 1, idempotent: 'yes' }, /idempotent/],
    ];
    for (const [policy, message] of policies) {
      const error = await refuse({ wait: policy });
      expect(error, JSON.stringify(policy)).toMatchObject({ code: 'effect_policy' });
      expect(error.message).toMatch(message);
      expect(error.message).toMatch(/'wait'/);
    }
  });

  test('a store in memory is a whole one, of one engine alone', async () => {
    const [engine, other] = [await open({ store: 'memory:' }), await open({ store: 'memory:' })];
    engine.provide(app, { wait: (what: unknown) => [what], other: () => null });
    await engine.work();
    const run = await engine.start(app.through, { id: 'kept', args: [7] });
    expect(await run.result()).toEqual([7]);
    expect(await (await engine.run('kept')).status()).toMatchObject({ state: 'completed' });
    expect(await thrownBy(other.run('kept'))).toMatchObject({ code: 'run_missing' });
    await Promise.all([engine.close(), other.close()]);
  });

  test('open without a store, or with one that cannot be reached', async () => {
    expect(await thrownBy(open({} as never))).toMatchObject({ code: 'store_missing' });
    expect(await thrownBy(open(undefined as never))).toMatchObject({ code: 'store_missing' });
    const refused = await thrownBy(open({ store: 'postgres://nobody:secret@127.0.0.1:1/none' }));
    expect(refused).toMatchObject({ code: 'store_unreachable' });
    expect(String(refused.stack) + String(refused.cause)).not.toMatch(/secret/);
  });

  test('whoever logs an engine or a run logs no password', async () => {
    const engine = new Engine(new Store(openPostgres('postgres://nobody:secret@127.0.0.1:1/none')), { ...WORKER_DEFAULTS });
    expect(inspect(engine, { depth: null, showHidden: true })).not.toMatch(/secret/);
    const run = new RunHandle(engine, 'order-42', 'its uid');
    expect(inspect(run, { depth: null })).toBe("RunHandle { id: 'order-42', uid: 'its uid' }");
    expect(JSON.stringify({ run })).toBe('{"run":{"id":"order-42","uid":"its uid"}}');
    await engine.close();
  });

  test('a closed engine does nothing any more', async () => {
    const engine = world.engine();
    const run = await engine.start(app.add, { args: [1, 2] });
    await engine.close();
    await engine.close();
    for (const use of [
      () => engine.start(app.add, { args: [1, 2] }),
      () => engine.work(),
      () => engine.run(run.id),
      () => run.result(),
      () => run.status(),
      () => run.send(app.orders, 'x'),
      () => engine.provide(app, {}),
    ]) {
      expect(await thrownBy(use)).toMatchObject({ code: 'engine_closed' });
    }
  });

  test('a result that is being waited for when the engine closes is refused', async () => {
    const held = gate();
    const engine = await world.working(app, { wait: () => held.promise, other: () => 1 });
    const run = await engine.start(app.through, { args: [1] });
    const waiting = thrownBy(run.result());
    await until('the effect', async () => (await world.store.log.read(run.uid, 0, 10)).length === 2);
    await engine.close({ deadline: 0 });
    expect(await waiting).toMatchObject({ code: 'engine_closed' });
    held.open();
  });

  test('a result that is being waited for is told when the run ends in a close', async () => {
    const held = gate();
    const engine = await world.working(app, { wait: () => held.promise.then(() => 7), other: () => 1 });
    const run = await engine.start(app.through, { args: [1] });
    const waiting = run.result();
    await until('the effect', async () => (await world.store.log.read(run.uid, 0, 10)).length === 2);
    held.open();
    await engine.close();
    expect(await waiting).toBe(7);
  });

  test('work twice is one worker', async () => {
    const engine = world.engine().provide(app, { wait: () => 1, other: () => 1 });
    await Promise.all([engine.work(), engine.work()]);
    await engine.work();
    expect(await world.store.workers.list()).toHaveLength(1);
  });
});
