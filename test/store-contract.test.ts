/**
 * What every store keeps to: one suite over PostgreSQL, an embedded PGlite in a directory, the same directory
 * through the socket of the process that holds it, and a store in memory.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { firstHash, nextHash } from '../runtime/chain.ts';
import { FORMAT_VERSION } from '../runtime/codec/format.ts';
import { foldHistory } from '../runtime/engine/history.ts';
import { host } from '../runtime/host.ts';
import { takeLock } from '../runtime/store/directory-lock.ts';
import { IMPLEMENTATIONS } from '../runtime/store/memory/database.ts';
import { migrate } from '../runtime/store/migrate.ts';
import { openStore } from '../runtime/store/open.ts';
import { openPostgres } from '../runtime/store/postgres.ts';
import { connectRemote } from '../runtime/store/remote.ts';
import { serve } from '../runtime/store/server.ts';
import type { Commit } from '../runtime/store/log.ts';
import type { AdmittedRun as AnyAdmittedRun, Begun, NewRun as AnyNewRun, PlainRun as AnyPlainRun, RunFilter } from '../runtime/store/runs.ts';
import type { Statement } from '../runtime/store/sql.ts';
import { Store } from '../runtime/store/store.ts';
import { freshDatabase } from './support/database.ts';
import { thrownBy } from './support/app.ts';
import { tamperWith, type Tamper } from './support/tamper.ts';
import { lastEntry } from './support/log.ts';

const folder = mkdtempSync(join(tmpdir(), 'perdure-store-'));
const directory = join(folder, 'embedded');

/** Stores by kind. The remote one goes through the holder's socket. */
const stores: Record<string, Store> = {};
const SQL_KINDS = ['postgres', 'pglite', 'remote'] as const;
const KINDS = [...SQL_KINDS, 'memory'] as const;

beforeAll(async () => {
  stores.pglite = await openStore(directory);
  stores.remote = await openStore(directory, { shared: true });
  stores.postgres = await openStore(await freshDatabase());
  stores.memory = await openStore('memory:');
});

