/**
 * When runs begin and who goes first; ids that are taken; starts that are one; starts and messages that belong together.
 */
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { open } from '../../runtime/client.ts';
import type { Store } from '../../runtime/store/store.ts';
import { Turns } from '../../runtime/worker/turns.ts';
import { freshDatabase } from '../support/database.ts';
import { compileApp, gate, KINDS, pause, thrownBy, until, World } from '../support/app.ts';

const app = compileApp(`
  export declare function note(what: unknown): Promise<void>;
  export const inbox = channel<any>('inbox');
  export const other = channel<any>('other');
  export async function echo(value: any) { return value; }
  export async function fails(message: string) { throw new Error(message); }
  export async function noted(value: any) { await note(value); return value; }
  export async function listens() { return await inbox.receive(); }
  export async function collects() {
    const got = [];
    for await (const message of inbox) {
      if (message === 'stop') return got;
      got.push(message);
    }
  }
`, 'admission');

const HOUR = 3_600_000;

describe.each(KINDS)('%s', (kind) => {
  let world: World;
  beforeAll(async () => {
    world = await World.open(kind);
  });
  afterEach(() => world.calm());
  afterAll(() => world.close());

  const working = (note: (what: unknown) => unknown = () => undefined, runsMax = 100) => world.working(app, { note }, { runsMax });
  const idOf = (name: string): string => `${name}-${Math.random().toString(36).slice(2)}`;

  // ——— Ids that are taken ———

  test('onConflict: return, fail, replace-finished', async () => {
    const engine = await working();
    const id = idOf('taken');
    const first = await engine.start(app.echo, { id, args: [1] });
    expect((await engine.start(app.echo, { id, args: [1], onConflict: 'return' })).uid).toBe(first.uid);
    for (const args of [[1], [2]]) {
      const error = await thrownBy(engine.start(app.echo, { id, args, onConflict: 'fail' }));
      expect(error).toMatchObject({ code: 'run_exists' });
      expect(error.message).toContain(`'${id}' is taken by a run of admission.wf.ts#echo`);
    }
    await first.result();
    const second = await engine.start(app.echo, { id, args: [2], onConflict: 'replace-finished' });
    expect(second.uid).not.toBe(first.uid);
    expect(await second.result()).toBe(2);
    // The run before is reached by its handle and by its uid.
    expect(await first.result()).toBe(1);
    expect((await first.status()).state).toBe('completed');
    expect(await (await engine.run(first.uid)).result()).toBe(1);
    expect((await engine.run(first.uid)).id).toBe(id);
    expect(await (await engine.run(id)).result()).toBe(2);
    expect(await thrownBy(engine.start(app.echo, { id, onConflict: 'replace' as never }))).toMatchObject({ code: 'start_options' });
  });

  test('a run that goes on is not replaced', async () => {
    const engine = await working();
    const id = idOf('going');
    const run = await engine.start(app.collects, { id });
    expect((await engine.start(app.collects, { id, onConflict: 'replace-finished' })).uid).toBe(run.uid);
    expect(await thrownBy(engine.start(app.echo, { id, args: [1], onConflict: 'replace-finished' }))).toMatchObject({ code: 'run_exists' });
    await run.send(app.inbox, 'stop');
    expect(await run.result()).toEqual([]);
    const failed = await engine.start(app.fails, { id: idOf('failed'), args: ['no'] });
    await thrownBy(failed.result());
    const again = await engine.start(app.fails, { id: failed.id, args: ['no'], onConflict: 'replace-finished' });
    expect(again.uid).not.toBe(failed.uid);
  });

  // ——— Moments, priorities, tags ———

  test('a run begins at its moment, or after a while', async () => {
    const engine = await working();
    const at = new Date(Date.now() + 5 * HOUR);
    const [atMoment, after, soon] = [
      await engine.start(app.listens, { at, send: [[app.inbox, 'sent with it']] }),
      await engine.start(app.echo, { args: ['later'], after: '2 hours' }),
      await engine.start(app.echo, { args: ['soon'], after: 30 }),
    ];
    expect(await soon.result()).toBe('soon');
    expect(await atMoment.status()).toMatchObject({ state: 'pending', startsAt: at });
    expect(await after.status()).toMatchObject({ state: 'pending' });
    expect(await thrownBy(after.send(app.inbox, 'it takes messages').then(() => after.status().then(({ state }) => Promise.reject(new Error(state)))))).toMatchObject({ message: 'pending' });
    expect((await engine.start(app.echo, { id: after.id, args: ['later'] })).uid).toBe(after.uid);
    if (kind === 'memory') return; // it has one clock for all
    await engine.close();
    const later = await world.working(app, { note: () => undefined }, { aheadMs: 3 * HOUR });
    expect(await (await later.run(after.id)).result()).toBe('later');
    expect((await (await later.run(atMoment.id)).status()).state).toBe('pending');
    const last = await world.working(app, { note: () => undefined }, { aheadMs: 6 * HOUR });
    expect(await (await last.run(atMoment.id)).result()).toBe('sent with it');
  });

  test('a pending run that is cancelled does not wait for its end', async () => {
    const engine = await working();
    const concurrency = { key: idOf('busy') };
    await engine.start(app.listens, { concurrency });
    const waiting = [await engine.start(app.listens, { concurrency }), await engine.start(app.listens, { after: '1 hour' })];
    for (const run of waiting) {
      await run.cancel();
      expect(await thrownBy(run.result())).toMatchObject({ name: 'CancelledError' });
      expect((await run.status()).state).toBe('cancelled');
    }
    const terminated = await engine.start(app.listens, { concurrency });
    await terminated.terminate();
    expect((await terminated.status()).state).toBe('terminated');
  });

  test('of the runs that are due, those of higher priority begin first', async () => {
    const client = world.engine();
    const priorities = [0, -1, 5, 1, 0, 9];
    const runs = [];
    for (const priority of priorities) runs.push(await client.start(app.noted, { args: [priority], priority }));
    const seen: unknown[] = [];
    await working((what) => seen.push(what), 1);
    for (const run of runs) await run.result();
    expect(seen).toEqual([9, 5, 1, 0, 0, -1]);
    expect(await runs[2]!.status()).toMatchObject({ priority: 5 });
  });

  test('tags are texts, and stand in the status', async () => {
    const run = await world.engine().start(app.echo, { args: [1], tags: { customer: 42, vip: true, plan: 'gold' } });
    expect((await run.status()).tags).toEqual({ customer: '42', vip: 'true', plan: 'gold' });
    expect((await (await world.engine().start(app.echo, { args: [1] })).status()).tags).toEqual({});
  });

  test('options that cannot be are refused, and nothing is started', async () => {
    const engine = world.engine();
    const before = (await world.store.runs.list({ limit: 1000 })).length;
    const wrong: [object, string][] = [
      [{ at: new Date(NaN) }, 'start_options'], [{ at: 5 }, 'start_options'], [{ after: 'soon' }, 'start_options'], [{ after: -1 }, 'start_options'],
      [{ at: new Date(), after: 1 }, 'start_options'], [{ priority: 1.5 }, 'start_options'], [{ priority: 2 ** 40 }, 'start_options'],
      [{ concurrency: { key: 'a', limit: 0 } }, 'start_options'], [{ concurrency: { key: '' } }, 'key'], [{ concurrency: {} }, 'key'],
      [{ debounce: { key: 'a', wait: 'soon' } }, 'start_options'], [{ debounce: { wait: 1 } }, 'key'], [{ debounce: { key: 'a', wait: 1 }, after: 1 }, 'start_options'],
      [{ debounce: { key: 'a', wait: 1 }, send: [[app.inbox, 1]] }, 'start_options'],
      [{ tags: { a: {} } }, 'key'], [{ tags: { '': 'x' } }, 'key'], [{ tags: { a: 'x'.repeat(201) } }, 'key'],
      [{ send: [[undefined, 1]] }, 'channel'], [{ send: [[app.inbox, () => 1]] }, 'unstorable'], [{ send: [[app.inbox, 1, { key: '' }]] }, 'key'],
    ];
    for (const [options, code] of wrong) {
      expect(await thrownBy(engine.start(app.echo, { args: [1], ...options })), JSON.stringify(options)).toMatchObject({ code });
    }
    expect((await world.store.runs.list({ limit: 1000 })).length).toBe(before);
  });

  // ——— Turns ———

  test('of the runs with one key one goes on at a time, in the order of their starts', async () => {
    const gates = [1, 2, 3, 4].map(() => gate());
    const seen: number[] = [];
    let now = 0;
    const engine = await working(async (what) => {
      seen.push(what as number);
      expect(++now).toBe(1);
      await gates[what as number]!.promise;
      now--;
    });
    const key = idOf('customer');
    const runs = [];
    for (const n of [0, 1, 2, 3]) runs.push(await engine.start(app.noted, { args: [n], concurrency: { key } }));
    const free = await engine.start(app.echo, { args: ['free'], concurrency: { key: idOf('customer') } });
    expect(await free.result()).toBe('free');
    await until('the first', async () => seen.length === 1);
    expect(await runs[1]!.status()).toMatchObject({ state: 'pending' });
    for (const [n, run] of runs.entries()) {
      gates[n]!.open();
      expect(await run.result()).toBe(n);
    }
    expect(seen).toEqual([0, 1, 2, 3]);
  });

  // ——— Starts that are one ———

  test('of starts that follow each other closely one run comes, with the last arguments', async () => {
    const client = world.engine();
    const debounce = { key: idOf('sync'), wait: 150 };
    const handles = [];
    for (const n of [1, 2, 3]) handles.push(await client.start(app.noted, { args: [n], debounce }));
    expect(new Set(handles.map(({ uid }) => uid)).size).toBe(1);
    const seen: unknown[] = [];
    const engine = await working((what) => seen.push(what));
    expect(await handles[0]!.result()).toBe(3);
    expect(seen).toEqual([3]);
    const next = await engine.start(app.noted, { args: [4], debounce: { ...debounce, wait: 1 } });
    expect(next.uid).not.toBe(handles[0]!.uid);
    expect(await next.result()).toBe(4);
  });

  test('many starts at the same time are one run', async () => {
    const client = world.engine();
    const debounce = { key: idOf('burst'), wait: 100 };
    const handles = await Promise.all(Array.from({ length: 12 }, (_, n) => client.start(app.noted, { args: [n], debounce })));
    expect(new Set(handles.map(({ uid }) => uid)).size).toBe(1);
    const seen: unknown[] = [];
    await working((what) => seen.push(what));
    expect(await handles[0]!.result()).toBe(seen[0]);
    expect(seen).toHaveLength(1);
  });

  test('debounce has an end', async () => {
    const client = world.engine();
    const debounce = { key: idOf('restless'), wait: '1 hour', max: '2 hours' };
    const { createdAt } = await (await client.start(app.echo, { args: [1], debounce })).status();
    const run = await client.start(app.echo, { args: [2], debounce: { ...debounce, wait: '5 hours' } });
    expect((await run.status()).startsAt!.getTime()).toBe(createdAt.getTime() + 2 * HOUR);
  });

  // ——— Starts and messages ———

  test('messages that a run is started with are the first it receives, and are sent once', async () => {
    const engine = await working();
    const id = idOf('with');
    const send: [unknown, unknown, object?][] = [[app.inbox, 'a', { key: 'k' }], ['inbox', 'b'], [app.other, 'x'], [app.inbox, 'again', { key: 'k' }]];
    const run = await engine.start(app.collects, { id, send: send as never });
    await engine.start(app.collects, { id, send: send as never });
    expect(await run.send(app.inbox, 'again', { key: 'k' })).toBe(false);
    await run.send(app.inbox, 'stop');
    expect(await run.result()).toEqual(['a', 'b']);
  });

  test('sendWithStart: whoever comes first starts the run, and every message arrives once', async () => {
    const engine = await working();
    const id = idOf('cart');
    const handles = await Promise.all(
      Array.from({ length: 10 }, (_, n) => engine.sendWithStart(app.collects, { id }, app.inbox, n % 5, { key: `item-${n % 5}` })),
    );
    expect(new Set(handles.map(({ uid }) => uid)).size).toBe(1);
    await engine.sendWithStart(app.collects, { id }, 'inbox', 'stop');
    expect(((await handles[0]!.result()) as number[]).sort()).toEqual([0, 1, 2, 3, 4]);
    expect(await thrownBy(engine.sendWithStart(app.collects, { id }, app.inbox, 'late'))).toMatchObject({ code: 'run_ended' });
    expect(await thrownBy(engine.sendWithStart(app.listens, { id }, app.inbox, 'late'))).toMatchObject({ code: 'run_exists' });
    const next = await engine.sendWithStart(app.collects, { id, onConflict: 'replace-finished' }, app.inbox, 'stop');
    expect(next.uid).not.toBe(handles[0]!.uid);
    expect(await next.result()).toEqual([]);
  });

  test('sendWithStart: what a run has had that is over begins nothing again', async () => {
    const engine = await working();
    const id = idOf('webhook');
    const deliver = (key: string) => engine.sendWithStart(app.collects, { id, onConflict: 'replace-finished' }, app.inbox, 'stop', { key });
    const run = await deliver('event-1');
    await run.result();
    await until('the end', async () => (await run.status()).state === 'completed');
    const again = await Promise.all(Array.from({ length: 5 }, () => deliver('event-1')));
    expect(new Set(again.map(({ uid }) => uid))).toEqual(new Set([run.uid]));
    const next = await Promise.all(Array.from({ length: 5 }, () => deliver('event-2')));
    expect(new Set(next.map(({ uid }) => uid)).size).toBe(1);
    expect(next[0]!.uid).not.toBe(run.uid);
    expect(await next[0]!.result()).toEqual([]);
    // A run of another workflow has no such keys, and gives up its id.
    const other = await engine.start(app.echo, { id: `${id}-other`, args: [1] });
    await until('its end', async () => (await other.status()).state === 'completed');
    const taken = await engine.sendWithStart(app.collects, { id: other.id, onConflict: 'replace-finished' }, app.inbox, 'stop', { key: 'event-1' });
    expect(await taken.result()).toEqual([]);
  });

  // ——— Many ———

  test('startMany: one handle for each, whatever was there before', async () => {
    const engine = await working();
    const prefix = idOf('many');
    const before = await engine.start(app.echo, { id: `${prefix}-1`, args: [1] });
    const list = [0, 1, 2, 2].map((n) => ({ id: `${prefix}-${n}`, args: [n], tags: { n }, send: [] }));
    const runs = await engine.startMany(app.echo, list);
    expect(runs.map(({ id }) => id)).toEqual(list.map(({ id }) => id));
    expect(runs[1]!.uid).toBe(before.uid);
    expect(runs[3]!.uid).toBe(runs[2]!.uid);
    expect(await Promise.all(runs.map((run) => run.result()))).toEqual([0, 1, 2, 2]);
    expect(await engine.startMany(app.echo, [])).toEqual([]);
    for (const [wrong, code] of [[{ args: [() => {}] }, 'unstorable'], [{ priority: 'high' }, 'start_options'], [{ id: 'no id' }, 'run_id'], [null, 'start_options']] as const) {
      const refused = await thrownBy(engine.startMany(app.echo, [{ id: `${prefix}-never` }, wrong as never]));
      expect([refused.code, refused.message]).toEqual([code, expect.stringMatching(/^\[1\] of the list of `startMany`: ./)]);
    }
    expect(await thrownBy(engine.run(`${prefix}-never`))).toMatchObject({ code: 'run_missing' });
    const error = await thrownBy(engine.startMany(app.echo, [{ id: `${prefix}-3`, args: [3] }, { id: `${prefix}-0`, args: ['other'] }]));
    expect(error).toMatchObject({ code: 'run_exists' });
    expect(error.message).toMatch(/1 of 2 .*\n.*-0' is taken .* with other arguments/);
    expect(await (await engine.run(`${prefix}-3`)).result()).toBe(3);
    const [again] = await engine.startMany(app.echo, [{ id: `${prefix}-0`, args: ['other'] }], { onConflict: 'replace-finished' });
    expect(await again!.result()).toBe('other');
  });

  test('startMany gives its runs their turn in the order of the list', async () => {
    const seen: unknown[] = [];
    const engine = await working((what) => seen.push(what));
    const concurrency = { key: idOf('list') };
    const runs = await engine.startMany(app.noted, [1, 2, 3, 4, 5, 6].map((n) => ({ args: [n], concurrency })));
    await Promise.all(runs.map((run) => run.result()));
    expect(seen).toEqual([1, 2, 3, 4, 5, 6]);
  });
});

describe('in a transaction of the app', () => {
  let url: string;
  let client: pg.Client;
  beforeAll(async () => {
    url = await freshDatabase();
    client = new pg.Client({ connectionString: url });
    await client.connect();
    await client.query('CREATE TABLE orders (id text PRIMARY KEY)');
  });
  afterAll(() => client.end());

  test('what is started and sent is there when the app commits, and otherwise never was', async () => {
    const engine = await open({ store: url, poll: 50 });
    try {
      engine.provide(app, { note: () => undefined });
      await engine.work();
      const order = async (id: string, end: 'COMMIT' | 'ROLLBACK') => {
        await client.query('BEGIN');
        await client.query('INSERT INTO orders VALUES ($1)', [id]);
        // Nobody has given it its turn but a worker that looks.
        const run = await engine.startIn(client, app.collects, { id, concurrency: { key: 'orders' }, send: [[app.inbox, 'first']] });
        expect((await engine.startIn(client, app.collects, { id })).uid).toBe(run.uid);
        expect(await engine.sendIn(client, run, app.inbox, 'second', { key: 'k' })).toBe(true);
        expect(await engine.sendIn(client, id, app.inbox, 'second', { key: 'k' })).toBe(false);
        expect(await engine.sendIn(client, id, app.inbox, 'stop')).toBe(true);
        await pause(120);
        expect(await thrownBy(engine.run(id))).toMatchObject({ code: 'run_missing' });
        await client.query(end);
        return run;
      };
      const kept = await order('order-1', 'COMMIT');
      expect(await kept.result()).toEqual(['first', 'second']);
      const dropped = await order('order-2', 'ROLLBACK');
      for (const asked of [() => dropped.result(), () => dropped.status(), () => dropped.send(app.inbox, 'x'), () => dropped.cancel()]) {
        expect(await thrownBy(asked)).toMatchObject({ code: 'run_missing', message: "There is no run 'order-2'." });
      }
      expect((await client.query('SELECT id FROM orders')).rows).toEqual([{ id: 'order-1' }]);
      expect(await thrownBy(engine.sendIn(client, 'order-2', app.inbox, 1))).toMatchObject({ code: 'run_missing' });
    } finally {
      await engine.close();
    }
  });

  test('a start waits for a transaction that has the id, and goes the way that goes', async () => {
    const engine = await open({ store: url, poll: 50 });
    try {
      for (const end of ['COMMIT', 'ROLLBACK']) {
        await client.query('BEGIN');
        const inside = await engine.startIn(client, app.echo, { id: `raced-${end}`, args: [1] });
        const outside = engine.start(app.echo, { id: `raced-${end}`, args: [1] });
        await pause(100);
        await client.query(end);
        expect((await outside).uid === inside.uid).toBe(end === 'COMMIT');
      }
    } finally {
      await engine.close();
    }
  });
});

test('a look for turns sees all keys in the end, and asks only for those that are free', async () => {
  const keys = Array.from({ length: 2500 }, (_, i) => `key ${String(i).padStart(4, '0')}`);
  const given: string[] = [];
  const store = {
    runs: {
      queuedKeys: (after: string, limit: number) =>
        Promise.resolve(keys.filter((key) => key > after).slice(0, limit).map((key) => ({ key, isFree: key.endsWith('99') }))),
      giveTurns: (some: string[]) => Promise.resolve(given.push(...some)),
    },
  };
  const turns = new Turns(store as unknown as Store, () => {});
  for (let i = 0; i < 3; i++) await turns.look();
  expect(given).toEqual(keys.filter((key) => key.endsWith('99')));
  await turns.look();
  expect(given.length).toBe(35); // from the beginning again
});
