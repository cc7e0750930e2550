/**
 * Effects that end the process of their worker each time they are made: after some, they are in doubt.
 */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { effectContext } from '../../runtime/client.ts';
import { inspectRun } from '../../runtime/engine/inspect.ts';
import { host } from '../../runtime/host.ts';
import { LOST_PAUSES_MS } from '../../runtime/worker/effects/lost-attempts.ts';
import { compileApp, gate, KINDS, until, World, type TestEngine } from '../support/app.ts';
import { lastEntry } from '../support/log.ts';

const app = compileApp(`
  export declare function act(): Promise<any>;
  export declare function queued(): Promise<any>;
  export const go = channel<any>('go');
  export async function once() { return await act(); }
  export async function elsewhere() { return await queued(); }
  export async function messages() {
    const acted = act();
    for (;;) if (await go.receive() === 'stop') break;
    return await acted;
  }
`, 'effect-crash');

/** So many further attempts are lost before it is in doubt. */
const LOST_MAX = LOST_PAUSES_MS.length;

const { runApart, random } = host;
beforeAll(() => {
  host.runApart = () => Promise.resolve({ status: 'ended', said: '' }); // cycles survive
});
afterAll(() => {
  host.runApart = runApart;
});

describe.each(KINDS)('%s', (kind) => {
  let world: World;
  beforeAll(async () => {
    world = await World.open(kind);
  });
  afterEach(() => {
    host.random = random;
    return world.calm();
  });
  afterAll(() => world.close());

  type Run = () => unknown;
  const effects = (run: Run) => ({ act: { idempotent: true, run }, queued: { idempotent: true, concurrency: 1, run } });

  let begun = 0;
  /** An engine whose process ends, or is closed, as soon as the effect is made; and that moment. */
  function dying(end: (engine: TestEngine) => unknown): { engine: TestEngine; working: Promise<unknown>; reached: Promise<void> } {
    const reached = gate();
    const run: Run = () => {
      begun++;
      void Promise.resolve(end(engine)).then(() => reached.open());
      return new Promise(() => {});
    };
    const engine: TestEngine = world.engine().provide(app, effects(run));
    const working = engine.work(); // of one that is killed, nobody hears more
    return { engine, working, reached: reached.promise };
  }

  /** A run whose effect has taken down so many workers. */
  async function lost(workflow: () => Promise<unknown>, times: number, between = async (_id: string): Promise<void> => {}): Promise<string> {
    const { id } = await world.engine().provide(app, effects(() => 0)).start(workflow);
    begun = 0;
    for (let i = 0; i < times; i++) {
      if (i > 0) await between(id);
      await dying((worker) => worker.kill()).reached;
      await world.buryAll();
    }
    return id;
  }

  const succeeding = () => world.working(app, effects(() => `attempt ${effectContext().attempt}`));
  const inDoubt = async (id: string) => (await world.store.runs.find(id))!.inDoubt;
  const doubtOf = async (id: string) => (await inspectRun(world.store, (await world.store.runs.find(id))!)).requests[0]!.doubt;

  test('is in doubt when it has ended ten workers more; each decision to retry makes one more attempt', async () => {
    host.random = () => 0; // no pauses
    const id = await lost(app.once, LOST_MAX + 1);
    for (let times = LOST_MAX + 1; times < LOST_MAX + 3; times++) {
      const { engine, reached } = dying((worker) => worker.kill());
      await until('the doubt', () => inDoubt(id));
      expect([begun, await doubtOf(id)]).toEqual([times, expect.objectContaining({ lost: times - 1, trouble: null })]);
      await engine.resolve(id, 'act', { retry: true });
      await reached;
      await world.buryAll();
    }
    const engine = await succeeding();
    await until('the doubt', () => inDoubt(id));
    await engine.resolve(id, 'act', { result: 'not made' });
    expect(await (await engine.run(id)).result()).toBe('not made');
  });

  test('so is one that waits for its turn', async () => {
    const id = await lost(app.elsewhere, 1);
    const { uid } = (await world.store.runs.find(id))!;
    for (let i = 1; i < LOST_MAX; i++) {
      expect(await world.store.errands.free(LOST_PAUSES_MS.map(() => 0))).toEqual([]);
      await dying((worker) => worker.kill()).reached;
      await world.buryAll();
    }
    const engine = await succeeding();
    await until('the doubt', () => inDoubt(id));
    expect([begun, (await world.store.errands.ofRun(uid)).map(({ attempt, doubt }) => [attempt, doubt])]).toEqual([LOST_MAX, [[LOST_MAX, true]]]);
    expect(await doubtOf(id)).toMatchObject({ lost: LOST_MAX });
    await engine.resolve(id, 'queued', { retry: true });
    expect(await (await engine.run(id)).result()).toBe(`attempt ${LOST_MAX + 1}`);
  });

  test('up to then it is made again: after some of them not before a pause is over', async () => {
    host.random = () => 1;
    const id = await lost(app.once, 4);
    const { uid } = (await world.store.runs.find(id))!;
    const lostMs = (await world.store.claims.of(uid)).at(-1)!.lostMs!;
    const made = gate<number>();
    const engine = await world.working(app, effects(async () => made.open(await world.store.clock())));
    expect(await made.promise - lostMs).toBeGreaterThanOrEqual(LOST_PAUSES_MS[3]!);
    expect(await (await engine.run(id)).result()).toBeUndefined();
  });

  test('workers that close while it is made are not found dead', async () => {
    const closing = dying((worker) => worker.close({ deadline: 0 }));
    await closing.working;
    const { id } = await closing.engine.start(app.once);
    await closing.reached;
    for (let i = 1; i <= LOST_MAX; i++) await dying((worker) => worker.close({ deadline: 0 })).reached;
    expect(await (await (await succeeding()).run(id)).result()).toBe(`attempt ${LOST_MAX + 2}`);
  });

  test('messages in between do not count', async () => {
    host.random = () => 0;
    const further = async (id: string): Promise<void> => {
      const { uid } = (await world.store.runs.find(id))!;
      const { seq } = await lastEntry(world.store, uid);
      const engine = await world.working(app, effects(() => new Promise(() => {})));
      await (await engine.run(id)).send(app.go, 'on');
      await until('the message', async () => (await lastEntry(world.store, uid)).seq > seq);
      await engine.close({ deadline: 0 });
    };
    const id = await lost(app.messages, LOST_MAX + 1, further);
    const engine = await succeeding();
    await until('the doubt', () => inDoubt(id));
    expect(await doubtOf(id)).toMatchObject({ lost: LOST_MAX });
    const run = await engine.run(id);
    await run.send(app.go, 'stop');
    await engine.resolve(run, 'act', { retry: true });
    expect(await run.result()).toBe(`attempt ${2 * LOST_MAX + 2}`);
  });
});
