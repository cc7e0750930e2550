/**
 * Errands, and some runs, between two statements of which each has begun before the other was committed: on a real PostgreSQL, where a statement that
 * waits for a lock goes on with the snapshot it began with. The one that comes first is held open by a transaction of the test, so
 * that it is certain how they meet.
 */
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { effectContext, type TransactionClient } from '../../runtime/client.ts';
import { firstHash, nextHash } from '../../runtime/chain.ts';
import { terminateRun } from '../../runtime/control/terminate.ts';
import { foldHistory } from '../../runtime/engine/history.ts';
import { ClientSql } from '../../runtime/store/client-sql.ts';
import { migrate } from '../../runtime/store/migrate.ts';
import { openPostgres } from '../../runtime/store/postgres.ts';
import { restartDebounced } from '../../runtime/store/queries/debounce.ts';
import { commitEnds } from '../../runtime/store/queries/commit-cycles.ts';
import { grantErrands } from '../../runtime/store/queries/grants.ts';
import { freeErrands, putErrands } from '../../runtime/store/queries/errands.ts';
import { sendToUid } from '../../runtime/store/queries/send-message.ts';
import { giveTurns } from '../../runtime/store/queries/turns.ts';
import { issueToken } from '../../runtime/store/queries/tokens.ts';
import { freeOrphans } from '../../runtime/store/queries/workers.ts';
import type { Commit } from '../../runtime/store/log.ts';
import type { Begun, RunStatus } from '../../runtime/store/runs.ts';
import type { Statement } from '../../runtime/store/sql.ts';
import { Store } from '../../runtime/store/store.ts';
import { expireTokens } from '../../runtime/worker/expiry.ts';
import { freshDatabase } from '../support/database.ts';
import { compileApp, gate, pause, until, World } from '../support/app.ts';

const EFFECT = 'orders.wf.ts#pay';

/** A transaction of somebody else, with what it has done so far. */
class Other {
  readonly client: pg.Client;

  constructor(url: string) {
    this.client = new pg.Client({ connectionString: url });
  }

  async begin(): Promise<this> {
    await this.client.connect();
    await this.client.query('BEGIN');
    return this;
  }

  async does(statement: string | Statement, values: unknown[] = []): Promise<pg.QueryResult> {
    return this.client.query(typeof statement === 'string' ? statement : statement.text, values);
  }

  async commits(): Promise<void> {
    await this.client.query('COMMIT');
    await this.client.end();
  }

  async rollsBack(): Promise<void> {
    await this.client.query('ROLLBACK');
    await this.client.end();
  }
}

