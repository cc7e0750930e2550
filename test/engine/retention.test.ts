/**
 * Retention: runs that have been over for a while go, in small batches, and nothing else does.
 */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { retentionOf } from '../../runtime/client/retention.ts';
import { RUNS_MAX, ROWS_MAX } from '../../runtime/store/queries/prune.ts';
import { compileApp, KINDS, pause, thrownBy, until, World, type TestEngine } from '../support/app.ts';

const SOURCE = `
  import { channel, start } from 'perdure';
  export declare function note(what: string): Promise<string>;
  export const go = channel<string>('go');
  export async function quick(what: string) { return what; }
  export async function steps(n: number) { let last = ''; for (let i = 0; i < n; i++) last = await note('step ' + i); return last; }
  export async function waits() { return await go.receive(); }
  export async function fails() { throw new Error('failed'); }
  export async function parks() { return await note((() => 1) as any); }
  export async function parent() { const child = await start(quick, ['child'], { id: 'child-of-parent', whenParentEnds: 'leave' }); return [await go.receive(), await child.result()]; }
`;
const app = compileApp(SOURCE, 'retention');

/** Another version of it, and a module of somebody else. */
const newer = compileApp(`${SOURCE}\n// newer\nexport const version = 2;`, 'retention-newer');
const stranger = compileApp(`export async function quick(what: string) { return what; }`, 'stranger');

const effects = { note: (what: string) => what };
const POLICY = { completed: '30 days', failed: '90 days', cancelled: 0 } as const;

