/**
 * Failed runs that go on from before their failure: nothing that has happened happens again, nothing that has come is
 * lost, and the log is only appended to.
 */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { effectContext, type RunHandle } from '../../runtime/client.ts';
import { readCauses } from '../../runtime/engine/arrival.ts';
import { foldHistory } from '../../runtime/engine/history.ts';
import { compileApp, gate, thrownBy, until, World, type Kind } from '../support/app.ts';
import { tamperWith } from '../support/tamper.ts';

const app = compileApp(`
  export declare function reserve(n: unknown): Promise<any>;
  export declare function charge(n: unknown): Promise<any>;
  export const inbox = channel<any>('inbox');
  export async function fulfil(order: any) {
    const reservation = await reserve(order);
    const receipt = await charge(order);
    return [reservation, receipt, await reserve('again')];
  }
  export async function parallel() {
    return await Promise.all([charge('a'), reserve('b'), charge('c')]);
  }
  export async function compensates(order: any) {
    try {
      return await charge(order);
    } catch (error) {
      await reserve('undo');
      throw error;
    }
  }
  export async function counts() {
    const seen: any[] = [];
    for await (const message of inbox) {
      seen.push(message);
      if (message === 'boom' && Date.now() < limit) throw new Error('boom');
      if (message === 'limit') limit = Date.now() + 1000;
      if (message === 'stop') return seen;
    }
  }
  let limit = 0;
  export async function early(until: number) {
    if (Date.now() < until) throw new Error('too early');
    return 'in time';
  }
  export async function long(n: number) {
    const all = [];
    for (let i = 0; i < n; i++) all.push(await reserve(i));
    await charge('end');
    return all.length;
  }
  export async function checks(order: any) {
    const result = await charge(order);
    if (result === 'bad') throw new Error('bad');
    return result;
  }
`, 'retry');

const KINDS: Kind[] = ['postgres', 'memory'];