describe('two statements at once', () => {
  let store: Store;
  let url: string;
  let worker: string;
  let uid: string;
  let hash: Buffer;
  beforeAll(async () => {
    url = await freshDatabase();
    const sql = openPostgres(url);
    await migrate(sql);
    store = new Store(sql);
  });
  afterAll(() => store.sql.close());
  beforeEach(async () => another(await register()));

  /** A run that this worker holds: it is the one that is spoken of from now on. */
  async function another(by = worker): Promise<void> {
    worker = by;
    uid = randomUUID();
    const cause = '{"start":"orders.wf.ts#order","args":[]}';
    hash = firstHash(uid, cause);
    const run = { uid, id: uid, workflow: 'orders.wf.ts#order', entry: 'orders.wf.ts', artifact: 'aa', argsHash: Buffer.alloc(1), hash, cause, priority: 0, tags: {} };
    const begun: Begun = { worker, isHeld: true, cycle: null, status: 'running', outcome: null, reason: null, wakeMs: null };
    await store.runs.start(run, begun);
  }

  async function register(): Promise<string> {
    const id = randomUUID().slice(0, 8);
    await store.workers.register({ id, host: 'h', boot: 'b', pid: 1, started: 's' }, 60_000);
    return id;
  }

  const rows = (text: string, values: unknown[] = [uid]) => store.sql.query({ name: `t_${text.replace(/\W+/g, '_').slice(0, 55)}`, text }, values);
  const other = () => new Other(url).begin();
  /** Until so many statements wait for somebody's lock. */
  const waiting = (count = 1) =>
    until('statements to wait', async () => {
      const [row] = await rows(`SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`, []);
      return Number(row!.n) >= count;
    });

  const errand = (request: number, attempt = 1) => ({
    uid, request, attempt, effect: EFFECT, args: '[]', askedMs: Date.now(), queue: uid, lane: EFFECT, mail: 0, worker,
  });
  const putValues = (request: number): unknown[] => [[uid], [request], [1], [EFFECT], ['[]'], [Date.now()], [uid], [EFFECT], [0], [worker]];
  const served = () => [{ queue: uid, effect: EFFECT, room: 10, idempotent: false }];
  const grantValues = (): unknown[] => [worker, [uid], [EFFECT], [10], [false]];
  /** An errand that a worker makes. */
  async function granted(request: number, by = worker): Promise<{ uid: string; request: number; attempt: number }> {
    expect(await store.errands.put([errand(request)])).toEqual(new Set([uid]));
    expect((await store.errands.grant(by, served())).errands).toMatchObject([{ request }]);
    return { uid, request, attempt: 1 };
  }
  const shown = async () => (await store.errands.ofRun(uid)).map(({ request, attempt, worker: by, doubt }) => ({ request, attempt, by, doubt }));
  const told = async () => (await rows('SELECT request, told FROM perdure.errands WHERE uid = $1 ORDER BY request')).map((row) => [Number(row.request), row.told]);
  const entries = async () => (await store.inbox.after(uid, 0)).map(({ entry }) => JSON.parse(entry) as object);

  /** It waits for who has locked a row, as it would if that had been locked just after it was seen. */
  const thatWaits = ({ text }: Statement): string => text.replace(' SKIP LOCKED', '');

  /** The last step of the run. */
  const lastStep = (status: RunStatus = 'cancelled'): Commit => {
    const [cause, delta] = ['{"timer":1}', '{}'];
    return {
      uid, seq: 1, prev: hash, hash: nextHash(hash, cause, delta), cause, delta, capture: null, worker, mail: null, settled: [],
      end: { status, outcome: '{"error":1}' },
    };
  };
  async function end(): Promise<void> {
    const { prev, hash: next, cause, delta, end: over } = lastStep();
    const values = [[uid], [1], [prev], [next], [cause], [delta], [null], [worker], [over!.status], [over!.outcome], [null], [], []];
    expect(await rows(thatWaits(commitEnds), values)).toMatchObject([{ written: '1' }]);
  }

  test('what a dead worker had is not taken from who has been granted it since', async () => {
    const dead = await register();
    await store.errands.put([errand(1)]);
    await store.errands.grant(dead, [{ ...served()[0]!, idempotent: true }]);
    await store.workers.bury(dead);
    const first = await other();
    await first.does(freeErrands, [[0, 0]]);
    await first.does('UPDATE perdure.errands SET ready_at = now() WHERE uid = $1', [uid]); // one transaction has one moment
    expect((await first.does(grantErrands, [worker, [uid], [EFFECT], [10], [true]])).rows).toMatchObject([{ attempt: 2 }]);
    const second = rows(thatWaits(freeErrands), [[0, 0]]);
    await waiting();
    await first.commits();
    await second;
    expect(await shown()).toEqual([{ request: 1, attempt: 2, by: worker, doubt: false }]);
  });

  test('a run that a dead worker had is not taken from who has claimed it since', async () => {
    const dead = await register();
    await rows(`UPDATE perdure.runs SET worker = '${dead}' WHERE uid = $1`);
    await rows(`DELETE FROM perdure.workers WHERE id = $1`, [dead]);
    const first = await other();
    await first.does('UPDATE perdure.runs SET worker = $2 WHERE uid = $1', [uid, worker]);
    const second = rows(thatWaits(freeOrphans), []);
    await waiting();
    await first.commits();
    await second;
    expect((await store.runs.findByUid(uid))!.worker).toBe(worker);
  });

  test('a run that is terminated just as a debounced start gives it other arguments: its log is a chain', async () => {
    await rows(`UPDATE perdure.runs SET status = 'pending', worker = NULL WHERE uid = $1`);
    const cause = '{"start":"orders.wf.ts#order","args":[1]}';
    const restarting = await other();
    const { rowCount } = await restarting.does(restartDebounced, [uid, 'orders.wf.ts', 'aa', Buffer.alloc(1), firstHash(uid, cause), cause, 1000, null, null]);
    expect(rowCount).toBe(1);
    const terminating = terminateRun(store, { uid }, undefined);
    await waiting();
    await restarting.commits();
    await terminating;
    const { log } = await store.log.load(uid);
    expect(() => foldHistory(null, log)).not.toThrow();
  });

  test('a run whose turn has come does not get it while somebody else has it in hand, and nobody waits for that', async () => {
    await rows(`UPDATE perdure.runs SET status = 'pending', worker = NULL, wake_at = NULL, start_at = now(), turn_key = uid::text, turn_limit = 1 WHERE uid = $1`);
    const sending = await other();
    await sending.does(sendToUid, [uid, '{"message":"go","value":1}', false]);
    expect(await store.runs.giveTurns([uid])).toBe(0);
    await sending.commits();
    expect(await store.runs.queuedKeys('', 10)).toEqual([{ key: uid, isFree: true }]);
    expect(await store.runs.giveTurns([uid])).toBe(1);
  });

  test('what a look does for all runs waits for none that somebody is sending to', async () => {
    await store.tokens.issue({ uid, request: 1, attempt: 1 }, worker, EFFECT, Buffer.from(uid), 0);
    await rows(`UPDATE perdure.runs SET owes = true, outcome = '{"ok":1}' WHERE uid = $1`);
    const sending = await other();
    await sending.does(sendToUid, [uid, '{"message":"go","value":1}', false]);
    expect([await expireTokens(store), await store.families.owing(100)]).toEqual([0, []]);
    await sending.commits();
    expect([await expireTokens(store), await store.families.owing(100)]).toEqual([1, [uid]]);
    await rows('UPDATE perdure.runs SET owes = false WHERE uid = $1');
  });

  test('a run that a debounced start lets wait anew does not get its turn just then', async () => {
    await rows(`UPDATE perdure.runs SET status = 'pending', worker = NULL, wake_at = NULL, start_at = now(), turn_key = uid::text, turn_limit = 1 WHERE uid = $1`);
    const restarting = await other();
    await restarting.does(restartDebounced, [uid, 'orders.wf.ts', 'aa', Buffer.alloc(1), hash, '{"start":"orders.wf.ts#order","args":[]}', 60_000, null, null]);
    const giving = rows(thatWaits(giveTurns), [[uid]]);
    await waiting();
    await restarting.commits();
    expect(await giving).toEqual([]);
    await rows(`UPDATE perdure.runs SET start_at = now() WHERE uid = $1`);
    expect(await store.runs.giveTurns([uid])).toBe(1);
  });

  test('a run that somebody is sending to is not let go, and who would let it go does not wait', async () => {
    const sending = await other();
    await sending.does(sendToUid, [uid, '{"message":"go","value":1}', false]);
    expect(await store.runs.release(uid, worker, 0, null)).toBe(false);
    await sending.commits();
    expect(await store.runs.release(uid, worker, 1, null)).toBe(true);
  });

  test('a run that ends just as it is terminated: neither waits for the other in a circle', async () => {
    const [cause, delta] = ['{"terminate":true}', '{"v":1,"over":"terminated"}'];
    const terminating = await other();
    await terminating.does('SELECT 1 FROM perdure.runs WHERE uid = $1 FOR UPDATE', [uid]);
    const ending = end().catch((error: Error) => error);
    await waiting();
    await terminating.does('INSERT INTO perdure.log (uid, seq, hash, cause, delta) VALUES ($1, 1, $2, $3, $4) ON CONFLICT DO NOTHING', [
      uid, nextHash(hash, cause, delta), cause, delta,
    ]);
    await terminating.commits();
    expect(await ending).toMatchObject({ code: 'store_duplicate' }); // it has lost
  });

  test('a run that ends while somebody is sending to it ends later, and what is committed with it does not wait', async () => {
    const sending = await other();
    await sending.does(sendToUid, [uid, '{"message":"go","value":1}', false]);
    const [locked, firstUid] = [lastStep(), uid];
    await another();
    const free = lastStep();
    expect(await store.log.commit([locked, free])).toEqual(new Map([[locked, 'locked']]));
    expect((await store.runs.findByUid(uid))!.status).toBe('cancelled');
    await sending.commits();
    expect(await store.log.commit([locked])).toEqual(new Map());
    expect((await store.runs.findByUid(firstUid))!.status).toBe('cancelled');
  });

  test('a run that is not there any more is lost, not locked', async () => {
    const step = { ...lastStep(), uid: randomUUID() };
    expect(await store.log.commit([step])).toEqual(new Map([[step, 'lost']]));
  });

  test.each([
    ['is buried', () => store.workers.bury(worker), 1],
    ['leaves', () => store.workers.leave(worker), undefined],
  ])('a worker %s while somebody is sending to a run of it: nobody waits for that, and the run is freed afterwards', async (_, go, left) => {
    const firstUid = uid;
    const sending = await other();
    await sending.does(sendToUid, [uid, '{"message":"go","value":1}', false]);
    const first = worker;
    await another(first);
    expect(await go()).toBe(left);
    const heldBy = async (which: string) => (await store.runs.findByUid(which))!.worker;
    expect([await heldBy(firstUid), await heldBy(uid)]).toEqual([first, null]);
    expect(await store.workers.freeOrphans()).toBe(1);
    await sending.commits();
    expect([await store.workers.freeOrphans(), await heldBy(firstUid)]).toEqual([0, null]);
  });

  describe.each([
    ['ends', () => end()],
    ['is terminated', () => terminateRun(store, { uid }, undefined)],
  ])('a run %s', (_, over) => {
    test('while an errand of it is granted: its maker is told to stop', async () => {
      await store.errands.put([errand(1)]);
      const granting = await other();
      expect((await granting.does(grantErrands, grantValues())).rows).toMatchObject([{ uid }]);
      const ending = over();
      await waiting();
      await granting.commits();
      await ending;
      expect(await told()).toEqual([[1, true]]);
    });

    test('while an errand of it is put: it is never begun', async () => {
      const putting = await other();
      expect((await putting.does(putErrands, putValues(1))).rowCount).toBe(1);
      const ending = over();
      await waiting();
      await putting.commits();
      await ending;
      expect((await store.errands.grant(worker, served())).errands).toEqual([]);
      expect(await shown()).toEqual([]);
    });

    test('while a token of it is given out: nobody tries for ever to let it expire', async () => {
      const issuing = await other();
      await issuing.does(issueToken, [uid, 1, 1, worker, EFFECT, Buffer.from(uid), 0]);
      const ending = over();
      await waiting();
      await issuing.commits();
      await ending;
      expect(await expireTokens(store)).toBe(0);
      expect(await store.tokens.due(100)).toEqual([]);
    });

    test('while an attempt of it ends: neither waits for the other in a circle', async () => {
      const key = await granted(1);
      const finishing = await other();
      await finishing.does('SELECT 1 FROM perdure.runs WHERE uid = $1 FOR UPDATE', [uid]);
      const ending = over();
      await waiting();
      await finishing.does('DELETE FROM perdure.errands WHERE uid = $1 AND request = $2', [uid, key.request]);
      await finishing.does('DELETE FROM perdure.claims WHERE uid = $1', [uid]);
      await finishing.commits();
      await ending;
      expect(await shown()).toEqual([]);
    });
  });

  test.each([
    ['fails and may be made again', (key: { uid: string; request: number; attempt: number }) => store.errands.retry(key, worker, '{"error":1}', 1)],
    ['takes too long', (key: { uid: string; request: number; attempt: number }) => store.errands.doubt(key, worker)],
  ])('an attempt %s while it is told to stop: that is what its worker hears', async (_, answer) => {
    const key = await granted(1);
    const telling = await other();
    await telling.does('SELECT 1 FROM perdure.runs WHERE uid = $1 FOR UPDATE', [uid]);
    await telling.does('UPDATE perdure.errands SET told = true WHERE uid = $1', [uid]);
    const answered = answer(key);
    await waiting();
    await telling.commits();
    expect(await answered).toBe('told');
    expect(await shown()).toEqual([{ request: 1, attempt: 1, by: worker, doubt: false }]);
  });

  test('the result of a transaction is stored while its attempt is told to stop: the run comes before the errand for both', async () => {
    const key = await granted(1);
    const telling = await other();
    await telling.does('SELECT 1 FROM perdure.runs WHERE uid = $1 FOR UPDATE', [uid]);
    const making = await other();
    const stored = new Store(new ClientSql(making.client)).errands.finishInside(key, worker, '{"result":1,"value":7}');
    await waiting();
    await telling.does('UPDATE perdure.errands SET told = true WHERE uid = $1', [uid]);
    await telling.commits();
    expect(await stored).toEqual({ transaction: expect.any(String) as string });
    await making.commits();
    expect([await shown(), await entries()]).toEqual([[], [{ result: 1, value: 7 }]]);
  });

  test('a failure of an attempt of which a next one is just being let in counts no more', async () => {
    const key = await granted(1);
    const freeing = await other();
    await freeing.does('UPDATE perdure.errands SET attempt = 2, worker = NULL, granted_at = NULL WHERE uid = $1', [uid]);
    const finishing = store.errands.finish(key, '{"failure":1,"error":1}', true);
    await waiting();
    await freeing.commits();
    expect(await finishing).toBe(false);
    expect([await shown(), await entries()]).toEqual([[{ request: 1, attempt: 2, by: null, doubt: false }], []]);
  });

  /** Puts errands of keys of their own, or of none. */
  async function waits(count: number, limited: boolean, lane = (request: number) => `${EFFECT} ${uid} ${request}`): Promise<void> {
    if (limited) await store.errands.limit([{ effect: EFFECT, concurrency: 1, rate: null }]);
    await store.errands.put(Array.from({ length: count }, (_, i) => ({ ...errand(i + 1), lane: lane(i + 1) })));
  }
  const grants = async (room: number) => {
    const { errands, again, inMs } = await store.errands.grant(worker, [{ ...served()[0]!, room }]);
    return { requests: errands.map(({ request }) => request), again, inMs };
  };

  describe('two that look at once', () => {
    afterEach(() => store.errands.limit([{ effect: EFFECT, concurrency: null, rate: null }]));

    test('lock no more than they have room for', async () => {
      await waits(10, true);
      const looking = await other();
      expect((await looking.does(grantErrands, [worker, [uid], [EFFECT], [2], [false]])).rows.map(({ request }) => Number(request))).toEqual([1, 2]);
      const free = async (table: string, column: string, of: string) =>
        (await rows(`SELECT ${column} AS name FROM perdure.${table} WHERE ${of} FOR UPDATE SKIP LOCKED`, [`%${uid}%`])).length;
      expect([await free('lanes', 'lane', 'lane LIKE $1'), await free('errands', 'request', 'lane LIKE $1')]).toEqual([8, 8]);
      await looking.commits();
    });

    test('of lanes without limits each has its own, also where there is only one of each', async () => {
      const lanes = await register(); // some text
      await waits(5, false, (request) => `${lanes} ${request}`);
      const looking = await other();
      expect((await looking.does(grantErrands, [worker, [uid], [EFFECT], [1], [false]])).rows).toMatchObject([{ request: '1' }]);
      expect(await grants(1)).toEqual({ requests: [2], again: false, inMs: null });
      await looking.commits();
    });

    test('one that finds the first lane taken looks again at once', async () => {
      await waits(3, true);
      const looking = await other();
      expect((await looking.does(grantErrands, [worker, [uid], [EFFECT], [1], [false]])).rows).toMatchObject([{ request: '1' }]);
      expect(await grants(1)).toEqual({ requests: [], again: true, inMs: null });
      await looking.commits();
      expect(await grants(1)).toEqual({ requests: [2], again: false, inMs: null });
    });
  });

  test('a heartbeat of an attempt that is just being settled leaves no claim behind', async () => {
    const key = await granted(1, await register());
    const maker = (await store.claims.of(uid))[0]!.worker;
    const settling = await other();
    await settling.does('DELETE FROM perdure.claims WHERE uid = $1', [uid]);
    const beating = store.claims.recordHeartbeats([{ ...key, worker: maker, details: '{"details":1}' }]);
    await waiting();
    await settling.commits();
    await beating;
    expect(await store.claims.of(uid)).toEqual([]);
  });
});

