/**
 * Cancelling runs: what is aborted, what is thrown where, what a program can do about it, and how the run ends.
 */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { CancelledError, effectContext } from '../../runtime/client.ts';
import { compileApp, gate, KINDS, pause, thrownBy, until, World, type TestEngine } from '../support/app.ts';
import { tamperWith } from '../support/tamper.ts';

const app = compileApp(`
  import { CancelledError, channel, sleep } from 'perdure';
  export declare function pay(...args: any[]): Promise<any>;
  export declare function refund(...args: any[]): Promise<any>;
  export const go = channel<any>('go');
  const seen: any[] = [];
  async function note(what: string, body: () => Promise<any>): Promise<any> {
    try { return await body(); } catch (error: any) {
      seen.push([what, error instanceof CancelledError, error.reason, error.effects.map((e: any) => [e.name, e.outcome])]);
      throw error;
    } finally { seen.push(what + ' finally'); }
  }
  export async function naps() { await sleep('365 days'); }
  export async function waits() { return await go.receive(); }
  export async function pays() { return await pay(42); }
  export async function compensates(): Promise<any> {
    try { return await pay(42); }
    catch (error: any) {
      if (!(error instanceof CancelledError)) throw error;
      const [effect] = error.effects as any[];
      if (effect.outcome === 'completed') await refund(effect.value, ...effect.args);
      await sleep(1);
      throw error;
    }
  }
  export async function survives() { try { await sleep('365 days'); } catch { return await pay('after'); } }
  export async function fails() { try { await sleep('365 days'); } catch (cause) { throw new Error('no way', { cause }); } }
  export async function everything(): Promise<any> {
    try {
      await Promise.all([note('pay', () => pay(1)), note('sleep', () => sleep('365 days')), note('receive', () => go.receive()), note('loop', async () => { for await (const m of go) seen.push(m); })]);
    } catch {}
    await sleep(5);
    return seen;
  }
  export async function raced() {
    try { return await Promise.race([pay(1), sleep('365 days')]); } catch (error: any) { return error.effects; }
  }
  export async function floating() {
    void sleep('365 days').then(() => pay('never'));
    const unheard = pay('slow');
    try { await sleep('365 days'); } finally { await sleep(10); seen.push('cleaned'); }
    return unheard;
  }
  export async function stuck() { const never = new Promise(() => {}); void pay(1).catch(() => {}); await never; }
  export async function two() { await pay('a'); return await pay('b'); }
  export async function detached() { void pay('slow').catch((e: any) => seen.push(e.name)); return 'done'; }
  export async function failsDetached() { void pay('slow'); throw new Error('failed'); }
  export async function keepsMessages() {
    try { await go.receive(); } catch { return [await go.receive({ timeout: 5000 }), await go.receive({ timeout: 5000 })]; }
  }
`, 'cancel');