afterAll(async () => {
  await stores.remote?.close();
  await stores.pglite?.close();
  await stores.postgres?.close();
  await stores.memory?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The schema's versions, each made by a migration. */
const VERSIONS = readdirSync(new URL('../runtime/store/migrations/', import.meta.url)).map((name) => Number.parseInt(name, 10)).sort((a, b) => a - b);

/** Here nearly all have ids that were chosen. */
type Named<R> = R & { id: string };
type NewRun = Named<AnyNewRun>;
type PlainRun = Named<AnyPlainRun>;
type AdmittedRun = Named<AnyAdmittedRun>;

const ENTRY = 'order.wf.ts';

function newRun(given: Partial<PlainRun> = {}): PlainRun {
  const uid = randomUUID();
  const cause = '{"start":"order.wf.ts#fulfil","args":[]}';
  return {
    uid,
    id: `run-${uid}`,
    workflow: 'order.wf.ts#fulfil',
    entry: ENTRY,
    artifact: 'ab01',
    argsHash: Buffer.from([0, 1, 255]),
    hash: firstHash(uid, cause),
    cause,
    priority: 0,
    tags: {},
    ...given,
  };
}

/** What becomes of a run that a worker has begun, by default that of the test. */
const begunBy = (given: Partial<Begun> = {}): Begun => ({
  worker, isHeld: true, cycle: { hash: Buffer.alloc(16, 7), delta: '{}', capture: null }, status: 'running', outcome: null, reason: null, wakeMs: null, ...given,
});

/** The worker of a test. */
let worker: string;

/** The commit of the next cycle, by that worker. */
function commitAfter(previous: { uid: string; seq?: number; hash: Buffer }, given: Partial<Commit> = {}): Commit {
  const { cause = '{"timer":1}', delta = '{"mail":1}' } = given;
  return {
    uid: previous.uid,
    seq: (previous.seq ?? 0) + 1,
    prev: previous.hash,
    hash: nextHash(previous.hash, cause, delta),
    cause,
    delta,
    capture: null,
    worker,
    end: null,
    mail: null,
    settled: [],
    ...given,
  };
}

const hashes = (...commits: Commit[]): Set<string> => new Set(commits.map(({ hash }) => hash.toString('hex')));

/** Commits. Returns the hashes of those that went in. */
async function written({ log }: Store, commits: Commit[]): Promise<Set<string>> {
  const lost = await log.commit(commits);
  return hashes(...commits.filter((commit) => !lost.has(commit)));
}

describe.each(KINDS)('%s', (kind) => {
  let store: Store;
  let tamper: Tamper;

  const register = async (leaseMs = 60_000): Promise<string> => {
    const id = randomUUID().slice(0, 8);
    await store.workers.register({ id, host: 'h', boot: 'b', pid: 1, started: 's' }, leaseMs);
    return id;
  };

  const started = async (given: Partial<NewRun> = {}): Promise<NewRun> => {
    const run = newRun(given);
    expect(await store.runs.start(run)).toBe(true);
    return run;
  };

  /** A run that the worker of the test holds. */
  const held = async (given: Partial<NewRun> = {}): Promise<NewRun> => {
    const run = await started(given);
    await tamper.holdBy(run.uid, worker);
    return run;
  };

  beforeEach(async () => {
    store = stores[kind]!;
    tamper = tamperWith(store.sql);
    for (const { id } of await store.workers.list()) await store.workers.bury(id);
    await tamper.parkAll();
    worker = await register();
  });

  test('knows its kind, and tells the database\'s time', async () => {
    expect(store.sql.kind).toBe(kind);
    const [a, b] = [await store.clock(), await store.clock()];
    expect(b).toBeGreaterThanOrEqual(a);
    expect(Math.abs(a - Date.now())).toBeLessThan(60_000);
  });

  // ——— Runs ———

  test('starts a run once per id', async () => {
    const run = await started();
    expect(await store.runs.start(newRun({ id: run.id }))).toBe(false);
    const found = (await store.runs.find(run.id))!;
    expect(found).toMatchObject({
      uid: run.uid, id: run.id, workflow: run.workflow, entry: ENTRY, artifact: 'ab01', argsHash: '0001ff',
      status: 'running', outcome: null, reason: null, mail: 0, worker: null, finishedMs: null, inDoubt: false,
    });
    expect(Math.abs(found.createdMs - Date.now())).toBeLessThan(60_000);
    expect(await store.runs.findByUid(run.uid)).toEqual(found);
    expect(await store.runs.find('nobody')).toBe(null);
    expect(await store.runs.findByUid(randomUUID())).toBe(null);
    const results = await Promise.all(Array.from({ length: 8 }, () => store.runs.start(newRun({ id: `race-${run.uid}` }))));
    expect(results.filter(Boolean)).toHaveLength(1);
  });

  test('starts that are asked for at once go together, each with its own answer', async () => {
    const taken = await started();
    const [a, b, mine] = [newRun(), newRun(), newRun()];
    const bad = newRun({ cause: '{"broken":' });
    const starts = [a, newRun({ id: taken.id }), b, newRun({ id: a.id }), mine].map((run) => store.runs.start(run, run === mine ? begunBy() : null));
    expect(await Promise.all(starts)).toEqual([true, false, true, false, true]);
    const [c, d] = [newRun(), newRun()];
    const settled = await Promise.allSettled([c, bad, d].map((run) => store.runs.start(run)));
    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(await store.runs.find(bad.id)).toBe(null);
    for (const run of [a, b, c, d]) expect((await store.log.load(run.uid)).log).toHaveLength(1);
    expect((await store.log.load(mine.uid)).log).toHaveLength(2);
  });

  test('keeps texts as they are', async () => {
    const cause = '{"z":1,"a":-0,"s":"é😀\\u2028","n":1e400,"dup":1,"dup":2,  "space":true}';
    const run = await started({ cause });
    expect((await store.log.load(run.uid)).log[0]!.cause).toBe(cause);
  });

  test('lists runs, newest first, by status and workflow', async () => {
    const name = `w${randomUUID().slice(0, 8)}`;
    const a = await held({ workflow: `list.wf.ts#${name}` });
    const b = await held({ workflow: `list.wf.ts#${name}` });
    await store.log.commit([commitAfter(a, { end: { status: 'failed', outcome: '{"error":1}' } })]);
    const ids = async (filter: RunFilter & { limit?: number }) =>
      (await store.runs.list({ limit: 100, ...filter })).map((run) => run.id);
    expect(await ids({ workflow: name })).toEqual([b.id, a.id]);
    expect(await ids({ workflow: `list.wf.ts#${name}` })).toEqual([b.id, a.id]);
    expect(await ids({ workflow: name, status: 'failed' })).toEqual([a.id]);
    expect(await ids({ workflow: name, limit: 1 })).toEqual([b.id]);
    expect(await ids({ workflow: 'none' })).toEqual([]);
    expect(await ids({ workflow: name.replace('w', '_') })).toEqual([]);
    expect((await store.runs.list({ workflow: name, limit: 9 })).map((run) => run.seq)).toEqual([0, 1]);
  });

  // ——— Admission ———

  const OF = { workflow: 'order.wf.ts#fulfil', entry: ENTRY, artifact: 'ab01' };

  const admission = (given: Partial<AdmittedRun> = {}): AdmittedRun => ({
    ...newRun(given),
    priority: 0, startMs: null, delayMs: null, turn: null, deadlineMs: null, debounce: null, tags: {}, messages: [],
    ...given,
  });

  const admitted = async (...given: Partial<AdmittedRun>[]): Promise<(AdmittedRun)[]> => {
    const runs = given.map(admission);
    expect(await store.runs.admit(runs, OF, false)).toEqual(new Set(runs.map(({ uid }) => uid)));
    return runs;
  };

  const claimedIds = async (limit = 100): Promise<string[]> => (await store.runs.claim(worker, [ENTRY], limit)).map(({ id }) => id);

  const finish = async (run: NewRun | AdmittedRun) => {
    await tamper.holdBy(run.uid, worker);
    expect((await written(store, [commitAfter(run, { end: { status: 'completed', outcome: '{"ok":1}' } })])).size).toBe(1);
  };

  test('starts many runs, but those whose id is taken, also among themselves', async () => {
    const [there] = await admitted({});
    const runs = [admission(), admission({ id: there!.id }), admission({ id: 'twice' + there!.uid }), admission({ id: 'twice' + there!.uid }), admission()];
    expect(await store.runs.admit(runs, OF, false)).toEqual(new Set([runs[0]!.uid, runs[2]!.uid, runs[4]!.uid]));
    expect((await store.log.load(runs[4]!.uid)).log).toEqual([{ seq: 0, hash: runs[4]!.hash.toString('hex'), delta: '{}', cause: runs[4]!.cause }]);
    expect((await store.runs.findMany(runs.map(({ id }) => id))).map(({ uid }) => uid).sort()).toEqual([there!.uid, runs[0]!.uid, runs[2]!.uid, runs[4]!.uid].sort());
  });

  test('a run starts with its tags and messages, text by text', async () => {
    const entry = '{"a":  -0, "u":"\\\\u0000"}';
    const messages = [{ channel: 'a', entry }, { channel: 'b', key: 'k', entry: '{"n":2}' }];
    const [run] = await admitted({ tags: { customer: '42', 'a "b"': "c'd" }, messages });
    const found = (await store.runs.find(run!.id))!;
    expect(found).toMatchObject({ tags: { customer: '42', 'a "b"': "c'd" }, mail: 2 });
    expect(await store.inbox.after(run!.uid, 0)).toEqual([{ n: 1, entry }, { n: 2, entry: '{"n":2}' }]);
    expect(await store.inbox.sendOnce(run!.uid, '{}', 'b', 'k')).toBe('known');
    expect(await store.inbox.sendOnce(run!.uid, '{}', 'a', 'k')).toBe(3);
  });

  test('of the due, those of higher priority are claimed first, and of one priority the earlier', async () => {
    const [low, first, second, high, later] = await admitted({ priority: -3 }, {}, {}, { priority: 7 }, { priority: 9, delayMs: 3_600_000 });
    expect(await claimedIds(3)).toEqual(expect.arrayContaining([high!.id, first!.id, second!.id]));
    expect(await claimedIds()).toEqual([low!.id]);
    expect((await store.runs.find(later!.id))!.status).toBe('pending');
    expect(await store.runs.nextDue([ENTRY], 3_600_000)).toBeGreaterThan(3_500_000);
    expect(await store.runs.nextDue([ENTRY], 3_000_000)).toBe(null);
  });

  test('a delayed run begins when its moment has come, and no message makes it begin', async () => {
    const now = await store.clock();
    const [run, past] = await admitted({ startMs: now + 60_000 }, { startMs: now - 60_000 });
    await store.inbox.send(run!.id, '{"n":1}');
    expect(await claimedIds()).toEqual([past!.id]);
    expect(await store.runs.find(run!.id)).toMatchObject({ status: 'pending', mail: 1, worker: null });
    expect((await store.runs.find(run!.id))!.wakeMs).toBeCloseTo(now + 60_000, -1);
    const [soon] = await admitted({ delayMs: 1000 });
    expect(await claimedIds()).toEqual([]);
    await new Promise((resolve) => setTimeout(resolve, 1050));
    expect(await claimedIds()).toEqual([soon!.id]);
    expect(await store.runs.find(soon!.id)).toMatchObject({ status: 'running', worker });
  });

  test('a run that has finished gives its id up, and is reached by its uid', async () => {
    const [old] = await admitted({});
    const next = admission({ id: old!.id });
    expect((await store.runs.admit([next], OF, true)).size).toBe(0); // it goes on
    await finish(old!);
    expect((await store.runs.admit([next], OF, false)).size).toBe(0);
    expect((await store.runs.admit([next], OF, { uid: next.uid })).size).toBe(0); // another one
    const raced = await Promise.all([next, ...Array.from({ length: 5 }, () => admission({ id: old!.id }))].map((run) => store.runs.admit([run], OF, true)));
    const [winner] = raced.flatMap((uids) => [...uids]);
    expect(raced.flatMap((uids) => [...uids])).toHaveLength(1);
    expect((await store.runs.find(old!.id))!.uid).toBe(winner);
    expect(await store.runs.findByUid(old!.uid)).toMatchObject({ id: old!.id, status: 'completed', replacedBy: winner });
    expect(await store.inbox.send(old!.id, '{}')).toBe(1);
    expect((await store.inbox.after(winner!, 0)).length).toBe(1);
    const [one] = await admitted({});
    await finish(one!);
    const third = admission({ id: one!.id });
    expect(await store.runs.admit([third], OF, { uid: one!.uid })).toEqual(new Set([third.uid]));
  });

  test('a pending run of a debounce key is started once, and again until it begins', async () => {
    const [key, other] = [`d${randomUUID()}`, 'shop.wf.ts#other'];
    const [run] = await admitted({ debounce: key, delayMs: 60_000 });
    expect((await store.runs.admit([admission({ debounce: key, delayMs: 60_000 })], OF, false)).size).toBe(0);
    expect((await store.runs.admit([admission({ debounce: key, delayMs: 60_000 })], { ...OF, workflow: other }, false)).size).toBe(1);
    expect(await store.runs.debounced(OF.workflow, key)).toEqual({ uid: run!.uid, id: run!.id });
    const cause = '{"start":"order.wf.ts#fulfil","args":["last"]}';
    const again = { uid: run!.uid, entry: ENTRY, artifact: 'ab02', argsHash: Buffer.from([9]), hash: firstHash(run!.uid, cause), cause };
    expect(await store.runs.restart(again, 90_000, null, null)).toBe(true);
    const found = (await store.runs.find(run!.id))!;
    expect(found).toMatchObject({ argsHash: '09', artifact: 'ab02', status: 'pending' });
    expect(found.wakeMs! - (await store.clock())).toBeGreaterThan(80_000);
    expect((await store.log.load(run!.uid)).log).toEqual([{ seq: 0, hash: again.hash.toString('hex'), delta: '{}', cause }]);
    expect(await store.runs.restart(again, 90_000, 0, null)).toBe(true); // as long as it may wait, counted from the first
    expect(await claimedIds()).toEqual([run!.id]);
    expect(await store.runs.restart(again, 90_000, null, null)).toBe(false);
    expect(await store.runs.debounced(OF.workflow, key)).toBe(null);
    expect((await store.log.load(run!.uid)).log[0]!.cause).toBe(cause);
  });

  test('of the runs of a key so many have their turn, in order', async () => {
    const key = `turn-${randomUUID()}`;
    const turn = { key, limit: 2 };
    const [a, b, c, d, urgent] = await admitted({ turn }, { turn }, { turn }, { turn }, { turn, priority: 5 });
    const [later] = await admitted({ turn, delayMs: 60_000 });
    expect(await claimedIds()).toEqual([]);
    expect(await store.runs.queuedKeys('', 10)).toEqual([{ key, isFree: true }]);
    expect(await store.runs.giveTurns([key, 'nobody'])).toBe(2);
    expect((await claimedIds()).sort()).toEqual([a!.id, urgent!.id].sort());
    expect(await store.runs.queuedKeys('', 10)).toEqual([{ key, isFree: false }]);
    expect(await store.runs.queuedKeys(key, 10)).toEqual([]);
    expect(await store.runs.giveTurns([key])).toBe(0);
    await store.runs.park(urgent!.uid, worker, '{"because":1}'); // it is not over
    expect(await store.runs.giveTurns([key])).toBe(0);
    await finish(a!);
    const given = await Promise.all(Array.from({ length: 6 }, () => store.runs.giveTurns([key])));
    expect(given.reduce((sum, n) => sum + n)).toBe(1);
    expect(await claimedIds()).toEqual([b!.id]);
    await store.runs.resume(urgent!.uid);
    expect(await claimedIds()).toEqual([urgent!.id]);
    await Promise.all([finish(b!), finish(urgent!)]);
    expect(await store.runs.giveTurns([key])).toBe(2);
    expect((await claimedIds()).sort()).toEqual([c!.id, d!.id].sort());
    await Promise.all([finish(c!), finish(d!)]);
    expect(await store.runs.queuedKeys('', 10)).toEqual([{ key, isFree: false }]); // for the one whose moment has not come
    expect(await store.runs.giveTurns([key])).toBe(0);
    expect((await store.runs.find(later!.id))!.status).toBe('pending');
  });

  test('a turn is never given twice, whoever gives it', async () => {
    const key = `turn-${randomUUID()}`;
    const runs = await admitted(...Array.from({ length: 30 }, () => ({ turn: { key, limit: 3 } })));
    for (let left = runs.length; left > 0; ) {
      const given = await Promise.all(Array.from({ length: 5 }, () => store.runs.giveTurns([key])));
      const ids = await claimedIds();
      expect(ids.length).toBe(given.reduce((sum, n) => sum + n));
      expect(ids.length).toBeLessThanOrEqual(3);
      left -= ids.length;
      await Promise.all(runs.filter(({ id }) => ids.includes(id)).map(finish));
    }
  });

  // ——— Lists ———

  test('lists by every condition, and by several', async () => {
    const name = `w${randomUUID().slice(0, 8)}`;
    const of = { ...OF, workflow: `list.wf.ts#${name}` };
    const begin = await store.clock();
    const given: Partial<AdmittedRun>[] = [{ tags: { a: '1' } }, { tags: { a: '1', b: '2' } }, { tags: { b: '2' } }, { delayMs: 60_000 }, {}];
    const list = given.map(admission);
    for (const run of list) await store.runs.admit([run], of, false);
    const [a, ab, b, delayed, last] = list.map(({ id }) => id);
    for (const run of [list[0]!, list[2]!, list[4]!]) await tamper.holdBy(run.uid, worker);
    await store.log.commit([commitAfter(list[2]!, { end: { status: 'failed', outcome: '{"error":1}' } })]);
    await store.log.commit([commitAfter(list[4]!, { end: { status: 'completed', outcome: '{"ok":1}' } })]);
    await store.claims.markDoubt(list[0]!.uid, 1, 1, 'w', worker);
    const ids = async (filter: RunFilter) => (await store.runs.list({ workflow: name, limit: 100, ...filter })).map(({ id }) => id);
    expect(await ids({})).toEqual([last, delayed, b, ab, a]);
    expect(await ids({ status: 'running' })).toEqual([ab, a]);
    expect(await ids({ status: ['failed', 'pending'] })).toEqual([delayed, b]);
    expect(await ids({ status: ['failed', 'completed'] })).toEqual([last, b]);
    expect(await ids({ status: [] })).toEqual([]);
    expect(await ids({ tags: { a: '1' } })).toEqual([ab, a]);
    expect(await ids({ tags: { a: '1', b: '2' } })).toEqual([ab]);
    expect(await ids({ tags: { b: '2' }, status: 'failed' })).toEqual([b]);
    expect(await ids({ tags: { a: '2' } })).toEqual([]);
    expect(await ids({ inDoubt: true })).toEqual([a]);
    expect(await ids({ inDoubt: false, status: 'running' })).toEqual([ab]);
    expect(await ids({ fromMs: begin - 1000, toMs: begin + 100_000 })).toHaveLength(5);
    expect(await ids({ fromMs: begin + 100_000 })).toEqual([]);
    expect(await ids({ toMs: begin - 1000, tags: { a: '1' } })).toEqual([]);
    const next = admission({ id: last! });
    await store.runs.admit([next], of, true);
    expect((await store.runs.list({ id: last!, limit: 9 })).map(({ uid }) => uid)).toEqual([next.uid, list[4]!.uid]);
  });

  test('a list goes on where a page ended, also among runs of one moment', async () => {
    const name = `w${randomUUID().slice(0, 8)}`;
    const runs = Array.from({ length: 7 }, () => admission({ tags: { page: name } }));
    await store.runs.admit(runs.slice(0, 4), { ...OF, workflow: `list.wf.ts#${name}` }, false);
    await store.runs.admit(runs.slice(4), { ...OF, workflow: `list.wf.ts#${name}` }, false);
    for (const filter of [{ workflow: name }, { tags: { page: name } }, { workflow: name, status: 'running' as const }]) {
      const seen: string[] = [];
      for (let cursor: string | undefined; ; ) {
        const page: { id: string; cursor: string | null }[] = await store.runs.list({ ...filter, limit: 3, ...(cursor === undefined ? {} : { cursor }) });
        seen.push(...page.map(({ id }) => id));
        if (page.length < 3) break;
        cursor = page.at(-1)!.cursor!;
      }
      expect(seen).toEqual(runs.map(({ id }) => id).reverse());
    }
  });

  test('resumes those of many that are parked', async () => {
    const [a, b, c] = await admitted({}, {}, {});
    expect(await claimedIds()).toHaveLength(3);
    for (const run of [a, b]) await store.runs.park(run!.uid, worker, '{"because":1}');
    expect(await store.runs.resumeAll([a!.uid, c!.uid])).toBe(1);
    expect(await store.runs.find(a!.id)).toMatchObject({ status: 'running', reason: null });
    expect((await store.runs.find(b!.id))!.status).toBe('parked');
    expect(await store.runs.resumeAll([])).toBe(0);
  });

  // ——— Claiming and releasing ———

  test('gives a due run to one worker, of those that have its program', async () => {
    const run = await started();
    const other = await register();
    expect(await store.runs.claim(other, ['another.wf.ts'], 10)).toEqual([]);
    const claims = await Promise.all([worker, other, worker, other].map((id) => store.runs.claim(id, [ENTRY, 'x.wf.ts'], 10)));
    const identity = { uid: run.uid, id: run.id, workflow: run.workflow, artifact: 'ab01', mail: 0, turnKey: null, losses: 0, parent: null };
    const taken = [{ ...identity, nowMs: expect.any(Number) as number }];
    expect(claims.flat()).toEqual(taken);
    const holder = (await store.runs.find(run.id))!.worker!;
    expect(await store.runs.heldBy(holder)).toEqual(taken);
    expect(await store.runs.heldBy(holder === worker ? other : worker)).toEqual([]);
  });

  test('runs of a program that a worker cannot run are not for it', async () => {
    const run = await started();
    expect(await store.runs.claim(worker, [ENTRY], 10, ['ffff', 'ab01'])).toEqual([]);
    expect(await store.runs.nextDue([ENTRY], 1000, ['ffff', 'ab01'])).toBe(null);
    expect(await store.runs.nextDue([ENTRY], 1000, ['ffff'])).toBeLessThanOrEqual(0);
    expect(await store.runs.claim(worker, [ENTRY], 10, ['ffff'])).toMatchObject([{ uid: run.uid }]);
  });

  test('claims as many as asked for, and each once', async () => {
    const runs = await Promise.all(Array.from({ length: 12 }, () => started()));
    const first = await store.runs.claim(worker, [ENTRY], 5);
    expect(first).toHaveLength(5);
    const rest = (await Promise.all(Array.from({ length: 4 }, async () => store.runs.claim(await register(), [ENTRY], 5)))).flat();
    expect(new Set([...first, ...rest].map((run) => run.uid))).toEqual(new Set(runs.map((run) => run.uid)));
    expect(first.length + rest.length).toBe(12);
  });

  test('a worker that is not registered, or buried, claims nothing', async () => {
    const run = await started();
    expect(await store.runs.claim('ghost', [ENTRY], 10)).toEqual([]);
    expect(await store.runs.claim(worker, [ENTRY], 10)).toHaveLength(1);
    expect(await store.workers.bury(worker)).toBe(0);
    expect(await store.workers.bury(worker)).toBe(0);
    expect(await store.runs.claim(worker, [ENTRY], 10)).toEqual([]);
    expect(await store.workers.renew(worker, 1000)).toBe(null);
    expect((await store.runs.find(run.id))!.worker).toBe(null);
  });

  test('a worker is buried for its lease only if that has still run out', async () => {
    const [alive, expired] = [await register(60_000), await register(-1000)];
    await store.workers.buryExpired(alive);
    await store.workers.buryExpired(expired);
    expect(await store.workers.renew(expired, 1000)).toBe(null);
    expect(await store.workers.renew(alive, 1000)).not.toBe(null);
  });

  test('a worker holds what it has begun, unless it was buried', async () => {
    const mine = newRun();
    expect(await store.runs.start(mine, begunBy())).toBe(true);
    expect(await store.runs.find(mine.id)).toMatchObject({ worker, status: 'running', wakeMs: Number.POSITIVE_INFINITY });
    expect(await store.runs.claim(worker, [ENTRY], 10)).toEqual([]);
    expect((await store.runs.heldBy(worker)).map(({ uid }) => uid)).toEqual([mine.uid]);
    const ghosts = newRun();
    const byGhost = begunBy({ worker: 'ghost' });
    expect(await store.runs.start(ghosts, byGhost)).toBe(false);
    const starts = [store.runs.start(newRun(), begunBy()), store.runs.start(ghosts, byGhost), store.runs.start(newRun({ id: mine.id }), begunBy())];
    expect(await Promise.all(starts)).toEqual([true, false, false]);
    expect(await store.runs.find(ghosts.id)).toBe(null);
  });

  test('what has begun is stored with its first cycle, as if that had been committed', async () => {
    const run = newRun({ priority: 7, tags: { customer: '42', kind: 'order' } });
    await store.runs.start(run, begunBy({ cycle: { hash: Buffer.alloc(16, 1), delta: '{"v":3,  "x":1}', capture: '{"now":[1]}' } }));
    expect(await store.runs.find(run.id)).toMatchObject({ priority: 7, tags: run.tags });
    const [start, first] = await store.log.read(run.uid, 0, 10);
    expect(start).toMatchObject({ seq: 0, hash: run.hash.toString('hex'), cause: run.cause, delta: '{}', capture: null });
    expect(first).toMatchObject({ seq: 1, hash: '01'.repeat(16), cause: run.cause, delta: '{"v":3,  "x":1}', capture: '{"now":[1]}' });
    const seqs = (log: { seq: number }[]) => log.map(({ seq }) => seq);
    expect(seqs(await store.log.read(run.uid, 0, 1))).toEqual([0]);
    expect(seqs(await store.log.read(run.uid, 1, 10))).toEqual([1]);
    expect(seqs((await store.log.load(run.uid)).log)).toEqual([0, 1]);
    expect(seqs((await store.log.loadAt(run.uid, 0)).log)).toEqual([0]);
    expect(seqs((await store.log.loadAt(run.uid, 1)).log)).toEqual([0, 1]);
    expect(await store.log.commit([commitAfter({ uid: run.uid, seq: 1, hash: Buffer.alloc(16, 1) })])).toEqual(new Map());
    expect(seqs((await store.log.load(run.uid)).log)).toEqual([0, 1, 2]);
    await store.log.writeImage(run.uid, 1, '{"image":1}', worker);
    expect(await store.log.load(run.uid)).toMatchObject({ image: { seq: 1 }, log: [{ seq: 1 }, { seq: 2 }] });
    expect(await store.log.loadAt(run.uid, 0)).toMatchObject({ image: null, log: [{ seq: 0 }] });
  });

  test('what sleeps at once, or is over, or parked, was never held', async () => {
    const due = Date.now() + 3_600_000;
    const begin = async (begun: Partial<Begun>): Promise<NewRun> => {
      const run = newRun();
      expect(await store.runs.start(run, begunBy({ isHeld: false, ...begun }))).toBe(true);
      return run;
    };
    const sleeper = await begin({ wakeMs: due });
    const waiter = await begin({});
    const over = await begin({ status: 'completed', outcome: '{"ok":1}' });
    const bad = await begin({ cycle: null, status: 'parked', reason: '"why"' });
    expect(await store.runs.find(sleeper.id)).toMatchObject({ worker: null, status: 'running', wakeMs: due, finishedMs: null });
    expect(await store.runs.find(waiter.id)).toMatchObject({ worker: null, status: 'running', wakeMs: Number.POSITIVE_INFINITY });
    expect(await store.runs.find(over.id)).toMatchObject({ worker: null, status: 'completed', wakeMs: null, outcome: '{"ok":1}', finishedMs: expect.any(Number) as number });
    expect(await store.runs.find(bad.id)).toMatchObject({ worker: null, status: 'parked', wakeMs: null, reason: '"why"', finishedMs: null });
    expect((await store.log.load(bad.uid)).log).toMatchObject([{ seq: 0 }]);
    expect(await store.runs.claim(worker, [ENTRY], 10)).toEqual([]);
  });

  test('workers that go while they hold a run are counted, until it has a checkpoint', async () => {
    const run = await started();
    const lose = async (): Promise<number> => {
      const name = randomUUID().slice(0, 8);
      await store.workers.register({ id: name, host: 'h', boot: 'b', pid: 1, started: 's' }, 60_000);
      const [claimed] = await store.runs.claim(name, [ENTRY], 1);
      await store.workers.bury(name);
      return claimed!.losses;
    };
    expect([await lose(), await lose(), await lose()]).toEqual([0, 1, 2]);
    await store.runs.claim(worker, [ENTRY], 1);
    await store.log.commit([commitAfter(run)]);
    await store.runs.release(run.uid, worker, 0, await store.clock());
    // The loss before the checkpoint is known until the next one, which is the first at its cycle.
    expect([await lose(), await lose()]).toEqual([3, 1]);
  });

  test('runs of a worker that is not there any more become free', async () => {
    const run = await started();
    await tamper.holdBy(run.uid, 'gone');
    await store.workers.freeOrphans();
    expect(await store.runs.claim(worker, [ENTRY], 10)).toHaveLength(1);
    await store.workers.freeOrphans();
    expect((await store.runs.find(run.id))!.worker).toBe(worker);
  });

  test('a released run sleeps until it is due, and not a moment less', async () => {
    const run = await started();
    await store.runs.claim(worker, [ENTRY], 1);
    const due = (await store.clock()) + 150;
    expect(await store.runs.release(run.uid, worker, 0, due)).toBe(true);
    expect((await store.runs.find(run.id))!.wakeMs).toBeCloseTo(due, -1);
    const inMs = (await store.runs.nextDue([ENTRY], 1000))!;
    expect(inMs).toBeGreaterThan(0);
    expect(inMs).toBeLessThanOrEqual(150);
    expect(await store.runs.nextDue(['another.wf.ts'], 1000)).toBe(null);
    for (;;) {
      const claimed = await store.runs.claim(worker, [ENTRY], 1);
      const now = await store.clock();
      if (claimed.length > 0) {
        expect(now).toBeGreaterThanOrEqual(due);
        break;
      }
      expect(now).toBeLessThan(due + 5000);
    }
  });

  test('a run released without a time sleeps until something arrives', async () => {
    const run = await started();
    await store.runs.claim(worker, [ENTRY], 1);
    expect(await store.runs.release(run.uid, worker, 0, null)).toBe(true);
    expect(await store.runs.claim(worker, [ENTRY], 1)).toEqual([]);
    expect(await store.runs.nextDue([ENTRY], 3_600_000)).toBe(null);
    await store.inbox.send(run.id, '{"n":1}');
    expect(await store.runs.claim(worker, [ENTRY], 1)).toMatchObject([{ uid: run.uid, mail: 1 }]);
  });

  test('a release that has not seen what arrived, or by another worker, does not happen', async () => {
    const run = await started();
    await store.runs.claim(worker, [ENTRY], 1);
    await store.inbox.send(run.id, '{"n":1}');
    expect(await store.runs.release(run.uid, worker, 0, null)).toBe(false);
    expect(await store.runs.release(run.uid, 'another', 1, null)).toBe(false);
    expect(await store.runs.news(worker)).toEqual([{ uid: run.uid, status: 'running', mail: 1 }]);
    expect(await store.runs.news(worker)).toEqual([]);
    expect(await store.runs.release(run.uid, worker, 1, null)).toBe(true);
  });

  test('a run is ended from outside by one more entry in its log; its worker hears of it, and cannot bring it back', async () => {
    const run = await started();
    await store.runs.claim(worker, [ENTRY], 1);
    await store.inbox.send(run.id, '{"n":1}');
    await store.claims.claimAttempt(run.uid, 1, 2, worker);
    expect(await lastEntry(store, run.uid)).toMatchObject({ seq: 0, hash: run.hash.toString('hex') });
    const end = { uid: run.uid, cause: '{"t":"1 \\\\ ü 😀"}', delta: '{"d":1}', outcome: '{"error":1}' };
    expect(await store.log.terminate(end)).toBe(true);
    expect(await lastEntry(store, run.uid)).toMatchObject({ seq: 1, hash: nextHash(run.hash, end.cause, end.delta).toString('hex') });
    expect(await store.log.terminate(end)).toBe(false);
    expect(await store.runs.find(run.id)).toMatchObject({ status: 'terminated', outcome: '{"error":1}', worker, finishedMs: expect.any(Number) });
    expect((await written(store, [commitAfter(run, {})])).size).toBe(0);
    expect(await store.runs.release(run.uid, worker, 1, null)).toBe(false);
    expect(await store.runs.park(run.uid, worker, '{}')).toBe(false);
    expect(await store.inbox.send(run.id, '{}')).toBe(null);
    expect([await store.inbox.after(run.uid, 0), await store.claims.of(run.uid)]).toEqual([[], []]);
    expect(await store.runs.news(worker)).toEqual([{ uid: run.uid, status: 'terminated', mail: 2 }]);
    expect(await store.runs.find(run.id)).toMatchObject({ status: 'terminated', worker: null, wakeMs: null });
  });

  test('a run that was ended from outside wakes nobody when its worker goes', async () => {
    const end = async (): Promise<string> => {
      const run = await started();
      await store.runs.claim(worker, [ENTRY], 1);
      await store.log.terminate({ uid: run.uid, cause: '{}', delta: '{}', outcome: '{}' });
      return run.id;
    };
    const buried = await end();
    await store.workers.bury(worker);
    worker = await register();
    const left = await end();
    await store.workers.leave(worker);
    worker = await register();
    const orphan = await end();
    await tamper.holdBy((await store.runs.find(orphan))!.uid, 'gone');
    await store.workers.freeOrphans();
    for (const id of [buried, left, orphan]) expect(await store.runs.find(id)).toMatchObject({ worker: null, wakeMs: null });
    expect(await store.runs.claim(worker, [ENTRY], 10)).toEqual([]);
  });

  test('a child is started once, if its parent is open, and its end is put into the inbox of the parent once', async () => {
    const parent = await started();
    const child = { ...newRun(), parent: parent.uid, request: 7, priority: 3, tags: { a: '1' } };
    expect(await store.families.start(child)).toBe(true);
    expect(await store.families.start(child)).toBe(false);
    expect(await store.families.start({ ...child, uid: randomUUID() })).toBe(false);
    expect(await store.families.start({ ...newRun(), parent: randomUUID(), request: 1, priority: 0, tags: {} })).toBe(false);
    expect(await store.runs.find(child.id)).toMatchObject({ parent: parent.uid, priority: 3, tags: { a: '1' } });
    expect(await store.families.childrenOf(parent.uid, 9)).toEqual([{ uid: child.uid, id: child.id, request: 7, workflow: child.workflow, status: 'running', over: false }]);
    const claimed = await store.runs.claim(worker, [ENTRY], 10);
    expect(claimed.find(({ uid }) => uid === child.uid)!.parent).toBe(parent.uid);
    expect(await store.families.tellParent(child.uid)).toBe(false);
    expect(await store.families.owing(1000)).not.toContain(child.uid);
    await store.log.commit([commitAfter(child, { end: { status: 'failed', outcome: '{"error":"\\u0041"}' } })]);
    expect(await store.families.owing(1000)).toContain(child.uid);
    expect([await store.families.tellParent(child.uid), await store.families.tellParent(child.uid)]).toEqual([true, false]);
    const [entry] = await store.inbox.after(parent.uid, 0);
    expect(JSON.parse(entry!.entry)).toEqual({ ended: 7, id: child.id, uid: child.uid, outcome: { error: 'A' } });
    expect(await store.inbox.after(parent.uid, 1)).toEqual([]);
    expect(await store.families.owing(1000)).not.toContain(child.uid);
  });

  test('nobody hears of a child whose parent has ended; of one that was terminated its children must be told', async () => {
    const parent = await started();
    const child = { ...newRun(), parent: parent.uid, request: 1, priority: 0, tags: {} };
    await store.families.start(child);
    expect(await store.families.orphaned(1000)).not.toContain(parent.uid);
    await store.log.terminate({ uid: parent.uid, cause: '{}', delta: '{}', outcome: '{}' });
    expect(await store.families.orphaned(1000)).toContain(parent.uid);
    await store.families.orphansTold(parent.uid);
    expect(await store.families.orphaned(1000)).not.toContain(parent.uid);
    await store.log.commit([commitAfter(child, { end: { status: 'completed', outcome: '{"ok":1}' } })]);
    expect(await store.families.tellParent(child.uid)).toBe(false);
    expect(await store.families.owing(1000)).not.toContain(child.uid);
    expect(await store.families.start({ ...newRun(), parent: parent.uid, request: 2, priority: 0, tags: {} })).toBe(false);
  });

  test('a worker that goes gives everything back at once', async () => {
    const runs = await Promise.all([started(), started()]);
    await store.runs.claim(worker, [ENTRY], 10);
    await store.workers.leave(worker);
    const next = await register();
    expect((await store.runs.claim(next, [ENTRY], 10)).map((run) => run.uid).sort()).toEqual(runs.map((run) => run.uid).sort());
    expect((await store.workers.list()).map(({ id }) => id)).toEqual([next]);
  });

  test('leases run out by the database\'s clock, and can be renewed', async () => {
    const short = await register(0);
    await new Promise((resolve) => setTimeout(resolve, 5));
    const expired = async () => Object.fromEntries((await store.workers.list()).map((w) => [w.id, w.expired]));
    expect(await expired()).toEqual({ [worker]: false, [short]: true });
    expect(Math.abs((await store.workers.renew(short, 60_000))!.nowMs - Date.now())).toBeLessThan(60_000);
    expect(await expired()).toEqual({ [worker]: false, [short]: false });
    expect((await store.workers.list())[0]).toMatchObject({ host: 'h', boot: 'b', pid: 1, started: 's' });
  });

  test('a lease that is renewed tells what its worker holds', async () => {
    const holdings = async () => (await store.workers.renew(worker, 60_000))!.holdings;
    expect(await holdings()).toEqual({ runs: 0, mail: 0 });
    const [run] = await Promise.all([held(), held(), started()]);
    for (let i = 0; i < 3; i++) await store.inbox.send(run.id, '{}');
    expect(await holdings()).toEqual({ runs: 2, mail: 3 });
    await store.runs.release(run.uid, worker, 3, null);
    expect(await holdings()).toEqual({ runs: 1, mail: 0 });
  });

  test('a parked run takes messages and is claimed by nobody until it is resumed; only its worker can park it', async () => {
    const run = await started();
    await store.runs.claim(worker, [ENTRY], 1);
    expect(await store.runs.park(run.uid, 'another', '{"a":1}')).toBe(false);
    expect(await store.runs.park(run.uid, worker, '{"why":"bad"}')).toBe(true);
    expect(await store.runs.find(run.id)).toMatchObject({ status: 'parked', reason: '{"why":"bad"}', worker: null, wakeMs: null });
    expect(await store.inbox.send(run.id, '{}')).toBe(1);
    expect(await store.inbox.sendToUid(run.uid, '{}')).toBe(2);
    expect(await store.runs.claim(worker, [ENTRY], 9)).toEqual([]);
    expect(await store.runs.resume(run.uid)).toBe(true);
    expect(await store.runs.resume(run.uid)).toBe(false);
    expect(await store.runs.find(run.id)).toMatchObject({ status: 'running', reason: null });
    expect(await store.runs.claim(worker, [ENTRY], 9)).toMatchObject([{ uid: run.uid, mail: 2 }]);
  });

  // ——— The inbox ———

  test('numbers what is sent, without gaps, in the order of the numbers', async () => {
    const run = await started();
    const numbers = await Promise.all(Array.from({ length: 20 }, (_, i) => (i % 2 ? store.inbox.send(run.id, `{"i":${i}}`) : store.inbox.sendToUid(run.uid, `{"i":${i}}`))));
    expect([...numbers].sort((a, b) => a! - b!)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
    const inbox = await store.inbox.after(run.uid, 0);
    expect(inbox.map(({ n }) => n)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
    for (const [i, n] of numbers.entries()) expect(inbox[n! - 1]!.entry).toBe(`{"i":${i}}`);
    expect((await store.inbox.after(run.uid, 18)).map(({ n }) => n)).toEqual([19, 20]);
    expect((await store.log.load(run.uid)).inbox).toEqual(inbox);
    expect(await store.inbox.send('nobody', '{}')).toBe(null);
    expect(await store.inbox.sendToUid(randomUUID(), '{}')).toBe(null);
  });

  test('consumes with the commit or not at all', async () => {
    const run = await held();
    for (const i of [1, 2, 3]) await store.inbox.send(run.id, `{"i":${i}}`);
    const stale = { ...commitAfter(run, { mail: 3 }), prev: Buffer.from('other') };
    expect(await written(store, [stale])).toEqual(new Set());
    expect((await store.inbox.after(run.uid, 0)).map(({ n }) => n)).toEqual([1, 2, 3]);
    const first = commitAfter(run, { mail: 2 });
    expect(await written(store, [first])).toEqual(hashes(first));
    expect((await store.inbox.after(run.uid, 0)).map(({ n }) => n)).toEqual([3]);
    expect(await store.inbox.send(run.id, '{}')).toBe(4);
  });

  // ——— Committing ———

  test('appends a cycle only after its predecessor, with its hash, and once', async () => {
    const run = await held();
    const first = commitAfter(run);
    const second = commitAfter(first);
    expect(await written(store, [second])).toEqual(new Set());
    expect(await written(store, [first])).toEqual(hashes(first));
    expect(await written(store, [first])).toEqual(new Set());
    const rival = commitAfter(run, { cause: '{"rival":1}' });
    expect(await written(store, [rival])).toEqual(new Set());
    expect(await written(store, [commitAfter(rival)])).toEqual(new Set());
    expect(await written(store, [second])).toEqual(hashes(second));
    expect(await store.log.hashAt(run.uid, 1)).toBe(first.hash.toString('hex'));
    expect(await store.log.hashAt(run.uid, 3)).toBe(null);
    expect((await store.log.read(run.uid, 0, 10)).map(({ seq, delta }) => [seq, delta])).toEqual([[0, '{}'], [1, '{"mail":1}'], [2, '{"mail":1}']]);
    expect((await store.log.read(run.uid, 1, 1)).map(({ seq }) => seq)).toEqual([1]);
  });

  test('of two workers that write the same cycle, one does; the other changes nothing', async () => {
    const run = await held();
    for (const i of [1, 2]) await store.inbox.send(run.id, `{"i":${i}}`);
    expect(await store.claims.claimAttempt(run.uid, 7, 2, worker)).toBe('claimed');
    const a = commitAfter(run, { cause: '{"by":"a"}', mail: 1, end: { status: null, outcome: '{"ok":"a"}' } });
    const b = commitAfter(run, { cause: '{"by":"b"}', mail: 2, settled: [7], end: { status: 'completed', outcome: '{"ok":"b"}' } });
    const [wonA, wonB] = await Promise.all([written(store, [a]), written(store, [b])]);
    expect(wonA.size + wonB.size).toBe(1);
    const found = (await store.runs.find(run.id))!;
    const won = wonA.size === 1 ? a : b;
    expect(found.outcome).toBe(won.end!.outcome);
    expect(found.status).toBe(won === a ? 'running' : 'completed');
    expect((await store.inbox.after(run.uid, 0)).map(({ n }) => n)).toEqual(won === a ? [2] : []);
    expect(await store.claims.of(run.uid)).toHaveLength(won === a ? 1 : 0);
  });

  test('where one of several is there already, none goes in; alone, it has lost', async () => {
    const [run, other] = [await held(), await held()];
    for (const i of [1, 2]) await store.inbox.send(run.id, `{"i":${i}}`);
    const twins = [1, 2].map((mail) => commitAfter(run, { cause: `{"by":${mail}}`, mail, end: { status: null, outcome: `{"ok":${mail}}` } }));
    const beside = commitAfter(other);
    for (const commits of [twins, twins.map((twin) => ({ ...twin, end: null, mail: null }))]) {
      await expect(store.log.commit([...commits, beside])).rejects.toMatchObject({ code: 'store_duplicate', kind: 'refused' });
    }
    expect(await written(store, [beside])).toEqual(hashes(beside));
    expect(await written(store, [twins[0]!])).toEqual(hashes(twins[0]!));
    for (const late of [twins[1]!, { ...twins[1]!, end: null, mail: null }]) {
      await expect(store.log.commit([late, commitAfter(beside)])).rejects.toMatchObject({ code: 'store_duplicate' });
      expect(await written(store, [late])).toEqual(new Set());
    }
    expect(await store.log.hashAt(run.uid, 1)).toBe(twins[0]!.hash.toString('hex'));
    expect((await store.runs.find(run.id))!.outcome).toBe('{"ok":1}');
    expect(await store.inbox.after(run.uid, 0)).toHaveLength(1);
    expect(await store.log.hashAt(other.uid, 2)).toBe(null);
  });

  test('a worker that has lost its runs writes nothing any more, though nobody else has written', async () => {
    const run = await held();
    const late = commitAfter(run, { cause: '{"by":"zombie"}' });
    const ends: Commit = { ...late, end: { status: 'completed', outcome: '{"ok":1}' }, mail: 0 };
    await store.workers.bury(worker);
    for (const commits of [[late], [late, commitAfter(await held())], [ends]]) {
      expect([...(await written(store, commits))]).not.toContain(late.hash.toString('hex'));
    }
    const next = await register();
    expect(await store.runs.claim(next, [ENTRY], 1)).toMatchObject([{ uid: run.uid }]);
    for (const commits of [[late], [ends]]) expect(await written(store, commits)).toEqual(new Set());
    expect(await store.runs.release(run.uid, worker, 0, null)).toBe(false);
    expect(await store.runs.park(run.uid, worker, '{}')).toBe(false);
    expect(await store.log.hashAt(run.uid, 1)).toBe(null);
    expect(await store.runs.find(run.id)).toMatchObject({ worker: next, status: 'running' });
    const byNext = commitAfter(run, { worker: next });
    expect(await written(store, [byNext])).toEqual(hashes(byNext));
  });

  test('commits many runs in one statement, each on its own', async () => {
    const runs = await Promise.all(Array.from({ length: 10 }, () => held()));
    const commits = runs.map((run, i) => (i % 3 === 0 ? { ...commitAfter(run), prev: Buffer.from('stale') } : commitAfter(run)));
    const expected = hashes(...commits.filter((_, i) => i % 3 !== 0));
    expect(await written(store, commits)).toEqual(expected);
    const withEnds = runs.map((run, i) => commitAfter(commits[i]!.prev.equals(run.hash) ? commits[i]! : run, {
      end: i % 2 ? { status: 'completed', outcome: `{"ok":${i}}` } : null,
      mail: 0,
      capture: '{"seed":"00"}',
    }));
    expect((await written(store, withEnds)).size).toBe(10);
    for (const [i, run] of runs.entries()) expect((await store.runs.find(run.id))!.status).toBe(i % 2 ? 'completed' : 'running');
    expect((await store.log.read(runs[1]!.uid, 2, 1))[0]).toMatchObject({ capture: '{"seed":"00"}' });
  });

  test('one document that is none refuses the statement and leaves nothing of it', async () => {
    const [a, b] = await Promise.all([held(), held()]);
    const error = await thrownBy(written(store, [commitAfter(a), { ...commitAfter(b), delta: '{"broken":' }]));
    expect(error).toMatchObject({ name: 'StoreError', code: 'store_statement', kind: 'refused' });
    expect(await store.log.hashAt(a.uid, 1)).toBe(null);
    expect(await store.log.hashAt(b.uid, 1)).toBe(null);
  });

  test('an end takes the run from its worker and keeps it from others', async () => {
    const run = await held();
    const outcome = commitAfter(run, { end: { status: null, outcome: '{"ok":1}' } });
    await store.log.commit([outcome]);
    expect(await store.runs.find(run.id)).toMatchObject({ status: 'running', outcome: '{"ok":1}', worker, finishedMs: null });
    await store.log.commit([commitAfter(outcome, { end: { status: 'completed', outcome: null } })]);
    const ended = (await store.runs.find(run.id))!;
    expect(ended).toMatchObject({ status: 'completed', outcome: '{"ok":1}', worker: null, wakeMs: null });
    // Starts of one millisecond are told apart by microseconds, which a clock of milliseconds has not.
    expect(ended.finishedMs).toBeGreaterThanOrEqual(Math.floor(ended.createdMs));
    expect(await store.runs.claim(worker, [ENTRY], 9)).toEqual([]);
    expect(await store.inbox.send(run.id, '{}')).toBe(null);
  });

  test('a message with a key goes in once, per channel and run', async () => {
    const [run, other] = [await started(), await started()];
    expect(await store.inbox.sendOnce(run.uid, '{"i":1}', 'paid', 'k')).toBe(1);
    expect(await store.inbox.sendOnce(run.uid, '{"i":2}', 'paid', 'k')).toBe('known');
    expect(await store.inbox.sendOnce(run.uid, '{"i":3}', 'shipped', 'k')).toBe(2);
    expect(await store.inbox.sendOnce(other.uid, '{"i":4}', 'paid', 'k')).toBe(1);
    expect((await store.inbox.after(run.uid, 0)).map(({ entry }) => entry)).toEqual(['{"i":1}', '{"i":3}']);
    expect(await store.inbox.sendOnce(randomUUID(), '{}', 'paid', 'k')).toBe(null);
    const raced = await Promise.all(Array.from({ length: 10 }, () => store.inbox.sendOnce(run.uid, '{}', 'paid', 'race')));
    expect(raced.filter((n) => n !== 'known')).toEqual([3]);
  });

  test('a key is known after its message was consumed and after the run has ended; a new one is not taken then', async () => {
    const run = await held();
    await store.inbox.sendOnce(run.uid, '{"i":1}', 'paid', 'k');
    const step = commitAfter(run, { mail: 1 });
    await store.log.commit([step]);
    expect(await store.inbox.sendOnce(run.uid, '{"i":1}', 'paid', 'k')).toBe('known');
    await store.log.commit([commitAfter(step, { end: { status: 'completed', outcome: '{"ok":1}' } })]);
    expect(await store.inbox.sendOnce(run.uid, '{"i":1}', 'paid', 'k')).toBe('known');
    for (let i = 0; i < 2; i++) expect(await store.inbox.sendOnce(run.uid, '{"i":2}', 'paid', 'new')).toBe(null);
    expect(await store.inbox.after(run.uid, 0)).toEqual([]);
  });

  test('the chain of hashes shows what was changed, dropped or put in between', async () => {
    const damages: [((uid: string) => Promise<void>) | null, RegExp | null][] = [
      [null, null],
      [(uid) => tamper.setDelta(uid, 2, '{"mail":2}'), /log\.2.*changed/],
      [(uid) => tamper.setCause(uid, 1, '{"gift":1}'), /log\.1.*changed/],
      [(uid) => tamper.dropCycle(uid, 2), /log\.2.*missing/],
      [(uid) => tamper.dropCycle(uid, 0), /log\.1.*changed/],
    ];
    for (const [damage, message] of damages) {
      const run = await held();
      let last: { uid: string; seq?: number; hash: Buffer } = run;
      for (let i = 0; i < 3; i++) {
        await written(store, [(last = commitAfter(last, { delta: JSON.stringify({ v: i === 0 ? FORMAT_VERSION : undefined, mail: i }) }))]);
      }
      await damage?.(run.uid);
      const { image, log } = await store.log.load(run.uid);
      if (message === null) expect(foldHistory(image, log)).toMatchObject({ seq: 3, hash: last.hash, state: { mail: 2 } });
      else expect(() => foldHistory(image, log)).toThrow(message);
    }
  });

  // ——— Images ———

  test('loads the newest image and the log from there; keeps the newest two', async () => {
    const run = await held();
    let last: { uid: string; seq?: number; hash: Buffer } = run;
    for (let i = 0; i < 6; i++) await written(store, [(last = commitAfter(last))]);
    for (const seq of [1, 3, 5]) await store.log.writeImage(run.uid, seq, `{"image":${seq}}`, worker);
    await store.log.writeImage(run.uid, 5, '{"image":"again"}', worker);
    const loaded = await store.log.load(run.uid);
    expect(loaded.image).toEqual({ seq: 5, state: '{"image":5}' });
    expect(loaded.log.map(({ seq }) => seq)).toEqual([5, 6]);
    expect(await tamper.images(run.uid)).toEqual([3, 5]);
    const past = await store.log.loadAt(run.uid, 4);
    expect(past.image).toEqual({ seq: 3, state: '{"image":3}' });
    expect(past.log.map(({ seq }) => seq)).toEqual([3, 4]);
    expect(await store.log.loadAt(run.uid, 2)).toMatchObject({ image: null, log: [{ seq: 0 }, { seq: 1 }, { seq: 2 }] });
  });

  test('loads a log of several pages', async () => {
    const run = await started();
    await tamper.fillLog(run.uid, 2500);
    const { log } = await store.log.load(run.uid);
    expect(log.map(({ seq }) => seq)).toEqual(Array.from({ length: 2501 }, (_, n) => n));
  });

  test('an image that comes late, after newer ones, does not push out the newest', async () => {
    const run = await held();
    for (const seq of [9, 12, 4]) await store.log.writeImage(run.uid, seq, `{"image":${seq}}`, worker);
    const { image } = await store.log.load(run.uid);
    expect(image).toEqual({ seq: 12, state: '{"image":12}' });
    expect(await tamper.images(run.uid)).toEqual(expect.arrayContaining([9, 12]));
    await store.log.writeImage(run.uid, 13, '{"image":13}', 'who has lost it');
    expect(await tamper.images(run.uid)).not.toContain(13);
  });

  test('a run that does not exist loads as nothing', async () => {
    expect(await store.log.load(randomUUID())).toEqual({ image: null, log: [], inbox: [], claims: [], errands: new Set() });
    expect(() => foldHistory(null, [])).toThrow(/log\.0.*missing/);
  });

  // ——— Claims of effects ———

  test('an attempt is claimed once; failures and doubts are remembered', async () => {
    const run = await held();
    const results = await Promise.all([1, 2, 3].map(() => store.claims.claimAttempt(run.uid, 1, 2, worker)));
    expect(results.sort()).toEqual(['claimed', 'taken', 'taken']);
    const before = await store.clock();
    const retryMs = await store.claims.recordFailure(run.uid, 1, 1, worker, '{"error":"x"}', 5000);
    expect(retryMs).toBeGreaterThanOrEqual(before + 5000);
    expect(await store.claims.recordFailure(run.uid, 1, 1, worker, '{"error":"x"}', 90_000)).toBe(retryMs); // a pause begins once
    expect(await store.claims.markDoubt(run.uid, 2, 1, 'a', worker)).toBe(true);
    await store.claims.markDoubt(run.uid, 2, 1, 'b', worker);
    expect((await store.runs.find(run.id))!.inDoubt).toBe(true);
    const claims = await store.claims.of(run.uid);
    expect(claims.map(({ request, attempt, failure, doubt }) => ({ request, attempt, failure, doubt }))).toEqual([
      { request: 1, attempt: 1, failure: '{"error":"x"}', doubt: false },
      { request: 1, attempt: 2, failure: null, doubt: false },
      { request: 2, attempt: 1, failure: null, doubt: true },
    ]);
    expect(claims[2]!.worker).toBe('a');
    expect(claims.map((claim) => claim.retryMs)).toEqual([retryMs, null, null]);
    expect((await store.log.load(run.uid)).claims).toEqual(claims);
    expect(await store.claims.claimAttempt(run.uid, 2, 2, worker)).toBe('claimed');
    expect((await store.runs.find(run.id))!.inDoubt).toBe(false);
    await store.log.commit([commitAfter(run, { settled: [1] })]);
    expect((await store.claims.of(run.uid)).map(({ request }) => request)).toEqual([2, 2]);
  });

  test('a claim that happens late leaves a doubt about its own attempt, and errands of later ones', async () => {
    const run = await held();
    await store.claims.claimAttempt(run.uid, 1, 1, worker);
    await store.claims.markDoubt(run.uid, 1, 1, worker, worker);
    expect(await store.claims.claimAttempt(run.uid, 1, 1, worker)).toBe('taken');
    expect(await store.claims.of(run.uid)).toMatchObject([{ request: 1, attempt: 1, doubt: true }]);
    await errandsOf(run, [2], 1);
    await store.errands.doubt({ uid: run.uid, request: 2, attempt: 1 }, worker);
    await store.claims.claimAttempt(run.uid, 2, 1, worker);
    expect(await errandsAre(run)).toEqual([[2, null, true]]);
    await store.claims.claimAttempt(run.uid, 2, 2, worker); // a decision
    expect(await errandsAre(run)).toEqual([]);
  });

  test('only the worker that holds the run says something about attempts', async () => {
    const run = await held();
    await store.claims.markDoubt(run.uid, 1, 1, 'gone', worker);
    const other = await register();
    expect(await store.claims.claimAttempt(run.uid, 1, 2, other)).toBe('lost');
    expect(await store.claims.recordFailure(run.uid, 1, 1, other, '{}', 1)).toBe(null);
    expect(await store.claims.markDoubt(run.uid, 2, 1, worker, other)).toBe(false);
    expect(await store.claims.of(run.uid)).toMatchObject([{ request: 1, attempt: 1, worker: 'gone', failure: null, doubt: true }]);
    // A worker that was buried while it looked at a request, which others have settled meanwhile.
    await store.workers.bury(worker);
    await store.runs.claim(other, [ENTRY], 1);
    await store.log.commit([commitAfter(run, { worker: other, settled: [1] })]);
    expect(await store.claims.claimAttempt(run.uid, 1, 2, worker)).toBe('lost');
    expect(await store.claims.of(run.uid)).toEqual([]);
  });

  test('heartbeats of many attempts: the last details stay', async () => {
    const [one, two] = [await held(), await held()];
    await store.claims.claimAttempt(two.uid, 4, 2, worker);
    const beat = (uid: string, request: number, attempt: number, details: string | null, by = worker) => ({ uid, request, attempt, worker: by, details });
    await store.claims.recordHeartbeats([beat(one.uid, 1, 1, '{"details":{"page":1}}'), beat(two.uid, 4, 2, '{"details":null}')]);
    const first = (await store.claims.of(one.uid))[0]!;
    expect(first).toMatchObject({ request: 1, attempt: 1, worker, heartbeat: '{"details":{"page":1}}', heartbeatMs: expect.any(Number) });
    await store.claims.recordHeartbeats([beat(one.uid, 1, 1, null)]);
    const second = (await store.claims.of(one.uid))[0]!;
    expect(second.heartbeat).toBe('{"details":{"page":1}}');
    expect(second.heartbeatMs).toBeGreaterThanOrEqual(first.heartbeatMs!);
    expect(await store.claims.of(two.uid)).toMatchObject([{ request: 4, attempt: 2, worker, heartbeat: '{"details":null}' }]);
    expect((await store.log.load(one.uid)).claims).toEqual([second]);
    expect(await thrownBy(store.claims.recordHeartbeats([beat(one.uid, 1, 1, '{"broken"')]))).toMatchObject({ kind: 'refused' });
    // Of an attempt that the store does not know yet only the worker tells that holds the run.
    await store.claims.recordHeartbeats([beat(one.uid, 2, 1, null, await register())]);
    expect(await store.claims.of(one.uid)).toEqual([second]);
  });

  test('a doubt takes an answer as long as it stands', async () => {
    const run = await held();
    await store.claims.claimAttempt(run.uid, 1, 1, worker);
    await store.claims.recordTrouble(run.uid, 1, 1, '"not in doubt"');
    expect(await store.claims.answerDoubt(run.uid, 1, 1, '{"result":1,"value":0}')).toBe(false);
    await store.claims.markDoubt(run.uid, 1, 1, worker, worker);
    expect((await store.claims.of(run.uid))[0]).toMatchObject({ trouble: null, leftToPerson: false });
    await store.claims.recordTrouble(run.uid, 1, 1, '"no answer"');
    expect((await store.claims.of(run.uid))[0]).toMatchObject({ trouble: '"no answer"', leftToPerson: false });
    await store.claims.leaveToPerson(run.uid, 1, 1);
    expect((await store.claims.of(run.uid))[0]).toMatchObject({ trouble: null, leftToPerson: true });
    expect(await store.claims.answerDoubt(run.uid, 1, 2, '{}')).toBe(false);
    expect(await store.claims.answerDoubt(run.uid, 1, 1, '{"retry":1,"attempt":1}')).toBe(true);
    expect(await store.inbox.after(run.uid, 0)).toEqual([{ n: 1, entry: '{"retry":1,"attempt":1}' }]);
    await store.claims.claimAttempt(run.uid, 1, 2, worker);
    expect(await store.claims.answerDoubt(run.uid, 1, 1, '{"result":1,"value":0}')).toBe(false);
  });

  test('the worker that holds a run sends to it, in a transaction that has a number', async () => {
    const run = await held();
    expect(await store.inbox.sendHeld(run.uid, await register(), '{"result":1,"value":0}')).toBe(null);
    const sent = await store.inbox.sendHeld(run.uid, worker, '{"result":1,"value":0}');
    expect(await store.inbox.after(run.uid, 0)).toEqual([{ n: 1, entry: '{"result":1,"value":0}' }]);
    expect(await store.transactionStatus(sent!.transaction)).toBe('committed');
    expect([await store.isResultStored(run.uid, 1), await store.isResultStored(run.uid, 2)]).toEqual([true, false]);
    // What looks like a result may be an argument, or a message.
    const cause = '{"start":"order.wf.ts#fulfil","args":[{"result":3,"value":0}]}';
    const alike = newRun({ cause });
    await store.runs.start(alike);
    expect(await store.isResultStored(alike.uid, 3)).toBe(false);
    const taken = commitAfter(run, { cause: '[{"timer":2},{"result":1,"value":0,"mail":1}]', mail: 1, worker });
    expect(await written(store, [taken])).toEqual(hashes(taken));
    expect([await store.isResultStored(run.uid, 1), await store.isResultStored(run.uid, 11)]).toEqual([true, false]);
    expect([...(await store.runs.news(worker))].flat()).toEqual(expect.arrayContaining([expect.objectContaining({ uid: run.uid })]));
  });

  test('which process a worker was is remembered', async () => {
    const { pid, host } = { pid: 1, host: 'h' };
    expect(await store.workers.find(worker)).toEqual({ host, pid });
    const [left, buried] = [await register(), await register()];
    const next = { id: randomUUID().slice(0, 8), host: 'h', boot: 'b', pid: 1, started: 's' };
    await store.workers.leave(left);
    await store.workers.bury(buried);
    const agoMs = await store.workers.register(next, 60_000);
    expect(agoMs).toBeGreaterThanOrEqual(0);
    expect(agoMs).toBeLessThan(60_000);
    expect(await store.workers.find(left)).toEqual({ host, pid });
    expect(await store.workers.find(buried)).toEqual({ host, pid });
    expect(await store.workers.find('nobody')).toBe(null);
  });

  test('the end of a run takes its claims and doubts with it', async () => {
    const run = await held();
    await store.claims.markDoubt(run.uid, 3, 1, 'a', worker);
    await store.log.commit([commitAfter(run, { end: { status: 'completed', outcome: '{"ok":1}' } })]);
    expect(await store.claims.of(run.uid)).toEqual([]);
    expect((await store.runs.find(run.id))!.inDoubt).toBe(false);
  });

  // ——— Errands ———

  /** Puts errands of a run, and lets a worker have the first `count` of them. */
  async function errandsOf(run: NewRun, requests: number[], count: number): Promise<void> {
    const call = { attempt: 1, effect: 'order.wf.ts#pay', args: '[]', askedMs: await store.clock(), queue: run.uid, lane: run.uid, mail: 0, worker };
    expect(await store.errands.put(requests.map((request) => ({ ...call, uid: run.uid, request })))).toEqual(new Set([run.uid]));
    const { errands } = await store.errands.grant(worker, [{ queue: run.uid, effect: 'pay', room: count, idempotent: false }]);
    expect(errands.map(({ request }) => request)).toEqual(requests.slice(0, count));
  }
  const errandsAre = async (run: NewRun) => (await store.errands.ofRun(run.uid)).map(({ request, worker: by, doubt }) => [request, by, doubt]);
  const toldTo = async () => (await store.errands.of(worker)).filter(({ told }) => told).map(({ request }) => request).sort();

  test('errands are granted by priority, then in the order in which they became ready', async () => {
    const [run, urgent] = [await held(), await held()];
    await tamper.setPriority(urgent.uid, 7);
    const queue = run.uid;
    const put = async (of: NewRun, request: number) =>
      store.errands.put([{ uid: of.uid, request, attempt: 1, effect: 'order.wf.ts#pay', args: '[]', askedMs: await store.clock(), queue, lane: 'pay', mail: 0, worker }]);
    const grant = async (room: number) => {
      const { errands, inMs } = await store.errands.grant(worker, [{ queue, effect: 'pay', room, idempotent: false }]);
      return [errands.map(({ request }) => request), inMs];
    };
    for (const request of [1, 2, 3]) await put(run, request);
    expect(await grant(1)).toEqual([[1], null]);
    await put(urgent, 4);
    // One whose pause is over stands behind those that were ready before. (The clock of the memory store counts ms.)
    await pause(5);
    await store.errands.retry({ uid: run.uid, request: 1, attempt: 1 }, worker, '{}', 0);
    await pause(5);
    await put(run, 5);
    expect((await store.errands.ofRun(run.uid)).map(({ request, ahead }) => [request, ahead])).toEqual([[1, 3], [2, 1], [3, 2], [5, 4]]);
    expect(await grant(3)).toEqual([[4, 2, 3], null]);
    await store.errands.retry({ uid: run.uid, request: 2, attempt: 1 }, worker, '{}', 60_000);
    expect((await grant(5))[0]).toEqual([1, 5]);
    const [requests, inMs] = (await grant(5)) as [number[], number];
    expect(requests).toEqual([]);
    expect(inMs).toBeGreaterThan(50_000);
    expect(inMs).toBeLessThanOrEqual(60_000);
  });

  test('the end of a run takes what waits with it, and tells who makes the rest', async () => {
    const run = await held();
    await errandsOf(run, [1, 2, 3, 4], 2);
    expect(await store.errands.doubt({ uid: run.uid, request: 1, attempt: 1 }, worker)).toBe('doubtful');
    await store.log.commit([commitAfter(run)]);
    expect(await errandsAre(run)).toEqual([[1, null, true], [2, worker, false], [3, null, false], [4, null, false]]);
    const last = commitAfter(commitAfter(run), { end: { status: 'cancelled', outcome: '{"error":1}' } });
    expect(await written(store, [last])).toEqual(hashes(last));
    expect([await errandsAre(run), await toldTo()]).toEqual([[[2, worker, false]], [2]]);
  });

  test('a call that is settled otherwise is not begun any more, and who makes it is told', async () => {
    const run = await held();
    await errandsOf(run, [1, 2, 3, 4], 2);
    expect(await store.errands.doubt({ uid: run.uid, request: 1, attempt: 1 }, worker)).toBe('doubtful');
    const settling = commitAfter(run, { settled: [1, 2, 3] });
    expect(await written(store, [settling])).toEqual(hashes(settling));
    expect([await errandsAre(run), await toldTo()]).toEqual([[[2, worker, false], [4, null, false]], [2]]);
  });

  test('of a run that was terminated nothing is begun, and who makes what is under way is told', async () => {
    const run = await held();
    await errandsOf(run, [1, 2, 3], 1);
    await store.errands.drop(run.uid); // it is not over
    expect(await errandsAre(run)).toEqual([[1, worker, false], [2, null, false], [3, null, false]]);
    await store.log.terminate({ uid: run.uid, cause: '{}', delta: '{}', outcome: '{}' });
    expect((await store.errands.grant(worker, [{ queue: run.uid, effect: 'pay', room: 9, idempotent: false }])).errands).toEqual([]);
    await store.errands.drop(run.uid);
    expect([await errandsAre(run), await toldTo()]).toEqual([[[1, worker, false]], [1]]);
    expect(await store.errands.finish({ uid: run.uid, request: 1, attempt: 1 }, '{"result":1}', false)).toBe(true);
    expect([await errandsAre(run), await store.inbox.after(run.uid, 0)]).toEqual([[], []]);
  });

  test('gives back what was granted once, and not what was granted anew', async () => {
    const run = await held();
    await errandsOf(run, [1], 1);
    const first = await store.errands.of(worker);
    await store.errands.giveBack(worker, first);
    expect([await errandsAre(run), await store.claims.of(run.uid)]).toEqual([[[1, null, false]], []]);
    await pause(5);
    const { errands } = await store.errands.grant(worker, [{ queue: run.uid, effect: 'pay', room: 1, idempotent: false }]);
    expect(errands).toMatchObject([{ request: 1, attempt: 1 }]);
    await store.errands.giveBack(worker, first);
    expect([await errandsAre(run), (await store.claims.of(run.uid)).length]).toEqual([[[1, worker, false]], 1]);
    await store.errands.giveBack(worker, await store.errands.of(worker));
    expect(await errandsAre(run)).toEqual([[1, null, false]]);
  });

  test('errands of a worker that was found dead are made again after a pause, until too many of them were lost since the last that failed', async () => {
    const run = await held();
    const { uid } = run;
    await errandsOf(run, [1], 0);
    const granted = async () => {
      const by = await register();
      const { errands, inMs } = await store.errands.grant(by, [{ queue: uid, effect: 'pay', room: 1, idempotent: true }]);
      return { by, attempt: errands[0]?.attempt ?? null, inMs };
    };
    const buried = async (pausesMs: number[]) => {
      const { by, attempt } = await granted();
      expect(await store.workers.bury(by)).toBe(0);
      expect((await store.errands.free(pausesMs)).filter((freed) => freed.uid === uid)).toEqual([]); // others are of other tests
      const [errand] = await store.errands.ofRun(uid);
      return [attempt, errand!.doubt];
    };
    expect(await buried([0, 0, 0])).toEqual([1, false]);
    expect(await buried([0, 0, 0])).toEqual([2, false]);
    const failing = await granted();
    expect([failing.attempt, await store.errands.retry({ uid, request: 1, attempt: 3 }, failing.by, '{}', 0)]).toEqual([3, 'waiting']);
    expect(await buried([0, 0, 0])).toEqual([4, false]); // one
    expect(await buried([0, 0, 0])).toEqual([5, false]);
    expect(await buried([0, 0, 0])).toEqual([6, true]);
    expect((await store.claims.of(uid)).map(({ attempt, lostMs, doubt }) => [attempt, lostMs !== null, doubt])).toEqual(
      [1, 2, 3, 4, 5, 6].map((attempt) => [attempt, attempt !== 3, attempt === 6]),
    );
    expect(await store.errands.repeat({ uid, request: 1, attempt: 6 }, worker)).toBe('waiting');
    expect(await buried(Array.from({ length: 9 }, () => 60_000_000))).toEqual([7, false]);
    const { attempt, inMs } = await granted();
    expect(attempt).toBe(null);
    expect(inMs).toBeGreaterThan(0);
    expect(inMs).toBeLessThanOrEqual(60_000_000);
  });

  test('takes many calls back at once: each hears what has become of it', async () => {
    const run = await held();
    await errandsOf(run, [1, 2, 3, 4], 3);
    await store.errands.retry({ uid: run.uid, request: 1, attempt: 1 }, worker, '{"error":1}', 0);
    await store.errands.doubt({ uid: run.uid, request: 2, attempt: 1 }, worker);
    await store.claims.claimAttempt(run.uid, 6, 1, worker);
    expect(await store.errands.withdraw(run.uid, [1, 2, 3, 4, 5, 6], await register())).toBe(null);
    expect(await store.errands.withdraw(run.uid, [1, 2, 3, 4, 5, 6], worker)).toEqual(
      new Map([[1, 'ended'], [2, 'ended'], [3, 'told'], [4, 'ended'], [5, 'ended'], [6, 'none']]),
    );
    expect((await store.inbox.after(run.uid, 0)).map(({ n, entry }) => [n, JSON.parse(entry)])).toEqual([
      [1, { failure: 1, error: { error: 1 } }],
      [2, { aborted: 2, begun: true }],
      [3, { aborted: 4, begun: false }],
      [4, { aborted: 5, begun: false }],
    ]);
    expect(await errandsAre(run)).toEqual([[3, worker, false]]);
    const key = { uid: run.uid, request: 3, attempt: 1 };
    await store.errands.giveBack(worker, await store.errands.of(worker)); // its worker has to answer
    expect([await errandsAre(run), await toldTo()]).toEqual([[[3, worker, false]], [3]]);
    await store.errands.finish(key, '{"aborted":3,"begun":true}', false);
    expect((await store.runs.find(run.id))!.mail).toBe(5);
    expect(await store.errands.withdraw(run.uid, [3], worker)).toEqual(new Map([[3, 'ending']]));
  });

  test('nobody waits for a token of a run that is over, though a claim of it is left', async () => {
    const run = await held();
    const place = { uid: run.uid, request: 1, attempt: 1 };
    await store.tokens.issue(place, worker, 'order.wf.ts#pay', Buffer.from('ab', 'hex'), 0);
    const mine = async () => (await store.tokens.due(100)).filter(({ uid }) => uid === run.uid).map(({ stands }) => stands);
    expect(await mine()).toEqual([true]);
    await store.tokens.close(place, '{"ended":"early"}');
    expect(await mine()).toEqual([true]);
    await tamper.setStatus(run.uid, 'completed');
    expect(await mine()).toEqual([false]);
    await store.tokens.close(place, '{"ended":"over"}');
    expect(await mine()).toEqual([]);
  });

  test('the end of a token is known again when its answer was lost; what was decided before stays', async () => {
    const run = await held();
    const place = (request: number) => ({ uid: run.uid, request, attempt: 1 });
    const hash = Buffer.from('ab', 'hex');
    for (const request of [1, 2, 3]) await store.tokens.issue(place(request), worker, 'order.wf.ts#pay', hash, request === 3 ? 0 : null);
    await store.tokens.complete(place(2), hash, '{"result":1}', '{"result":2,"value":1}');
    await store.tokens.expire(place(3), '{"expired":true}', '{"failure":3,"error":1}');
    const ends = async () => [await store.tokens.end(place(1), worker, '{"ended":"x"}'), await store.tokens.end(place(2), worker, '{"ended":"x"}'), await store.tokens.end(place(3), worker, '{"ended":"x"}')];
    expect(await ends()).toEqual(['ended', 'decided', 'decided']);
    expect(await ends()).toEqual(['ended', 'decided', 'decided']);
    expect(await store.tokens.end(place(1), await register(), '{"ended":"x"}')).toBe('lost');
    expect(await store.tokens.complete(place(1), hash, '{"result":1}', '{"result":1,"value":1}')).toBe(false);
  });

  test('a token that is stored late does not count: its attempt has failed, is in doubt or was followed by another, or there is an outcome', async () => {
    const run = await held();
    const place = (request: number) => ({ uid: run.uid, request, attempt: 1 });
    const hash = Buffer.from('ab', 'hex');
    await store.claims.recordFailure(run.uid, 1, 1, worker, '{"failed":1}', 0);
    await store.claims.markDoubt(run.uid, 2, 1, worker, worker);
    await store.claims.claimAttempt(run.uid, 3, 2, worker);
    await store.inbox.sendToUid(run.uid, '{"failure":5,"error":1}');
    for (const request of [1, 2, 3, 4, 5]) await store.tokens.issue(place(request), worker, 'order.wf.ts#pay', hash, 0);
    const due = (await store.tokens.due(100)).filter(({ uid }) => uid === run.uid);
    expect(due.map(({ request, stands }) => [request, stands]).sort()).toEqual([[1, false], [2, false], [3, false], [4, true], [5, false]]);
    const { claims } = await store.log.load(run.uid);
    expect(claims.filter(({ token }) => token).map(({ request }) => request)).toEqual([4, 5]);
    for (const request of [1, 2, 3, 4, 5]) expect(await store.tokens.expire(place(request), '{"expired":true}', '{"failure":1}')).toBe(request === 4);
    expect((await store.runs.find(run.id))!.mail).toBe(2);
  });

  // ——— Artifacts ———

  test('stores a program once, and finds the newest of each module', async () => {
    const entry = `a${randomUUID()}.wf.ts`;
    const [first, second] = [randomUUID(), randomUUID()].map((uuid) => uuid.replaceAll('-', ''));
    await store.artifacts.store(first!, entry, '{"v":1,  "raw":true}');
    await store.artifacts.store(first!, entry, '{"v":"changed"}');
    expect(await store.artifacts.load(first!)).toBe('{"v":1,  "raw":true}');
    for (const other of [second!, 'none', '']) expect(await store.artifacts.load(other)).toBe(null);
    await store.artifacts.store(second!, entry, '{"v":2}');
    expect((await store.artifacts.newest()).filter((artifact) => artifact.entry === entry)).toEqual([{ hash: second, entry, content: '{"v":2}' }]);
  });

  // ——— Values and errors ———

  test('large documents, and many bytes', async () => {
    const run = await held();
    const delta = JSON.stringify({ put: { 1: 'x'.repeat(3_000_000) } });
    const big = commitAfter(run, { delta });
    expect((await written(store, [big])).size).toBe(1);
    expect((await store.log.load(run.uid)).log[1]!.delta).toBe(delta);
  });

  test('a statement it does not know is refused with a coded error', async () => {
    const unknown = { name: 'perdure_unknown', text: 'SELEKT 1' };
    expect(await thrownBy(store.sql.query(unknown, []))).toMatchObject({ name: 'StoreError', code: 'store_statement', kind: 'refused' });
  });
});

describe.each(SQL_KINDS)('%s, by SQL', (kind) => {
  const rows = (text: string) => stores[kind]!.sql.query({ name: `t_${randomUUID().slice(0, 8)}`, text }, []);

  test('applies the migrations once, also when several open at the same time', async () => {
    const { sql } = stores[kind]!;
    await Promise.all([migrate(sql), migrate(sql), migrate(sql)]);
    expect(await rows('SELECT version FROM perdure.migrations')).toHaveLength(VERSIONS.length);
  });

  test('who asks again on each answer lets timers come in between', async () => {
    let asked = 0;
    const isTold = await new Promise<boolean>((resolve) => {
      setTimeout(() => resolve(asked < 1000), 0);
      void (async () => {
        while (asked++ < 1000) await stores[kind]!.sql.query({ name: 'one', text: 'SELECT 1' }, []);
      })();
    });
    expect(isTold).toBe(true);
  });

  test('tells missing tables from wrong statements', async () => {
    expect(await thrownBy(rows('SELECT nothing FROM nowhere'))).toMatchObject({ name: 'StoreError', code: 'store_schema', kind: 'refused' });
    expect(await rows('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });
});

describe('in memory', () => {
  /** Everything that `queries/` exports as a statement. */
  async function statements(): Promise<Statement[]> {
    const queries = new URL('../runtime/store/queries/', import.meta.url);
    const modules = readdirSync(queries).map((file) => import(new URL(file, queries).href) as Promise<Record<string, unknown>>);
    return (await Promise.all(modules)).flatMap((module) => Object.values(module)).filter(isStatement);
  }

  const isStatement = (value: unknown): value is Statement => typeof value === 'object' && value !== null && 'name' in value && 'text' in value;

  test('every statement of the store is known, and no other', async () => {
    const names = (await statements()).map(({ name }) => name).sort();
    expect(names.length).toBeGreaterThan(30);
    expect([...IMPLEMENTATIONS.keys()].sort()).toEqual(names);
  });

  test('every store is one of its own, and gone when it is closed', async () => {
    const [a, b] = [await openStore('memory:'), await openStore('memory:')];
    const run = newRun();
    expect(await a.runs.start(run)).toBe(true);
    expect(await b.runs.find(run.id)).toBe(null);
    expect(await thrownBy(openStore('memory:', { shared: true, existing: true }))).toMatchObject({ code: 'store_missing' });
    await Promise.all([a.close(), a.close(), b.close()]);
    expect(await thrownBy(a.clock())).toMatchObject({ name: 'StoreError', code: 'store_connection' });
  });
});

describe('opening', () => {
  test.each(['mysql://localhost/x', 'pglite:/tmp/x', 'postgres:x', 'memory:x', 'file:x'])('%s is no directory, and none is made', async (target) => {
    expect(await thrownBy(openStore(target))).toMatchObject({ code: 'store_url' });
    expect(existsSync(target.split('/')[0]!)).toBe(false);
  });

  test('a fresh PostgreSQL by many at once: the schema is made once', async () => {
    const url = await freshDatabase();
    const opened = await Promise.all(Array.from({ length: 6 }, () => openStore(url, { connectionsMax: 1 })));
    expect(await opened[0]!.sql.query({ name: 't_v', text: 'SELECT version FROM perdure.migrations' }, [])).toEqual(VERSIONS.map((version) => ({ version })));
    await Promise.all(opened.map((store) => store.close()));
  });

  test('a database that is not there, or in which a role may do nothing, is told as such', async () => {
    const url = await freshDatabase();
    expect(await thrownBy(openStore(`${url}_not_there`))).toMatchObject({ code: 'store_access', message: expect.stringMatching(/t_\w+_not_there/) as string });
    const store = await openStore(url);
    expect(await thrownBy(store.sql.script('SET ROLE pg_monitor; CREATE SCHEMA forbidden'))).toMatchObject({ code: 'store_access' });
    await store.close();
  });

  test('a schema that is newer is refused', async () => {
    const url = await freshDatabase();
    const store = await openStore(url);
    await store.sql.script('INSERT INTO perdure.migrations (version) VALUES (9999)');
    await store.close();
    const error = await thrownBy(openStore(url));
    expect(error).toMatchObject({ code: 'store_schema_newer' });
    expect(error.message).toMatch(new RegExp(`9999.*knows ${VERSIONS.at(-1)}.*Update`));
  });

  /** The URL of a database of an earlier version of the schema, with some rows. */
  const databaseOf = async (last: number, rows: string): Promise<string> => {
    const url = await freshDatabase();
    const sql = openPostgres(url);
    const earlier = VERSIONS.filter((version) => version <= last).map((version) => {
      const text = readFileSync(new URL(`../runtime/store/migrations/${String(version).padStart(6, '0')}.sql`, import.meta.url), 'utf8');
      return `${text};\nINSERT INTO perdure.migrations (version) VALUES (${version});`;
    });
    await sql.script(`CREATE SCHEMA perdure; CREATE TABLE perdure.migrations (version int PRIMARY KEY); ${earlier.join('\n')}; ${rows}`);
    await sql.close();
    return url;
  };
  const uid = randomUUID();
  const logRow = (seq: number, cause = '{"start":"x"}'): string =>
    `INSERT INTO perdure.log (uid, seq, hash, at, cause, delta) VALUES ('${uid}', ${seq}, 'h', '2026-01-02T03:04:05Z', '${cause}', '{}');`;
  const runRow = (status: string, finished: string): string =>
    `INSERT INTO perdure.runs (uid, id, workflow, entry, artifact, args_hash, status, finished_at) VALUES ('${uid}', 'old', 'a.wf.ts#b', 'a.wf.ts', 'ab01', '\\x${'c5'.repeat(32)}', '${status}', ${finished});`;

  test('a database of an earlier schema keeps its logs', async () => {
    const store = await openStore(await databaseOf(14, logRow(7)));
    const atMs = Date.UTC(2026, 0, 2, 3, 4, 5);
    expect(await store.log.read(uid, 3e9, 9)).toEqual([]);
    expect(await store.log.read(uid, 0, 9)).toEqual([{ seq: 7, hash: '68', atMs, cause: '{"start":"x"}', delta: '{}', capture: null }]);
    await store.close();
  });

  test('and its runs, if they have ended or have not begun', async () => {
    for (const rows of [logRow(0) + runRow('running', 'NULL'), logRow(0) + logRow(1, '{"timer":1}') + runRow('completed', 'now()')]) {
      const store = await openStore(await databaseOf(18, rows));
      expect(await store.runs.find('old')).toMatchObject({ uid, id: 'old', workflow: 'a.wf.ts#b', entry: 'a.wf.ts', artifact: 'ab01', argsHash: 'c5'.repeat(16) });
      await store.close();
    }
    const url = await databaseOf(18, logRow(0) + logRow(1, '{"timer":1}') + runRow('running', 'NULL'));
    expect(await thrownBy(openStore(url))).toMatchObject({ code: 'store_statement', message: expect.stringContaining('runs under way whose state this version') as string });
    const sql = openPostgres(url);
    expect(await sql.query({ name: 't_v', text: 'SELECT max(version) AS version FROM perdure.migrations' }, [])).toEqual([{ version: 18 }]);
    await sql.close();
  });

  test('a migration that fails leaves nothing', async () => {
    const sql = openPostgres(await freshDatabase());
    await sql.script('CREATE SCHEMA perdure; CREATE TABLE perdure.migrations (version int CHECK (version > 1))');
    expect(await thrownBy(migrate(sql))).toMatchObject({ name: 'StoreError', code: 'store_statement' });
    const tables = await sql.query({ name: 't_t', text: `SELECT table_name FROM information_schema.tables WHERE table_schema = 'perdure'` }, []);
    expect(tables).toEqual([{ table_name: 'migrations' }]);
    await sql.close();
  });

  test('a closed store hears nothing any more, and a second close is fine', async () => {
    const store = await openStore(await freshDatabase());
    let calls = 0;
    store.sql.onActivity(() => calls++);
    await store.close();
    expect(await thrownBy(store.clock())).toMatchObject({ name: 'StoreError' });
    const before = calls;
    store.sql.announce();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(calls).toBe(before);
  });

  test('a PostgreSQL connection that is cut is an unknown outcome, and the next statement has a new one', async () => {
    const store = await openStore(await freshDatabase(), { connectionsMax: 1 });
    const cut = await thrownBy(store.sql.query({ name: 't_cut', text: 'SELECT pg_terminate_backend(pg_backend_pid())' }, []));
    expect(cut).toMatchObject({ name: 'StoreError', code: 'store_connection', kind: 'unknown' });
    expect(await store.clock()).toBeGreaterThan(0);
    await store.close();
  });

  test('another process is told of changes, also after its listening connection was cut', async () => {
    const url = await freshDatabase();
    const [a, b] = await Promise.all([openStore(url), openStore(url)]);
    let heard = 0;
    const stop = b.sql.onActivity(() => heard++);
    const hears = async (): Promise<void> => {
      const before = heard;
      const end = performance.now() + 5000;
      while (heard === before && performance.now() < end) {
        a.sql.announce();
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      expect(heard).toBeGreaterThan(before);
    };
    await hears();
    await a.sql.query({ name: 't_kill', text: `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'perdure-listen' AND datname = current_database()` }, []);
    await new Promise((resolve) => setTimeout(resolve, 50));
    await hears();
    stop();
    await Promise.all([a.close(), b.close()]);
  });
});

describe('an embedded directory', () => {
  test('belongs to one process; another is told which', async () => {
    const error = await thrownBy(openStore(directory));
    expect(error).toMatchObject({ code: 'store_in_use' });
    expect(error.message).toContain(`process ${process.pid}`);
    expect(error.message).toContain(directory);
  });

  test('names its holder, for its owner only', () => {
    const lock = readFileSync(join(directory, 'perdure.lock'), 'utf8').trim();
    expect(lock).toBe(`${process.pid} ${host.processStart(process.pid)}`);
    expect(statSync(directory).mode & 0o777).toBe(0o700);
    expect(statSync(join(directory, 'perdure.sock')).mode & 0o777).toBe(0o600);
  });

  test('the socket answers what is no request with an error, and goes on', async () => {
    const socket = createConnection(join(directory, 'perdure.sock'));
    const answer = new Promise<string>((resolve) => socket.once('data', (data) => resolve(String(data))));
    socket.write('this is not JSON\n');
    expect(JSON.parse(await answer)).toMatchObject({ id: 0, error: { code: expect.any(String) as string } });
    socket.destroy();
    expect(await stores.remote!.clock()).toBeGreaterThan(0);
  });

  test('what a visitor changes, the holder is told of', async () => {
    let told = 0;
    const stop = stores.pglite!.sql.onActivity(() => told++);
    await stores.remote!.runs.start(newRun());
    await stores.remote!.clock();
    stop();
    expect(told).toBeGreaterThan(0);
  });

  test('the lock of a holder that is gone is taken; that of a live one never', () => {
    const place = mkdtempSync(join(folder, 'lock-'));
    const path = join(place, 'perdure.lock');
    const first = takeLock(place);
    expect(first.held).toBe(false);
    expect(takeLock(place)).toEqual({ held: true, pid: process.pid });
    if (!first.held) first.release();
    expect(existsSync(path)).toBe(false);
    const dead = [
      `${process.pid} 1\n`, // a pid in use again by another process
      '2147483646 5\n',
      'rubbish\n',
      '',
    ];
    for (const text of dead) {
      writeFileSync(path, text);
      const lock = takeLock(place);
      expect(lock.held, JSON.stringify(text)).toBe(false);
      expect(readFileSync(path, 'utf8')).toMatch(new RegExp(`^${process.pid} `));
      if (!lock.held) lock.release();
    }
    // A takeover that a process has died in does not bar the next.
    writeFileSync(path, dead[1]!);
    writeFileSync(`${path}.takeover`, dead[0]!);
    expect(takeLock(place).held).toBe(false);
    expect(readdirSync(place)).toEqual(['perdure.lock']);
  });

  test('a path that is too long for a socket is refused, or reached from near it', async () => {
    const deep = join(folder, 'd'.repeat(60), 'e'.repeat(60));
    mkdirSync(deep, { recursive: true });
    const path = join(deep, 'perdure.sock');
    const sql = stores.postgres!.sql;
    const error = await thrownBy(serve(path, sql, () => {}));
    expect(error).toMatchObject({ code: 'store_path' });
    expect(error.message).toContain(deep);
    expect(await thrownBy(connectRemote(path, 1))).toMatchObject({ code: 'store_path' });
    expect(await thrownBy(openStore(deep))).toMatchObject({ code: 'store_path' });
    const before = process.cwd();
    process.chdir(deep);
    try {
      const stop = await serve(path, sql, () => {});
      const near = new Store(await connectRemote(path, process.pid));
      expect(await near.clock()).toBeGreaterThan(0);
      expect(statSync(path).mode & 0o777).toBe(0o600);
      await near.close();
      await stop();
    } finally {
      process.chdir(before);
    }
  });

  test('when the holder closes, the directory is free and its visitors get errors, not silence', async () => {
    const { pglite, remote } = stores;
    await Promise.all([pglite!.close(), pglite!.close()]);
    expect(existsSync(join(directory, 'perdure.lock'))).toBe(false);
    expect(existsSync(join(directory, 'perdure.sock'))).toBe(false);
    for (let i = 0; i < 2; i++) {
      expect(await thrownBy(remote!.clock())).toMatchObject({ name: 'StoreError', code: 'store_connection', kind: 'unknown' });
    }
    expect(await thrownBy(pglite!.clock())).toMatchObject({ name: 'StoreError' });
  });
});