const app = compileApp(`
  import { channel, withTimeout } from 'perdure';
  export declare function pay(...args: any[]): Promise<any>;
  export const go = channel<any>('go');
  export async function order(...args: any[]) { return await pay(...args); }
  export async function impatient() {
    await go.receive();
    try { return await withTimeout(200, () => pay()); } catch (error: any) { return error.effects.map((e: any) => e.name + ' ' + e.outcome); }
  }
`, 'races');

describe('workers', () => {
  let world: World;
  let url: string;
  beforeAll(async () => {
    world = await World.open('postgres');
    const [row] = await world.rows('SELECT current_database() AS name');
    url = new URL(`/${String(row!.name)}`, inject('postgresUrl')).href;
    await world.sql.script('CREATE TABLE made (label text)');
  });
  afterEach(() => world.calm());
  afterAll(() => world.close());

  test('a call that is taken back while it is being put is not begun, or its run is told that it was', async () => {
    let begun = 0;
    const engine = await world.working(app, { pay: { run: () => ++begun, concurrency: 1 } });
    const run = await engine.start(app.impatient);
    // Where the errand will be somebody has a row that is not committed.
    const blocking = await new Other(url).begin();
    for (let request = 1; request < 10; request++) {
      await blocking.does(
        `INSERT INTO perdure.errands (uid, request, attempt, run, effect, args, asked_at, queue, lane, priority)
         VALUES ($1, $2, 1, '', '', '[]', now(), 'nobody', '', 0)`,
        [run.uid, request],
      );
    }
    await run.send('go', 0);
    await until('it to be told to stop', async () => (await world.store.log.read(run.uid, 0, 100)).some(({ cause }) => cause.includes('"timer"')));
    await pause(100);
    await blocking.rollsBack();
    // A grant may come between the put and the withdrawal.
    const told = await run.result();
    await until('nothing to be left', async () => (await world.store.errands.ofRun(run.uid)).length === 0);
    expect(told).toEqual([begun === 0 ? 'pay not begun' : 'pay completed']);
  });

  test('a run that ends while a transaction of the app has sent to it: others go on, and it ends afterwards', async () => {
    const paid = [gate(), gate(), gate()];
    const engine = await world.working(app, { pay: { run: (n: number) => paid[n]?.promise ?? n, idempotent: true } });
    const runs = await Promise.all(paid.map((_, n) => engine.start(app.order, { args: [n] })));
    const sending = await new Other(url).begin();
    for (const run of runs) await engine.sendIn(sending.client, run, app.go, 1);
    for (const { open } of paid) {
      open();
      await pause(30); // each in a statement of its own
    }
    const others = await engine.startMany(app.order, Array.from({ length: 20 }, () => ({ args: [9] })));
    for (const other of others) expect(await other.result()).toBe(9);
    await pause(100);
    expect(await Promise.all(runs.map(async (run) => (await run.status()).state))).toEqual(['running', 'running', 'running']);
    await sending.commits();
    await Promise.all(runs.map((run) => run.result()));
  });

  test('a worker closes while a transaction of the app has sent to a run that would end: it does not wait for that', async () => {
    const paid = gate();
    const effects = { pay: { run: () => paid.promise, idempotent: true } };
    const engine = await world.working(app, effects);
    const run = await engine.start(app.order, { args: ['later'] });
    const sending = await new Other(url).begin();
    await engine.sendIn(sending.client, run, app.go, 1);
    paid.open();
    await engine.close({ deadline: 50 });
    const next = await world.working(app, effects, { leaseMs: 300 }); // with each renewal it looks for runs that were left
    await sending.commits();
    await (await next.run(run.id)).result();
  });

  test('a transaction whose run was terminated before anybody could tell it is rolled back, and not made again', async () => {
    const [stored, labels] = [gate(), [] as string[]];
    const engine = world.engine().provide(app, {
      pay: {
        transaction: async (client: TransactionClient) => {
          labels.push(effectContext().run);
          await client.query("INSERT INTO made VALUES ('terminated')");
          await terminateRun(world.store, { uid: run.uid }, undefined);
          setTimeout(() => stored.open(), 50);
        },
        concurrency: 1,
      } as never,
    });
    // It hears of nothing before its result was refused.
    const { errands } = (engine as unknown as { store: Store }).store;
    const of = errands.of.bind(errands);
    errands.of = async (...args) => {
      if (labels.length > 0) await stored.promise;
      return of(...args);
    };
    await engine.work();
    const run = await engine.start(app.order);
    await until('nothing to be left', async () => labels.length > 0 && (await world.store.errands.ofRun(run.uid)).length === 0);
    await pause(50);
    expect([labels, await world.rows('SELECT * FROM made')]).toEqual([[run.id], []]);
  });

  test.each([
    ['of a run that is held', {}],
    ['that had to wait', { concurrency: 1 }],
  ])('a result %s that the database asks to store again is no failure: its transaction is made again', async (_, policy) => {
    let times = 0;
    const transaction = async (client: TransactionClient, label: string): Promise<string> => {
      times++;
      await client.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ');
      await client.query('INSERT INTO made VALUES ($1)', [label]);
      // The run is not any more as this transaction sees it.
      if (times === 1) await run.send('go', 1);
      return `made ${times}`;
    };
    const engine = await world.working(app, { pay: { transaction, ...policy } as never });
    const label = randomUUID();
    const run = await engine.start(app.order, { args: [label] });
    expect(await run.result()).toBe('made 2');
    expect(await world.rows('SELECT label FROM made WHERE label = $1', [label])).toEqual([{ label }]);
  });
});
