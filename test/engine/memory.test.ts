/**
 * A worker that goes on for months remembers nothing of runs that have left it, whatever became of its attempts.
 */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { compileApp, gate, KINDS, thrownBy, until, World, type TestEngine } from '../support/app.ts';

const app = compileApp(`
  export declare function act(...args: any[]): Promise<any>;
  export async function once(...args: any[]) { return await act(...args); }
`, 'memory');

/** How many runs a worker remembers anything of, beside those that it holds. */
const remembered = (engine: TestEngine): number =>
  (engine as unknown as { worker: { dispatcher: { memory: { size: number } } } }).worker.dispatcher.memory.size;

describe.each(KINDS)('%s', (kind) => {
  let world: World;
  beforeAll(async () => {
    world = await World.open(kind);
  });
  afterEach(() => world.calm());
  afterAll(() => world.close());

  test('attempts that failed, whose runs others may have taken in the pause', async () => {
    const attempts = new Map<string, number>();
    const act = {
      run: (label: string) => {
        const before = attempts.get(label) ?? 0;
        attempts.set(label, before + 1);
        if (before < 4) throw new Error('again');
        return label;
      },
      retry: { attempts: 5, delay: 30, backoff: 'fixed' as const, jitter: false },
    };
    const engines = [await world.working(app, { act }), await world.working(app, { act })];
    const runs = await Promise.all(Array.from({ length: 10 }, (_, i) => engines[0]!.start(app.once, { args: [`run ${i}`] })));
    await Promise.all(runs.map((run) => run.result()));
    expect([...attempts.values()]).toEqual(runs.map(() => 5));
    await until('nothing to be remembered', () => engines.every((engine) => remembered(engine) === 0));
  });

  test('an attempt that ends after another worker has taken its run', async () => {
    const slow = gate<string>();
    const here = await world.working(app, { act: { run: () => slow.promise, idempotent: true } });
    const run = await here.start(app.once);
    await until('the attempt', () => remembered(here) === 1);
    await world.buryAll();
    const there = await world.working(app, { act: { run: () => 'there', idempotent: true } });
    expect(await (await there.run(run.id)).result()).toBe('there');
    slow.open('here');
    await until('nothing to be remembered', () => remembered(here) === 0 && remembered(there) === 0);
  });

  test('an attempt in doubt whose run is cancelled elsewhere', async () => {
    const slow = gate<string>();
    const here = await world.working(app, { act: () => slow.promise });
    const run = await here.start(app.once);
    await until('the attempt', () => remembered(here) === 1);
    await world.buryAll();
    const there = await world.working(app, { act: () => 'there' });
    await until('the doubt', async () => (await run.status()).inDoubt);
    await there.cancel(run.id);
    expect(await thrownBy((await there.run(run.id)).result())).toMatchObject({ code: 'cancelled' });
    slow.open('here');
    await until('nothing to be remembered', () => remembered(here) === 0 && remembered(there) === 0);
  });
});