describe.each(KINDS)('%s', (kind) => {
  let world: World;
  beforeAll(async () => {
    world = await World.open(kind);
  });
  afterEach(() => world.calm());
  afterAll(() => world.close());

  const status = async (id: string) => (await world.store.runs.find(id))!.status;
  const ended = (id: string) => until(`${id} to end`, async () => (await world.store.runs.find(id))!.finishedMs !== null);

  /** An effect that ends when it is aborted, as \`onAbort\` says. */
  const abortable = (onAbort: () => unknown, begun = gate()) => ({
    begun,
    run: () =>
      new Promise((resolve, reject) => {
        begun.open();
        const { signal } = effectContext();
        signal.addEventListener('abort', () => {
          try {
            resolve(onAbort());
          } catch (error) {
            reject(error === 'echo' ? signal.reason : error);
          }
        });
      }),
  });

  test('a run that sleeps or waits for a message ends at once, as cancelled, with the reason', async () => {
    const engine = await world.working(app, { pay: () => 0, refund: () => 0 });
    for (const workflow of [app.naps, app.waits]) {
      const run = await engine.start(workflow);
      await until('it to sleep', async () => (await world.store.runs.find(run.id))!.worker === null && (await world.store.log.read(run.uid, 1, 1)).length);
      await run.cancel({ reason: 'changed my mind' });
      const error = await thrownBy(run.result());
      expect(error).toBeInstanceOf(CancelledError);
      expect(error).toMatchObject({ name: 'CancelledError', code: 'cancelled', reason: 'changed my mind', effects: [], message: 'The run was cancelled: changed my mind' });
      expect(await run.status()).toMatchObject({ state: 'cancelled' });
      expect(await thrownBy(run.cancel())).toMatchObject({ code: 'run_ended' });
    }
  });

  const ENDINGS: [string, () => unknown, Record<string, unknown>][] = [
    ['completed', () => 'receipt', { outcome: 'completed', value: 'receipt' }],
    ['failed', () => { throw new TypeError('refused'); }, { outcome: 'failed', error: { name: 'TypeError', message: 'refused' } }],
    ['unknown', () => { throw 'echo'; }, { outcome: 'unknown' }],
  ];

  test.each(ENDINGS)('an effect under way is aborted, and its outcome told: %s', async (_name, onAbort, outcome) => {
    const { begun, run: pay } = abortable(onAbort);
    const engine = await world.working(app, { pay: { run: pay, retry: { attempts: 5, delay: 1 } }, refund: () => 0 });
    const run = await engine.start(app.pays);
    await begun.promise;
    await run.cancel();
    const error = await thrownBy(run.result());
    expect(error).toBeInstanceOf(CancelledError);
    expect((error as CancelledError).effects).toEqual([{ name: 'pay', args: [42], ...outcome, ...('error' in outcome ? { error: expect.objectContaining(outcome.error) } : {}) }]);
    expect(await status(run.id)).toBe('cancelled');
  });

  test('an effect that does not end in time has an unknown outcome; what it returns later is dropped', async () => {
    const { begun, open, promise } = { begun: gate(), ...gate<string>() };
    const engine = await world.working(app, { pay: () => (begun.open(), promise), refund: () => 0 });
    const run = await engine.start(app.pays);
    await begun.promise;
    await engine.cancel(run, { wait: 30 });
    expect((await thrownBy(run.result()) as CancelledError).effects).toEqual([{ name: 'pay', args: [42], outcome: 'unknown' }]);
    open('late');
    await pause(20);
    expect(await status(run.id)).toBe('cancelled');
  });

  test('compensations run and await effects, which are not cancelled again', async () => {
    const { begun, run: pay } = abortable(() => 'receipt');
    const refunded: unknown[] = [];
    const go = gate();
    const engine = await world.working(app, { pay, refund: async (...args: unknown[]) => (refunded.push(args), go.promise) });
    const run = await engine.start(app.compensates);
    await begun.promise;
    await run.cancel({ reason: 'once' });
    await until('the refund', () => refunded.length);
    await run.cancel({ reason: 'twice' });
    await pause(30);
    go.open();
    expect(await thrownBy(run.result())).toMatchObject({ reason: 'once' });
    expect(refunded).toEqual([['receipt', 42]]);
  });

  test('a run may go on and return, or fail otherwise', async () => {
    const engine = await world.working(app, { pay: (x: string) => x, refund: () => 0 });
    const [a, b] = [await engine.start(app.survives), await engine.start(app.fails)];
    await pause(20);
    await Promise.all([a.cancel(), b.cancel()]);
    expect(await a.result()).toBe('after');
    expect(await thrownBy(b.result())).toMatchObject({ message: 'no way', cause: { name: 'CancelledError' } });
    await Promise.all([ended(a.id), ended(b.id)]);
    expect([await status(a.id), await status(b.id)]).toEqual(['completed', 'failed']);
  });

  test('all that waits gets the same error, when the effects have ended', async () => {
    const { begun, run: pay } = abortable(() => 'receipt');
    const engine = await world.working(app, { pay, refund: () => 0 });
    const run = await engine.start(app.everything);
    await begun.promise;
    await run.cancel({ reason: 'enough' });
    const told = [true, 'enough', [['pay', 'completed']]];
    expect(await run.result()).toEqual([
      ['pay', ...told], 'pay finally', ['sleep', ...told], 'sleep finally', ['receive', ...told], 'receive finally', ['loop', ...told], 'loop finally',
    ]);
  });

  test('who races an effect against a timer knows how the effect has ended', async () => {
    const { begun, run: pay } = abortable(() => pause(40).then(() => 'receipt'));
    const engine = await world.working(app, { pay, refund: () => 0 });
    const run = await engine.start(app.raced);
    await begun.promise;
    await run.cancel();
    expect(await run.result()).toEqual([{ name: 'pay', args: [1], outcome: 'completed', value: 'receipt' }]);
  });

  test('promises that nobody listens to do not end the run while it cleans up', async () => {
    const { begun, run: pay } = abortable(() => { throw 'echo'; });
    const engine = await world.working(app, { pay, refund: () => 0 });
    const run = await engine.start(app.floating);
    await begun.promise;
    await run.cancel();
    expect(await thrownBy(run.result())).toBeInstanceOf(CancelledError);
    await ended(run.id);
    const rows = await world.store.log.read(run.uid, 0, 100);
    expect(rows.at(-1)!.cause).toContain('timer');
  });

  test('a run that waits for a promise of its own ends when nothing else is under way', async () => {
    const { begun, run: pay } = abortable(() => 0);
    const engine = await world.working(app, { pay, refund: () => 0 });
    const run = await engine.start(app.stuck);
    await begun.promise;
    await run.cancel();
    expect(await thrownBy(run.result())).toBeInstanceOf(CancelledError);
    expect(await status(run.id)).toBe('cancelled');
  });

  test('what has not begun never does', async () => {
    let calls = 0;
    const idle = world.engine().provide(app);
    const run = await idle.start(app.pays, { id: `early-${kind}` });
    await run.send('go', 1);
    await run.cancel({ reason: 'too early' });
    await world.working(app, { pay: () => calls++, refund: () => 0 });
    expect(await thrownBy(run.result())).toMatchObject({ name: 'CancelledError', reason: 'too early', effects: [] });
    expect([await status(run.id), calls]).toEqual(['cancelled', 0]);
  });

  test('a parked run hears of it when it is resumed', async () => {
    const engine = await world.working(app, { pay: () => 0, refund: () => 0 });
    const run = await engine.start(app.naps);
    await until('it to sleep', async () => (await world.store.runs.find(run.id))!.worker === null && (await world.store.log.read(run.uid, 1, 1)).length);
    await tamperWith(world.sql).parkAll();
    await run.cancel();
    await pause(30);
    expect(await status(run.id)).toBe('parked');
    await engine.resume(run);
    expect(await thrownBy(run.result())).toBeInstanceOf(CancelledError);
  });

  test('an effect in doubt has an unknown outcome, and the doubt is gone', async () => {
    let first: TestEngine;
    const begun = gate();
    const pay = (): Promise<unknown> => (first.kill(), begun.open(), new Promise(() => {}));
    first = await world.working(app, { pay, refund: () => 0 });
    const run = await first.start(app.pays);
    await begun.promise;
    await world.buryAll();
    const engine = await world.working(app, { pay: () => 0, refund: () => 0 });
    await until('the doubt', async () => (await world.store.runs.find(run.id))!.inDoubt);
    await engine.cancel(run.id);
    const error = await thrownBy((await engine.run(run.id)).result());
    expect((error as CancelledError).effects).toEqual([{ name: 'pay', args: [42], outcome: 'unknown' }]);
    expect(await world.store.claims.of(run.uid)).toEqual([]);
  });

  test('a worker that dies while it waits leaves it to the next one', async () => {
    let first: TestEngine;
    const begun = gate();
    const pay = () => {
      effectContext().signal.addEventListener('abort', () => first.kill());
      begun.open();
      return new Promise(() => {});
    };
    first = await world.working(app, { pay: { run: pay, idempotent: true }, refund: () => 0 });
    const run = await first.start(app.pays);
    await begun.promise;
    await run.cancel();
    await until('the kill', () => first.connection.state === 'dead');
    await world.buryAll();
    let calls = 0;
    const engine = await world.working(app, { pay: { run: () => calls++, idempotent: true }, refund: () => 0 });
    const error = await thrownBy((await engine.run(run.id)).result());
    expect((error as CancelledError).effects).toEqual([{ name: 'pay', args: [42], outcome: 'unknown' }]);
    expect(calls).toBe(0);
  });

  test('an effect that failed and pauses before its next attempt has failed', async () => {
    let attempts = 0;
    const pay = () => { attempts++; throw new Error('busy'); };
    const engine = await world.working(app, { pay: { run: pay, retry: { attempts: 9, delay: '1 hour', delayMax: '1 hour' } }, refund: () => 0 });
    const run = await engine.start(app.pays);
    await until('the first failure', async () => (await world.store.claims.of(run.uid)).some((c) => c.failure !== null));
    await run.cancel();
    const error = await thrownBy(run.result());
    expect((error as CancelledError).effects).toMatchObject([{ outcome: 'failed', error: { message: 'busy' } }]);
    expect(attempts).toBe(1);
  });

  test('detached effects of a run whose workflow has ended are aborted, and the run ends as it had', async () => {
    const { begun, run: pay } = abortable(() => { throw 'echo'; });
    const engine = await world.working(app, { pay, refund: () => 0 });
    const run = await engine.start(app.detached);
    await begun.promise;
    expect(await run.result()).toBe('done');
    expect(await status(run.id)).toBe('running');
    await run.cancel();
    await ended(run.id);
    expect(await status(run.id)).toBe('completed');
  });

  test('a run that has failed while an effect was under way has failed, whoever sees the end', async () => {
    const { begun, run: pay } = abortable(() => { throw 'echo'; });
    const first = await world.working(app, { pay: { run: pay, idempotent: true }, refund: () => 0 });
    const run = await first.start(app.failsDetached);
    await begun.promise;
    await until('the outcome', async () => (await world.store.runs.find(run.id))!.outcome !== null);
    first.kill();
    await world.buryAll();
    await world.working(app, { pay: { run: () => 0, idempotent: true }, refund: () => 0 });
    await ended(run.id);
    expect(await status(run.id)).toBe('failed');
  });

  test('no message is lost to a receive that is cancelled', async () => {
    const engine = await world.working(app, { pay: () => 0, refund: () => 0 });
    const run = await engine.start(app.keepsMessages);
    await pause(20);
    await run.cancel();
    await run.send('go', 1);
    await run.send('go', 2);
    expect(await run.result()).toEqual([1, 2]);
  });
});
