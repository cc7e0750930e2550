/**
 * Messages, timeouts and sleep. Days pass by letting the next engine see a database clock that is ahead.
 */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { compileApp, pause, thrownBy, until, World } from '../support/app.ts';

const DAY = 86_400_000;

const app = compileApp(`
  import { channel, query, scope, sleep } from 'perdure';
  export const a = channel<any>('a');
  export const b = channel<any>('b');
  export async function one() { return await a.receive(); }
  export async function three() { return [await a.receive(), await a.receive(), await a.receive()]; }
  export async function both() { const x = await b.receive(); const y = await a.receive(); return [x, y]; }
  export async function either() { return await Promise.race([a.receive().then((m) => ['a', m]), b.receive().then((m) => ['b', m])]); }
  let isLate = false;
  export const hasGivenUp = query(() => isLate);
  export async function late(how: string) {
    const first = how === 'timeout' ? await a.receive({ timeout: 20 })
      : how === 'scope' ? await scope(() => Promise.race([a.receive(), sleep(20)]))
      : await Promise.race([a.receive(), sleep(20)]);
    isLate = true;
    await b.receive();
    return [first, await a.receive({ timeout: 20 })];
  }
  export async function patient(timeout: any) {
    const got = await a.receive({ timeout });
    return got === undefined ? 'nothing' : got;
  }
  export async function loop() {
    const seen = [];
    for await (const message of a) {
      if (message === 'stop') break;
      seen.push(message);
    }
    return seen;
  }
  export async function nap(duration: any) { const before = Date.now(); await sleep(duration); return Date.now() - before; }
  export async function napUntil(at: Date) { await sleep(at); return Date.now(); }
  export async function order() {
    const log: string[] = [];
    await Promise.all([sleep(60).then(() => log.push('60')), sleep(20).then(() => log.push('20')), sleep(40).then(() => log.push('40'))]);
    return log;
  }
  export async function wrong(how: any) {
    try {
      if (how === 'sleep') await sleep('soon' as any);
      else if (how === 'negative') await sleep(-1);
      else if (how === 'nothing') await (sleep as any)();
      else if (how === 'date') await sleep(new Date(NaN));
      else await a.receive({ timeout: how });
    } catch (error: any) { return error.name; }
  }
  export async function reminder() {
    let reminders = 0;
    while ((await a.receive({ timeout: '1 day' })) === undefined) reminders++;
    return reminders;
  }
`, 'messages');

let world: World;
beforeAll(async () => {
  world = await World.open('postgres');
});
afterEach(() => world.calm());
afterAll(() => world.close());

/** Waits until nobody holds the run: nothing of it is in memory. */
const asleep = (id: string) => until(`${id} to sleep`, async () => {
  const run = await world.store.runs.find(id);
  return run && run.worker === null && (await world.store.log.read(run.uid, 0, 100)).length > 1 && run;
});

test.each([['race', undefined], ['timeout', 'm'], ['scope', 'm']])('who has given up waiting leaves the next message to others, but for the loser of a race: %s', async (how, expected) => {
  const engine = await world.working(app);
  const run = await engine.start(app.late, { args: [how] });
  await until('it to give up', () => run.query(app.hasGivenUp));
  await run.send(app.a, 'm');
  await run.send(app.b, 'go on');
  expect(await run.result()).toEqual([undefined, expected]);
});

test('messages sent before anybody works wait for the run, in order', async () => {
  const client = world.engine();
  const run = await client.start(app.three, { id: 'early' });
  for (const message of [1, { two: [2] }, new Date(3)]) await run.send(app.a, message);
  await world.working(app);
  expect(await run.result()).toEqual([1, { two: [2] }, new Date(3)]);
});

test('messages arrive at a run that sleeps, and the channel may be named', async () => {
  const engine = await world.working(app);
  const run = await engine.start(app.three);
  for (const message of ['x', undefined, 'z']) {
    await asleep(run.id);
    await run.send('a', message);
    await pause(20);
  }
  expect(await run.result()).toEqual(['x', undefined, 'z']);
});