describe.each(KINDS)('on %s', (kind) => {
  let world: World;
  beforeAll(async () => {
    world = await World.open(kind);
  });
  afterEach(() => world.calm());
  afterAll(() => world.close());

  const sweeping = (retention: Parameters<typeof retentionOf>[0]) =>
    world.working(app, effects, { retention: { policy: retentionOf(retention), everyMs: 10 } });

  const isGone = (id: string) => until(`${id} to go`, async () => (await world.store.runs.find(id)) === null);

  const isGoneAfter = (engine: TestEngine, id: string) =>
    until(`${id} to go`, async () => (await engine.prune({ olderThan: 0 }), (await world.store.runs.find(id)) === null));

  test('a run that is over goes with all that is stored of it, and its id is free', async () => {
    const engine = await world.working(app, effects);
    const run = await engine.start(app.steps, { id: `goes-${kind}`, args: [5], tags: { customer: 7 } });
    expect(await run.result()).toBe('step 4');
    const keyed = await engine.start(app.waits, { id: `keyed-${kind}` });
    await keyed.send(app.go, 'x', { key: 'k' });
    await keyed.result();
    expect(await engine.prune({ olderThan: '1 hour' })).toEqual({ runs: 0, programs: 0 });
    expect(await engine.prune({ olderThan: 0, dryRun: true })).toEqual({ runs: 2, programs: 0 });
    expect((await run.status()).state).toBe('completed');
    expect(await engine.prune({ olderThan: 0 })).toEqual({ runs: 2, programs: 0 });
    expect(await thrownBy(run.status())).toMatchObject({ code: 'run_missing' });
    expect((await engine.list()).runs).toEqual([]);
    for (const uid of [run.uid, keyed.uid]) expect(await world.store.log.load(uid)).toEqual({ image: null, log: [], inbox: [], claims: [], errands: new Set() });
    if (kind !== 'memory') {
      for (const table of ['runs', 'log', 'images', 'inbox', 'claims', 'errands', 'tokens', 'sent', 'asks', 'tags', 'remains']) {
        expect([table, await world.rows(`SELECT uid FROM perdure.${table}`)]).toEqual([table, []]);
      }
    }
    const again = await engine.start(app.steps, { id: `goes-${kind}`, args: [1] });
    expect(again.uid).not.toBe(run.uid);
    expect(await again.result()).toBe('step 0');
    await engine.prune({ olderThan: 0 });
  });

  test('workers let runs go, each by how it has ended and what its workflow says', async () => {
    const before = await world.working(app, effects);
    const [quick, steps, fails] = [
      await before.start(app.quick, { id: `w1-${kind}`, args: ['a'] }),
      await before.start(app.steps, { id: `w2-${kind}`, args: [2] }),
      await before.start(app.fails, { id: `w3-${kind}` }),
    ];
    const cancelled = await before.start(app.waits, { id: `w4-${kind}` });
    await cancelled.cancel();
    await Promise.all([quick, steps, fails, cancelled].map((run) => run.result().catch(() => {})));
    await until('the end', async () => (await cancelled.status()).finishedAt);
    await sweeping({ ...POLICY, workflows: { steps: { completed: 1 }, 'retention.wf.ts#fails': { failed: 'forever' } } });
    await Promise.all([isGone(cancelled.id), isGone(steps.id)]);
    await pause(100);
    expect((await world.store.runs.list({ limit: 10 })).map(({ id }) => id).sort()).toEqual([quick.id, fails.id]);
    expect(await before.prune({ olderThan: 0, status: 'failed', workflow: app.quick })).toEqual({ runs: 0, programs: 0 });
    expect(await before.prune({ olderThan: 0, status: ['failed', 'completed'], workflow: 'fails' })).toEqual({ runs: 1, programs: 0 });
    expect(await before.prune({ olderThan: 0 })).toEqual({ runs: 1, programs: 0 });
  });

  test('what is not over never goes: a run that waits, sleeps, is parked, has just finished, is being retried', async () => {
    const engine = await world.working(app, effects);
    const waits = await engine.start(app.waits, { id: `k1-${kind}` });
    const later = await engine.start(app.quick, { id: `k2-${kind}`, args: ['later'], after: '1 hour' });
    const parked = await engine.start(app.parks, { id: `k3-${kind}` });
    await thrownBy(parked.result());
    expect((await parked.status()).state).toBe('parked');
    const failed = await engine.start(app.fails, { id: `k4-${kind}` });
    await thrownBy(failed.result());
    const fresh = await engine.start(app.quick, { id: `k5-${kind}`, args: ['fresh'] });
    await fresh.result();
    await until('all to be over', async () => (await fresh.status()).finishedAt && (await failed.status()).finishedAt);
    // Retried until it is all over: at every moment it is there, or it has gone as a whole.
    let isRetrying = true;
    const retrying = (async () => {
      while (isRetrying) await engine.retry(failed).catch((error: { code: string }) => expect(['not_failed', 'run_missing']).toContain(error.code));
    })();
    for (let i = 0; i < 20; i++) await engine.prune({ olderThan: '1 minute' });
    expect((await failed.status()).id).toBe(failed.id);
    for (let i = 0; i < 20; i++) await engine.prune({ olderThan: 0, status: 'failed' });
    isRetrying = false;
    await retrying;
    const left = (await world.store.runs.list({ limit: 10 })).map(({ id }) => id).filter((id) => id !== failed.id);
    expect(left.sort()).toEqual([waits.id, later.id, parked.id, fresh.id]);
    await waits.send(app.go, 'done');
    expect(await waits.result()).toBe('done');
    const { runs } = await engine.list();
    await engine.terminateMany({ id: later.id });
    await engine.terminateMany({ id: parked.id });
    expect(runs.length).toBeGreaterThanOrEqual(4);
    await until('everything to be over', async () => (await engine.list()).runs.every((run) => run.finishedAt));
    await engine.prune({ olderThan: 0 });
    expect((await engine.list()).runs).toEqual([]);
  });

  test('batches are bounded, whatever there is', async () => {
    const engine = await world.working(app, effects, { runsMax: 1000 });
    const runs = await engine.startMany(app.quick, Array.from({ length: 2 * RUNS_MAX + 50 }, (_, i) => ({ id: `b${i}-${kind}`, args: [`${i}`] as [string] })));
    const long = await engine.start(app.steps, { id: `long-${kind}`, args: [ROWS_MAX + 200] });
    await Promise.all([...runs, long].map((run) => run.result()));
    await until('the ends', async () => (await engine.list({ status: 'running', limit: 1 })).runs.length === 0);
    const rules = [{ workflow: 'retention.wf.ts#quick', status: 'completed' as const, ageMs: 0 }, { workflow: 'retention.wf.ts#steps', status: 'completed' as const, ageMs: 0 }];
    const counts: number[] = [];
    do counts.push(await world.store.pruning.prune(rules, null)); while (counts.at(-1)! > 0);
    expect(counts).toEqual([RUNS_MAX, RUNS_MAX, 51, 0]);
    let statements = 1;
    const left = async () => (kind === 'memory' ? 0 : Number((await world.rows('SELECT count(*) AS count FROM perdure.log'))[0]!.count));
    for (let before = await left(); await world.store.pruning.clear(); statements++) {
      const now = await left();
      expect(before - now).toBeLessThanOrEqual(ROWS_MAX);
      before = now;
    }
    expect(await left()).toBe(0);
    expect(statements).toBeGreaterThan(2);
  });

  test('a child goes when its parent has heard of its end, and not before; a parent does not wait for its children', async () => {
    const engine = await world.working(app, effects);
    const parent = await engine.start(app.parent, { id: `parent-${kind}` });
    await until('the child to end', async () => (await world.store.runs.find('child-of-parent'))?.finishedMs);
    await until('the parent to hear of it', async () => {
      await engine.prune({ olderThan: 0 });
      return (await world.store.runs.find('child-of-parent')) === null;
    });
    await parent.send(app.go, 'on');
    expect(await parent.result()).toEqual(['on', 'child']);
    await until('the end', async () => (await parent.status()).finishedAt);
    await engine.prune({ olderThan: 0 });
    expect((await engine.list()).runs).toEqual([]);
  });

  test('a child whose parent has not heard of it stays', async () => {
    const child = { uid: '00000000-0000-4000-8000-00000000000a', id: `owing-${kind}` };
    const engine = await world.working(app, effects);
    const done = await engine.start(app.quick, { id: child.id, args: ['x'] });
    await done.result();
    await until('the end', async () => (await done.status()).finishedAt);
    if (kind === 'memory') return;
    await engine.close();
    await world.rows('UPDATE perdure.runs SET owes = true WHERE id = $1', [child.id]);
    expect(await world.engine().prune({ olderThan: 0 })).toEqual({ runs: 0, programs: 0 });
    await world.rows('UPDATE perdure.runs SET owes = false WHERE id = $1', [child.id]);
    expect(await world.engine().prune({ olderThan: 0 })).toEqual({ runs: 1, programs: 0 });
  });

  test('a worker leaves the runs of others alone', async () => {
    const theirs = await world.working(stranger, {});
    const run = await theirs.start(stranger.quick, { id: `theirs-${kind}`, args: ['x'] });
    await run.result();
    const ours = await (await sweeping({ completed: 0 })).start(app.quick, { id: `ours-${kind}`, args: ['x'] });
    await isGone(ours.id);
    await pause(50);
    expect((await run.status()).state).toBe('completed');
    await theirs.prune({ olderThan: 0 });
  });

  test('two that prune at once share the work, and wait for nobody', async () => {
    const engine = await world.working(app, effects, { runsMax: 1000 });
    const runs = await engine.startMany(app.quick, Array.from({ length: 3 * RUNS_MAX }, (_, i) => ({ id: `two${i}-${kind}`, args: [`${i}`] as [string] })));
    await Promise.all(runs.map((run) => run.result()));
    await until('the ends', async () => (await engine.list({ status: 'running', limit: 1 })).runs.length === 0);
    if (kind === 'postgres') {
      // Somebody has locked one of them, and takes his time.
      let release!: () => void;
      const isLocked = new Promise<void>((resolve, reject) => {
        world.sql.transaction!(async (client) => {
          await client.query('SELECT FROM perdure.runs WHERE uid = $1 FOR UPDATE', [runs[7]!.uid]);
          resolve();
          await new Promise<void>((done) => (release = done));
        }, new AbortController().signal).catch(reject);
      });
      await isLocked;
      const [a, b] = await Promise.all([engine.prune({ olderThan: 0 }), world.engine().prune({ olderThan: 0 })]);
      expect([a.runs + b.runs, (await engine.list({ limit: 5 })).runs.map(({ id }) => id)]).toEqual([3 * RUNS_MAX - 1, [runs[7]!.id]]);
      release();
      await isGoneAfter(engine, runs[7]!.id);
    } else {
      const [a, b] = await Promise.all([engine.prune({ olderThan: 0 }), world.engine().prune({ olderThan: 0 })]);
      expect([a.runs + b.runs, (await engine.list({ limit: 5 })).runs]).toEqual([3 * RUNS_MAX, []]);
    }
    expect((await engine.list()).runs).toEqual([]);
    if (kind !== 'memory') expect((await world.rows('SELECT count(*)::int AS count FROM perdure.log'))[0]!.count).toBe(0);
  });

  test('programs go that nobody needs', async () => {
    const [oldHash, newHash] = [app.$perdure.artifact.hash as string, newer.$perdure.artifact.hash as string];
    await world.store.artifacts.store(oldHash, 'retention.wf.ts', JSON.stringify(app.$perdure.artifact));
    await world.store.artifacts.store(`${oldHash}00`, 'retention.wf.ts', '{}');
    await world.store.artifacts.store(newHash, 'retention-newer.wf.ts', '{}');
    const waiting = await world.engine().start(app.waits, { id: `needs-${kind}` });
    expect(await world.store.pruning.pruneArtifacts(60_000)).toBe(0); // all were used just now
    await pause(2);
    expect(await world.store.pruning.countUnusedArtifacts(0)).toBe(0); // a run has it, and the others are the newest
    await waiting.terminate();
    await until('it to be let go', async () => (await world.engine().prune({ olderThan: 0 }), (await world.store.runs.find(waiting.id)) === null));
    expect(await world.store.pruning.countUnusedArtifacts(0)).toBe(1);
    expect(await world.store.artifacts.touch(oldHash)).toBe(true);
    expect(await world.store.pruning.countUnusedArtifacts(60_000)).toBe(0);
    await pause(2);
    expect(await world.store.pruning.pruneArtifacts(0)).toBe(1);
    expect(await world.store.artifacts.load(oldHash)).toBe(null);
    expect(await world.store.artifacts.touch(oldHash)).toBe(false);
    expect(await world.store.artifacts.load(newHash)).toBe('{}');
  });

  test('what cannot be is said', async () => {
    const engine = world.engine();
    for (const options of [{ olderThan: 'soon' }, { olderThan: -1 }, {}, { olderThan: 1, status: 'running' }, { olderThan: 1, workflows: 'x' }, { olderThan: 1, dryrun: true }]) {
      expect(await thrownBy(engine.prune(options as never))).toMatchObject({ code: 'retention' });
    }
    for (const option of [{ running: 1 }, { completed: 'x' }, { workflows: { quick: { done: 1 } } }]) {
      expect(await thrownBy(() => retentionOf(option as never))).toMatchObject({ code: 'retention' });
    }
  });
});
