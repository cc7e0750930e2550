/**
 * Effects that end the process of their worker, each time they are made: after some, the run is parked.
 */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { effectContext } from '../../runtime/client.ts';
import { host } from '../../runtime/host.ts';
import { LOST_ATTEMPTS_MAX } from '../../runtime/worker/effects/lost-attempts.ts';
import { compileApp, gate, KINDS, until, World, type TestEngine } from '../support/app.ts';

const app = compileApp(`
  export declare function act(): Promise<any>;
  export const go = channel<any>('go');
  export async function once() { return await act(); }
  export async function messages() {
    const acted = act();
    for (;;) if (await go.receive() === 'stop') break;
    return await acted;
  }
`, 'effect-crash');

const { runApart } = host;
beforeAll(() => {
  host.runApart = () => Promise.resolve({ status: 'ended', said: '' }); // its cycles survive
});
afterAll(() => {
  host.runApart = runApart;
});

describe.each(KINDS)('%s', (kind) => {
  let world: World;
  beforeAll(async () => {
    world = await World.open(kind);
  });
  afterEach(() => world.calm());
  afterAll(() => world.close());

  let begun = 0;
  /** An engine whose process ends, or is closed, as soon as the effect is made; and that moment. */
  function dying(end: (engine: TestEngine) => unknown): { engine: TestEngine; working: Promise<unknown>; reached: Promise<void> } {
    const reached = gate();
    const engine = world.engine().provide(app, {
      act: {
        idempotent: true,
        run: () => {
          begun++;
          void Promise.resolve(end(engine)).then(() => reached.open());
          return new Promise(() => {});
        },
      },
    });
    const working = engine.work(); // of one that is killed, nobody hears more
    return { engine, working, reached: reached.promise };
  }

  /** A run whose effect has taken down so many workers. */
  async function lost(workflow: () => Promise<unknown>, times: number, between = async (_id: string): Promise<void> => {}): Promise<string> {
    const starter = world.engine().provide(app, { act: { idempotent: true, run: () => 0 } });
    const { id } = await starter.start(workflow);
    begun = 0;
    for (let i = 0; i < times; i++) {
      if (i > 0) await between(id);
      await dying((worker) => worker.kill()).reached;
      await world.buryAll();
    }
    return id;
  }

  const succeeding = () => world.working(app, { act: { idempotent: true, run: () => `attempt ${effectContext().attempt}` } });

  test('one more, and it is parked; resumed, it is made again, and it is counted anew', async () => {
    const id = await lost(app.once, LOST_ATTEMPTS_MAX);
    for (let attempts = LOST_ATTEMPTS_MAX; attempts < 2 * LOST_ATTEMPTS_MAX; attempts++) {
      const { engine, reached } = dying((worker) => worker.kill());
      if (attempts === LOST_ATTEMPTS_MAX) {
        const { reason } = await until('it to be parked', () => world.store.runs.find(id).then((run) => (run!.status === 'parked' ? run : null)));
        expect(begun).toBe(LOST_ATTEMPTS_MAX);
        expect(reason).toContain('"effect_crash"');
        expect(reason).toContain(`Run '${id}', cycle 2: ${LOST_ATTEMPTS_MAX} workers were lost, one after the other, while an attempt at effect-crash.wf.ts#act was under way`);
        await engine.resume(id);
      }
      await reached;
      await world.buryAll();
    }
    const engine = await succeeding();
    await until('it to be parked', () => world.store.runs.find(id).then((run) => run!.status === 'parked'));
    await engine.resume(id);
    expect(await (await engine.run(id)).result()).toBe(`attempt ${2 * LOST_ATTEMPTS_MAX + 1}`);
  });

  test('up to then it is made again', async () => {
    const id = await lost(app.once, LOST_ATTEMPTS_MAX - 1);
    expect(await (await (await succeeding()).run(id)).result()).toBe(`attempt ${LOST_ATTEMPTS_MAX}`);
  });

  test('a result that has come since is taken in', async () => {
    const id = await lost(app.once, LOST_ATTEMPTS_MAX);
    await world.store.inbox.send(id, JSON.stringify({ result: 1, value: 'late' }));
    expect(await (await (await succeeding()).run(id)).result()).toBe('late');
  });

  test('workers that close while it is made are not lost', async () => {
    const { engine, working, reached } = dying((worker) => worker.close({ deadline: 0 }));
    await working;
    const { id } = await engine.start(app.once);
    await reached;
    for (let i = 1; i <= LOST_ATTEMPTS_MAX; i++) await dying((worker) => worker.close({ deadline: 0 })).reached;
    expect(await (await (await succeeding()).run(id)).result()).toBe(`attempt ${LOST_ATTEMPTS_MAX + 2}`);
  });

  test('a run that comes further is not parked', async () => {
    const further = async (id: string): Promise<void> => {
      const { seq } = await world.store.log.last((await world.store.runs.find(id))!.uid);
      // without the effect, which it then has not been told of
      const engine = await world.working(app, { act: { idempotent: true, run: () => new Promise(() => {}) } });
      await (await engine.run(id)).send(app.go, 'on');
      await until('the message', async () => (await world.store.log.last((await world.store.runs.find(id))!.uid)).seq > seq);
      await engine.close({ deadline: 0 });
    };
    const id = await lost(app.messages, LOST_ATTEMPTS_MAX + 1, further);
    const engine = await succeeding();
    const run = await engine.run(id);
    await run.send(app.go, 'stop');
    expect(await run.result()).toBe(`attempt ${2 * (LOST_ATTEMPTS_MAX + 1)}`);
  });
});
