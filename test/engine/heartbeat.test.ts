/**
 * Heartbeats: what becomes of an attempt that falls silent, and what the next one is told.
 */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { effectContext } from '../../runtime/client.ts';
import { inspectRun } from '../../runtime/engine/inspect.ts';
import { compileApp, gate, KINDS, pause, thrownBy, until, World, type TestEngine } from '../support/app.ts';

const app = compileApp(`
  export declare function render(...args: any[]): Promise<any>;
  export class Progress { page: number; constructor(page: number) { this.page = page; } }
  export async function once() { return await render(); }
  export async function many(n: number) { return await Promise.all(Array.from({ length: n }, (_, i) => render(i))); }
`, 'heartbeat');

describe.each(KINDS)('%s', (kind) => {
  let world: World;
  beforeAll(async () => {
    world = await World.open(kind);
  });
  afterEach(() => world.calm());
  afterAll(() => world.close());

  test('an attempt that gives heartbeats may take as long as it likes', async () => {
    const engine = await world.working(app, {
      render: {
        heartbeat: 300,
        run: async () => {
          for (let i = 0; i < 12; i++) {
            await pause(50);
            effectContext().heartbeat();
          }
          return effectContext().signal.aborted;
        },
      },
    });
    expect(await (await engine.start(app.once)).result()).toBe(false);
  });

  test('one that falls silent is made again if it is idempotent; the next is told how far it was', async () => {
    const seen: unknown[] = [];
    const signals: AbortSignal[] = [];
    const engine = await world.working(app, {
      render: {
        heartbeat: 60,
        idempotent: true,
        retry: { attempts: 2, delay: 1 },
        run: async () => {
          const { heartbeat, lastHeartbeat, signal, attempt } = effectContext();
          seen.push(lastHeartbeat);
          signals.push(signal);
          if (attempt === 2) return 'rendered';
          heartbeat({ page: 1, at: new Date(0) });
          heartbeat(new app.Progress(2));
          heartbeat();
          return new Promise(() => {});
        },
      },
    });
    const run = await engine.start(app.once);
    expect(await run.result()).toBe('rendered');
    expect(seen).toEqual([undefined, new app.Progress(2)]);
    expect(seen[1]).toBeInstanceOf(app.Progress);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]);
    expect(signals[0]!.reason).toMatchObject({ code: 'effect_silent', message: expect.stringContaining('heartbeat.wf.ts#render has given no heartbeat for 60 ms') });
    await until('the claims to go', async () => (await world.store.claims.of(run.uid)).length === 0);
  });

  test('and is in doubt if it is not; what it returns after all settles that', async () => {
    const slow = gate<string>();
    const engine = await world.working(app, { render: { heartbeat: 20, retry: { attempts: 5 }, run: () => slow.promise } });
    const run = await engine.start(app.once);
    await until('the doubt', async () => (await run.status()).inDoubt);
    slow.open('rendered after all');
    expect(await run.result()).toBe('rendered after all');
  });

  test('a worker that takes over is told how far the attempt was; until then it is shown', async () => {
    let first: TestEngine;
    const policy = { heartbeat: '1 minute', idempotent: true };
    first = await world.working(app, {
      render: {
        ...policy,
        run: async () => {
          for (let page = 0; page <= 1000; page++) effectContext().heartbeat({ page });
          return new Promise(() => {});
        },
      },
    });
    const run = await first.start(app.once);
    const shown = await until('the heartbeat', async () => (await inspectRun(world.store, (await world.store.runs.find(run.id))!)).requests[0]?.heartbeat);
    expect(shown.details).toBe('{ page: 1000 }');
    expect(Math.abs(shown.at - (await world.store.clock()))).toBeLessThan(5000);
    first.kill();
    await world.buryAll();
    const second = await world.working(app, { render: { ...policy, run: () => [effectContext().attempt, effectContext().lastHeartbeat] } });
    expect(await (await second.run(run.id)).result()).toEqual([2, { page: 1000 }]);
  });

  test('heartbeats of many attempts are written down together, and seldom', async () => {
    const engine = world.engine().provide(app, {
      render: async (i: number) => {
        for (let page = 0; page < 100; page++) {
          effectContext().heartbeat({ i, page });
          await pause(15);
        }
        return i;
      },
    });
    let written = 0;
    const query = engine.connection.query.bind(engine.connection);
    engine.connection.query = (statement, values) => {
      if (statement.name === 'perdure_record_heartbeats') written++;
      return query(statement, values);
    };
    await engine.work();
    const run = await engine.start(app.many, { args: [20] });
    expect(await run.result()).toHaveLength(20);
    expect(written).toBeGreaterThanOrEqual(1);
    expect(written).toBeLessThanOrEqual(8);
    await until('the claims to go', async () => (await world.store.claims.of(run.uid)).length === 0);
  });

  test('details of the host are refused where they are given', async () => {
    const engine = await world.working(app, { render: () => effectContext().heartbeat({ deep: [process] }) });
    const error = await thrownBy((await engine.start(app.once)).result());
    expect(error).toMatchObject({ code: 'unstorable_result' });
    expect(error.message).toMatch(/heartbeat of heartbeat\.wf\.ts#render .*details\.deep\[0\]/);
  });
});
