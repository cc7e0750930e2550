/**
 * Scopes over a store: effects that are aborted, workers that die meanwhile, a run that is cancelled as a whole.
 */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { CancelledError, effectContext, TimeoutError } from '../../runtime/client.ts';
import { inspectRun } from '../../runtime/engine/inspect.ts';
import { compileApp, gate, KINDS, thrownBy, until, World, type TestEngine } from '../support/app.ts';

const app = compileApp(`
  import { CancelledError, scope, sleep, TimeoutError, withTimeout } from 'perdure';
  export declare function pay(...args: any[]): Promise<any>;
  export declare function other(...args: any[]): Promise<any>;
  export async function impatient(timeout: any, options: any) {
    const aside = other('aside');
    try { return await withTimeout(timeout, () => pay(42), options); }
    catch (error: any) { return { name: error.name, effects: error.effects, aside: await aside }; }
  }
  export async function fails(timeout: any) { return await withTimeout(timeout, () => pay(42)); }
  export async function nested() {
    const seen: any[] = [];
    try {
      await scope(async (s) => {
        void s.run(async () => { try { await pay('task'); } finally { seen.push('task'); } });
        try { await withTimeout('1 hour', async () => { try { await other('inner'); } finally { seen.push('inner'); } }); } finally { seen.push('body'); }
      });
    } catch (error: any) { throw Object.assign(error, { seen }); }
  }
  export async function competes() {
    return await scope(async (s) => Promise.race([s.run(() => pay('a')), s.run(() => other('b'))]));
  }
`, 'scopes');

describe.each(KINDS)('%s', (kind) => {
  let world: World;
  beforeAll(async () => {
    world = await World.open(kind);
  });
  afterEach(() => world.calm());
  afterAll(() => world.close());

  /** An effect that ends when it is aborted. */
  const abortable = (value: unknown) => {
    const begun = gate();
    const run = () =>
      new Promise((resolve) => {
        effectContext().signal.addEventListener('abort', () => resolve(value));
        begun.open();
      });
    return { begun, run };
  };

  test('a timeout aborts what was begun in its scope, and nothing else; the error has the outcomes', async () => {
    const engine = await world.working(app, { pay: abortable('paid after all').run, other: () => new Promise((resolve) => setTimeout(resolve, 100, 'aside')) });
    const run = await engine.start(app.impatient, { args: [20] });
    expect(await run.result()).toEqual({ name: 'TimeoutError', effects: [{ name: 'pay', args: [42], outcome: 'completed', value: 'paid after all' }], aside: 'aside' });
  });

  test('a scope waits as long as it says for effects that it has aborted', async () => {
    const engine = await world.working(app, { pay: () => new Promise(() => {}), other: () => 0 });
    const run = await engine.start(app.impatient, { args: [10, { wait: 20 }] });
    expect(await run.result()).toMatchObject({ name: 'TimeoutError', effects: [{ outcome: 'unknown' }] });
  });

  test('the app knows a TimeoutError', async () => {
    const engine = await world.working(app, { pay: abortable(0).run, other: () => 0 });
    const run = await engine.start(app.fails, { args: ['10 ms'] });
    const error = await thrownBy(run.result());
    expect(error).toBeInstanceOf(TimeoutError);
    expect(error).toMatchObject({ code: 'timeout', message: 'Timed out after 10 ms' });
    expect((await run.status()).state).toBe('failed');
  });

  test('the loser of a race ends with the scope', async () => {
    const loser = abortable('aborted');
    const engine = await world.working(app, { pay: loser.run, other: () => loser.begun.promise.then(() => 'winner') });
    const run = await engine.start(app.competes);
    expect(await run.result()).toBe('winner');
    await until('the end', async () => (await run.status()).finishedAt);
  });

  test('a run that is cancelled ends all its scopes, with one error', async () => {
    const [task, inner] = [abortable(1), abortable(2)];
    const engine = await world.working(app, { pay: task.run, other: inner.run });
    const run = await engine.start(app.nested);
    await Promise.all([task.begun.promise, inner.begun.promise]);
    const { scopes, requests } = await inspectRun(world.store, (await world.store.runs.find(run.id))!);
    expect(scopes).toMatchObject([{ in: null, open: 3 }, { in: scopes[0]!.number, open: 1 }]);
    expect(requests.map(({ name, scope }) => [name, scope])).toEqual([
      ['scopes.wf.ts#pay', scopes[0]!.number], ['timeout', scopes[1]!.number], ['scopes.wf.ts#other', scopes[1]!.number],
    ]);
    await run.cancel({ reason: 'all' });
    const error = (await thrownBy(run.result())) as CancelledError & { seen: string[] };
    expect(error).toBeInstanceOf(CancelledError);
    expect(error.effects).toMatchObject([{ args: ['task'], value: 1 }, { args: ['inner'], value: 2 }]);
    expect(error.seen).toEqual(['task', 'inner', 'body']);
    expect((await run.status()).state).toBe('cancelled');
  });

  test('a worker that dies while a scope waits for its effects leaves it to the next one', async () => {
    let first: TestEngine;
    const dies = () => {
      effectContext().signal.addEventListener('abort', () => first.kill());
      return new Promise(() => {});
    };
    first = await world.working(app, { pay: dies, other: { run: () => new Promise(() => {}), idempotent: true } });
    const run = await first.start(app.impatient, { args: [20] });
    await until('the kill', () => first.connection.state === 'dead');
    await world.buryAll();
    const engine = await world.working(app, { pay: () => 0, other: { run: () => 'again', idempotent: true } });
    expect(await (await engine.run(run.id)).result()).toEqual({
      name: 'TimeoutError', effects: [{ name: 'pay', args: [42], outcome: 'unknown' }], aside: 'again',
    });
  });
});