describe.each(KINDS)('%s', (kind) => {
  let world: World;
  beforeAll(async () => {
    world = await World.open(kind);
  });
  afterEach(() => world.calm());
  afterAll(() => world.close());

  /** An effect that fails as often as its argument is listed, and what was attempted. */
  function scripted(...failing: unknown[]) {
    const calls: [unknown, string][] = [];
    const effect = (what: unknown): unknown => {
      calls.push([what, effectContext().idempotencyKey]);
      const i = failing.indexOf(what);
      if (i === -1) return `${String(what)} done`;
      failing.splice(i, 1);
      throw new Error(`no ${String(what)}`);
    };
    return { effect, calls, names: () => calls.map(([what]) => what) };
  }

  const failed = async (run: RunHandle<unknown>) => {
    await thrownBy(run.result());
    await until('the run to be over', async () => (await run.status()).state === 'failed');
  };

  const causes = async ({ uid }: RunHandle<unknown>) => (await world.store.log.read(uid, 0, 1000)).map(({ cause }) => readCauses(cause, 'cause'));

  /** The log is a chain from its first entry, and folds. */
  const expectWhole = async ({ uid }: RunHandle<unknown>) => {
    const log = await world.store.log.read(uid, 0, 1000);
    expect(foldHistory(null, log).seq).toBe(log.length - 1);
  };

  test('the effect that has failed is attempted again, with its key; what had succeeded is not', async () => {
    const [reserve, charge] = [scripted(), scripted(1)];
    const engine = await world.working(app, { reserve: reserve.effect, charge: charge.effect });
    const run = await engine.start(app.fulfil, { args: [1] });
    await failed(run);
    const before = await world.store.log.read(run.uid, 0, 100);
    expect(await engine.retry(run)).toBe(2);
    expect(await run.result()).toEqual(['1 done', '1 done', 'again done']);
    expect(reserve.names()).toEqual([1, 'again']);
    expect(charge.calls).toEqual([[1, `${run.uid}:2`], [1, `${run.uid}:2`]]);
    const after = await world.store.log.read(run.uid, 0, 100);
    expect(after.slice(0, before.length)).toEqual(before);
    expect(JSON.parse(after[before.length]!.cause)).toEqual({ back: 2, again: [2] });
    await expectWhole(run);
    expect((await run.status()).state).toBe('completed');
  });

  test('so is one that waits for its turn, whose failure had come through the inbox', async () => {
    let attempts = 0;
    const charge = () => {
      if (++attempts === 1) throw new Error('the bank is closed');
      return 'charged';
    };
    const engine = await world.working(app, { reserve: () => 'reserved', charge: { run: charge, concurrency: 1 } });
    const run = await engine.start(app.fulfil, { args: [1] });
    expect(await thrownBy(run.result())).toMatchObject({ message: 'the bank is closed' });
    await engine.retry(run.id);
    expect(await run.result()).toEqual(['reserved', 'charged', 'reserved']);
  });

  test('a run that fails again is retried again, and requests never share a number', async () => {
    const [reserve, charge] = [scripted('again', 'again'), scripted(1, 1)];
    const engine = await world.working(app, { reserve: reserve.effect, charge: charge.effect });
    const run = await engine.start(app.fulfil, { args: [1] });
    for (let i = 0; i < 4; i++) {
      await failed(run);
      await engine.retry(run.id);
    }
    expect(await run.result()).toEqual(['1 done', '1 done', 'again done']);
    expect(charge.names()).toEqual([1, 1, 1]);
    expect(reserve.calls.slice(1)).toEqual(Array(3).fill(['again', `${run.uid}:3`]));
    await expectWhole(run);
    expect(await engine.start(app.fulfil, { id: run.id, args: [1] }).then((same) => same.uid)).toBe(run.uid);
  });

  test('of several effects those that have failed are attempted again; results that came late are kept', async () => {
    const late = gate();
    const [reserve, charge] = [scripted(), scripted('a', 'c')];
    const engine = await world.working(app, {
      reserve: async (what: unknown) => (await late.promise, reserve.effect(what)),
      charge: async (what: unknown) => (what === 'c' && (await late.promise), charge.effect(what)),
    });
    const run = await engine.start(app.parallel);
    await thrownBy(run.result());
    late.open();
    await failed(run);
    await engine.retry(run);
    expect(await run.result()).toEqual(['a done', 'b done', 'c done']);
    expect(reserve.names()).toEqual(['b']);
    expect(charge.names().sort()).toEqual(['a', 'a', 'c', 'c']);
    await expectWhole(run);
  });

  test('messages that were consumed since arrive again, in their order, and once', async () => {
    const engine = await world.working(app, { reserve: () => 1, charge: () => 1 });
    const run = await engine.start(app.counts);
    for (const message of ['a', 'limit']) await run.send(app.inbox, message);
    await until('both to be consumed', async () => (await causes(run)).flat().filter(({ kind: cause }) => cause === 'message').length === 2);
    await Promise.all([run.send(app.inbox, 'boom', { key: 'k' }), run.send(app.inbox, 'b')].map((sent) => sent.catch(() => {})));
    await failed(run);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    await engine.retry(run);
    expect(await run.send(app.inbox, 'boom', { key: 'k' })).toBe(false);
    await run.send(app.inbox, 'stop');
    const seen = (await run.result()) as string[];
    expect(seen.filter((message) => message !== 'b')).toEqual(['a', 'limit', 'boom', 'stop']);
    expect(await world.store.inbox.after(run.uid, 0)).toEqual([]);
    await expectWhole(run);
  });

  test('a run that has failed in its first cycle begins anew', async () => {
    const engine = await world.working(app, { reserve: () => 1, charge: () => 1 });
    const moment = Date.now() + 3000;
    const run = await engine.start(app.early, { args: [moment] });
    await failed(run);
    expect(await engine.retry(run)).toBe(0);
    await failed(run);
    await new Promise((resolve) => setTimeout(resolve, moment + 100 - Date.now()));
    expect(await engine.retry(run)).toBe(2);
    expect(await run.result()).toBe('in time');
    await expectWhole(run);
  });

  test('a result that made the program throw is not asked for again; from an earlier cycle it is', async () => {
    const charge: unknown[] = [];
    const engine = await world.working(app, { reserve: () => 1, charge: (what: unknown) => (charge.push(what), charge.length === 1 ? 'bad' : 'good') });
    const run = await engine.start(app.checks, { args: [1] });
    await failed(run);
    await engine.retry(run);
    await failed(run);
    expect(charge).toEqual([1]);
    expect(await engine.retry(run, { from: 0 })).toBe(0);
    expect(await run.result()).toBe('good');
    expect(charge).toEqual([1, 1]);
    await expectWhole(run);
  });

  test('after a compensation it goes on behind it, unless it is told from where', async () => {
    const [reserve, charge] = [scripted(), scripted(1)];
    const engine = await world.working(app, { reserve: reserve.effect, charge: charge.effect });
    const run = await engine.start(app.compensates, { args: [1] });
    await failed(run);
    await engine.retry(run);
    await failed(run);
    expect(charge.names()).toEqual([1]);
    const ended = (await causes(run)).findIndex(([cause]) => cause!.kind === 'back') - 1;
    expect((await thrownBy(engine.retry(run, { from: ended }))).message).toMatch(/was over/);
    await engine.retry(run, { from: 1 });
    expect(await run.result()).toBe('1 done');
    expect(reserve.names()).toEqual(['undo']);
    await expectWhole(run);
  });

  test('after images have been written, in another process, and from any cycle', async () => {
    const [reserve, charge] = [scripted(), scripted('end', 'end')];
    const first = await world.working(app, { reserve: reserve.effect, charge: charge.effect });
    const run = await first.start(app.long, { args: [150] });
    await failed(run);
    await first.close();
    await world.engine().retry(run.id);
    const second = await world.working(app, { reserve: reserve.effect, charge: charge.effect });
    const same = await second.run<number>(run.id);
    await failed(same);
    expect(reserve.calls).toHaveLength(150);
    await second.retry(run.id, { from: 100 });
    expect(await same.result()).toBe(150);
    expect(reserve.names().slice(150)).toEqual(Array.from({ length: 50 }, (_, i) => 100 + i).slice(0, reserve.calls.length - 150));
    await expectWhole(run);
    const { image, log } = await world.store.log.load(run.uid);
    const whole = foldHistory(null, await world.store.log.read(run.uid, 0, 1000));
    expect(foldHistory(image, log).state.main).toEqual(whole.state.main);
  });

  test('what has not failed is refused, and cycles that there are not', async () => {
    const engine = await world.working(app, { reserve: () => 1, charge: (what: unknown) => (what === 'no' ? Promise.reject(new Error('no')) : 1) });
    const done = await engine.start(app.checks, { args: ['yes'] });
    await done.result();
    expect(await thrownBy(engine.retry(done))).toMatchObject({ code: 'not_failed' });
    expect(await thrownBy(engine.retry('nobody'))).toMatchObject({ code: 'run_missing' });
    const run = await engine.start(app.checks, { id: 'replaced', args: ['no'] });
    await failed(run);
    for (const from of [-1, 2, 1.5]) expect(await thrownBy(engine.retry(run, { from }))).toMatchObject({ code: 'no_such_cycle' });
    await (await engine.start(app.checks, { id: run.id, args: ['yes'], onConflict: 'replace-finished' })).result();
    expect(await thrownBy(engine.retry(run))).toMatchObject({ code: 'not_failed' });
  });

  test('many are retried at once, each once, and those with a key in their turn', async () => {
    const charge = scripted(...[0, 1, 2, 3].map(String));
    let [now, most] = [0, 0];
    const engine = await world.working(app, {
      reserve: () => 1,
      charge: async (what: unknown) => {
        most = Math.max(most, ++now);
        await new Promise((resolve) => setTimeout(resolve, 5));
        now--;
        return charge.effect(what);
      },
    });
    const runs = await engine.startMany(app.checks, [0, 1, 2, 3].map((n) => ({ args: [String(n)], tags: { retry: 'yes' }, concurrency: { key: 'retried' } })));
    for (const run of runs) await failed(run);
    const counts = await Promise.all([engine.retryMany({ tags: { retry: 'yes' } }), engine.retryMany({ tags: { retry: 'yes' } })]);
    expect(counts[0]! + counts[1]!).toBe(4);
    expect(await Promise.all(runs.map((run) => run.result()))).toEqual(['0 done', '1 done', '2 done', '3 done']);
    expect(most).toBe(1);
    expect(await engine.retryMany({ tags: { retry: 'yes' } })).toBe(0);
  });

  test('of many, one that cannot be read is told of, and the others go on', async () => {
    const engine = await world.working(app, { reserve: () => 1, charge: scripted('0', '1', '2').effect });
    const runs = await engine.startMany(app.checks, [0, 1, 2].map((n) => ({ args: [String(n)], tags: { some: 'yes' } })));
    for (const run of runs) await failed(run);
    await tamperWith(world.sql).setDelta(runs[1]!.uid, 1, '{}');
    const error = await thrownBy(engine.retryMany({ tags: { some: 'yes' } }));
    expect(error).toMatchObject({ code: 'retry_some', message: expect.stringContaining(`2 runs go on, 1 cannot:\n  ${runs[1]!.id}: `) });
    await Promise.all([runs[0]!.result(), runs[2]!.result()]);
    expect((await runs[1]!.status()).state).toBe('failed');
  });
});