test('a channel keeps what nobody receives yet', async () => {
  const engine = await world.working(app);
  const run = await engine.start(app.both);
  await run.send(app.a, 'first sent, second received');
  await asleep(run.id);
  await run.send(app.b, 'second sent');
  expect(await run.result()).toEqual(['second sent', 'first sent, second received']);
});

test('the first of two channels wins', async () => {
  const engine = await world.working(app);
  const run = await engine.start(app.either);
  await run.send(app.b, 1);
  expect(await run.result()).toEqual(['b', 1]);
});

test('a hundred messages from many senders are consumed once each', async () => {
  const engine = await world.working(app);
  const run = await engine.start(app.loop);
  await Promise.all(Array.from({ length: 100 }, (_, i) => run.send(app.a, i)));
  await run.send(app.a, 'stop');
  const seen = (await run.result()) as number[];
  expect(seen).toHaveLength(100);
  expect(new Set(seen).size).toBe(100);
  expect(await world.rows('SELECT n FROM perdure.inbox WHERE uid = $1', [run.uid])).toEqual([]);
});

test('for await over a channel, one message per wake-up', async () => {
  const engine = await world.working(app);
  const run = await engine.start(app.loop);
  for (const message of ['a', 'b', 'stop']) {
    await asleep(run.id);
    await run.send(app.a, message);
  }
  expect(await run.result()).toEqual(['a', 'b']);
});

test('receive with a timeout: a message before it, nothing before it', async () => {
  const engine = await world.working(app);
  expect(await (await engine.start(app.patient, { args: [30] })).result()).toBe('nothing');
  const run = await engine.start(app.patient, { args: ['2 days'] });
  await asleep(run.id);
  expect((await world.store.runs.find(run.id))!.wakeMs! - Date.now()).toBeGreaterThan(1.9 * DAY);
  await run.send(app.a, 'in time');
  expect(await run.result()).toBe('in time');
});

test('days pass: a sleep, a moment and a timeout, each not before it is due', async () => {
  const engine = await world.working(app);
  const at = new Date(Date.now() + 5 * DAY);
  const runs = [
    await engine.start(app.nap, { id: 'three-days', args: ['3 days'] }),
    await engine.start(app.napUntil, { id: 'five-days', args: [at] }),
    await engine.start(app.patient, { id: 'two-days', args: ['2 days'] }),
    await engine.start(app.nap, { id: 'for-ever', args: [1e300] }),
  ];
  for (const run of runs) await asleep(run.id);
  const states = async () => Object.fromEntries(await Promise.all(runs.map(async (run) => [run.id, (await world.store.runs.find(run.id))!.status])));
  await engine.close();

  const early = await world.working(app, {}, { aheadMs: 2 * DAY - 60_000 });
  await pause(100);
  expect(await states()).toEqual({ 'three-days': 'running', 'five-days': 'running', 'two-days': 'running', 'for-ever': 'running' });
  await early.close();

  const later = await world.working(app, {}, { aheadMs: 3 * DAY + 60_000 });
  expect(await (await later.run('two-days')).result()).toBe('nothing');
  const slept = (await (await later.run('three-days')).result()) as number;
  expect(slept).toBeGreaterThanOrEqual(3 * DAY);
  expect(slept).toBeLessThan(3 * DAY + 120_000);
  expect((await states())['five-days']).toBe('running');
  await later.close();

  const last = await world.working(app, {}, { aheadMs: 400 * DAY });
  expect(await (await last.run('five-days')).result()).toBeGreaterThanOrEqual(at.getTime());
  expect((await states())['for-ever']).toBe('running');
});

test('a reminder loop over four days sends its four reminders', async () => {
  let engine = await world.working(app);
  const run = await engine.start(app.reminder, { id: 'reminders' });
  for (let day = 1; day <= 4; day++) {
    await asleep(run.id);
    const cycles = (await world.store.log.read(run.uid, 0, 100)).length;
    await engine.close();
    engine = await world.working(app, {}, { aheadMs: day * (DAY + 60_000) });
    await until(`day ${day}`, async () => (await world.store.log.read(run.uid, 0, 100)).length > cycles);
  }
  await (await engine.run(run.id)).send(app.a, 'done');
  expect(await (await engine.run(run.id)).result()).toBe(4);
});

test('a short sleep is never early, by the database\'s clock', async () => {
  const engine = await world.working(app);
  const runs = await Promise.all([1, 15, 40, 80].map(async (ms) => ({ ms, run: await engine.start(app.nap, { args: [ms] }) })));
  for (const { ms, run } of runs) {
    expect(await run.result()).toBeGreaterThanOrEqual(ms);
    const [asked, woke] = await world.store.log.read(run.uid, 1, 2);
    const { sleep: due } = JSON.parse(asked!.delta).requests[1] as { sleep: number };
    expect(woke!.atMs).toBeGreaterThanOrEqual(due);
  }
  const past = await engine.start(app.napUntil, { args: [new Date(0)] });
  expect(await past.result()).toBeGreaterThan(1e12);
});

test('timers fire in the order they are due', async () => {
  const engine = await world.working(app);
  expect(await (await engine.start(app.order)).result()).toEqual(['20', '40', '60']);
});

test('durations that are none throw where they stand', async () => {
  const engine = await world.working(app);
  const results = await Promise.all(['sleep', 'negative', 'nothing', 'date', 'soon', -3, {}].map(async (how) =>
    (await engine.start(app.wrong, { args: [how] })).result()));
  expect(results).toEqual(['RangeError', 'RangeError', 'TypeError', 'RangeError', 'RangeError', 'RangeError', 'TypeError']);
});

test('a run that has ended takes no messages, one that does not exist neither', async () => {
  const engine = await world.working(app);
  const run = await engine.start(app.one);
  await run.send(app.a, 1);
  await run.result();
  expect(await thrownBy(run.send(app.a, 2))).toMatchObject({ code: 'run_ended' });
  expect(await thrownBy(run.send(undefined as never, 2))).toMatchObject({ code: 'channel' });
  await world.rows('DELETE FROM perdure.runs WHERE uid = $1', [run.uid]);
  expect(await thrownBy(run.send(app.a, 2))).toMatchObject({ code: 'run_missing' });
});

test('a message that cannot be stored is refused with the way to it', async () => {
  const engine = world.engine();
  const run = await engine.start(app.one);
  const error = await thrownBy(run.send(app.a, { order: { socket: process } }));
  expect(error).toMatchObject({ code: 'unstorable' });
  expect(error.message).toMatch(/message\.order\.socket/);
});

test('a message with a key arrives once, also when it is sent again after it was consumed', async () => {
  const engine = await world.working(app);
  const run = await engine.start(app.loop);
  expect(await Promise.all(Array.from({ length: 5 }, () => run.send(app.a, 'paid', { key: 'invoice-7' })))).toContain(true);
  await until('it to be consumed', async () => (await world.rows('SELECT n FROM perdure.inbox WHERE uid = $1', [run.uid])).length === 0);
  expect(await run.send(app.a, 'paid', { key: 'invoice-7' })).toBe(false);
  expect(await run.send(app.a, 'paid', { key: 'invoice-8' })).toBe(true);
  expect(await run.send(app.b, 'of another channel', { key: 'invoice-7' })).toBe(true);
  await run.send(app.a, 'stop');
  expect(await run.result()).toEqual(['paid', 'paid']);
  expect(await run.send(app.a, 'paid', { key: 'invoice-7' })).toBe(false);
  expect(await thrownBy(run.send(app.a, 'paid', { key: 'invoice-9' }))).toMatchObject({ code: 'run_ended' });
  const keys = (await world.store.log.read(run.uid, 1, 100)).flatMap(({ cause }) => [JSON.parse(cause)].flat()).map(({ key }) => key as unknown);
  expect(keys.filter(Boolean).sort()).toEqual(['invoice-7', 'invoice-7', 'invoice-8']);
});

test('keys that cannot be are refused', async () => {
  const engine = world.engine();
  const run = await engine.start(app.one);
  for (const key of ['', 'x'.repeat(201), 'a\u0000', '\ud800', 3 as never]) {
    expect(await thrownBy(run.send(app.a, 1, { key }))).toMatchObject({ code: 'key' });
  }
});
