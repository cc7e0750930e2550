/**
 * A scenario over a real database, in real time. A process that dies hears nothing any more; that it is gone is told to the
 * database as its lease running out would.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Engine } from '../../../runtime/client.ts';
import type { Sql } from '../../../runtime/store/sql.ts';
import { Store } from '../../../runtime/store/store.ts';
import type { TransactionClient } from '../../../runtime/store/transaction.ts';
import { KillableSql, type FaultyCall } from '../../support/killable.ts';
import { judgeStore } from '../../support/judge-store.ts';
import { watchdog } from '../../support/watchdog.ts';
import { Outside, type Happening, type Maker } from './outside.ts';
import { judgeScenario, type Scenario } from './scenarios.ts';
import { APP, missedOf, OPTIONS, SLOW_OPTIONS, Stage, toldOf, type Played, type Point } from './stage.ts';

const LIMIT_MS = 30_000;

// A run that two lives in a row have held for nothing is tried in a process of its own, which has to read TypeScript.
if (!process.execArgv.includes('tsx')) process.execArgv.push('--import', 'tsx');

/** What transactions book. */
export const BOOKINGS = 'CREATE TABLE bookings (effect text, label text, key text, attempt int)';

let played = 0;

/** `sql` has the schema, and `BOOKINGS`. */
export async function playStored(sql: Sql, scenario: Scenario, point: Point): Promise<Played> {
  const shared = notClosed(sql);
  const people = new KillableSql(shared, point.people ?? null, () => {});
  const faults: (FaultyCall | null)[] = [point.worker ?? null, point.successor ?? null];
  const outside = new Outside();
  const wrong: string[] = [];
  const all: { engine: Engine; sql: KillableSql; alive: boolean; death: Promise<true> }[] = [];

  let isOver = false;
  const startWorker = (): void => {
    if (isOver) return;
    const worker = { alive: true } as (typeof all)[number];
    let died!: (value: true) => void;
    worker.death = new Promise((resolve) => (died = resolve));
    worker.sql = new KillableSql(shared, faults[all.length] ?? null, () => {
      worker.alive = false;
      died(true);
      void buryAll(shared).then(startWorker);
    }, outside.stored);
    worker.engine = new Engine(new Store(worker.sql), scenario.isSlow ? SLOW_OPTIONS : OPTIONS);
    all.push(worker);
    worker.engine.provide(APP as object, outside.implementations(makerOf(worker)));
    void work(worker.engine);
  };
  const work = async (engine: Engine): Promise<void> => {
    for (;;) {
      try {
        return await engine.work();
      } catch (error) {
        const { code } = error as { code?: string };
        if (code === 'engine_closed') return;
        if (!code?.startsWith('store_')) wrong.push(`the app cannot work: ${(error as Error).stack}`);
        await sleep(5);
      }
    }
  };

  const store = new Store(people);
  const stage = new Stage({
    engine: new Engine(store, OPTIONS),
    store,
    outside,
    prefix: `p${++played}-`,
    closeWorker: async () => {
      const worker = all.at(-1)!;
      await Promise.race([worker.engine.close({ deadline: 1000 }), worker.death]);
      if (worker === all.at(-1) && worker.alive) startWorker();
    },
    decided: () => {},
  });
  startWorker();
  const [{ sql: first }] = all as [(typeof all)[number]];
  const judges = new Store(shared);
  const playing = (async () => {
    const attending = stage.attend();
    const seen = await scenario.play(stage);
    const calls = { worker: first.calls.length, people: people.calls.length };
    await stage.untilAllRests(judges);
    stage.end();
    await attending;
    outside.happenings.push(...(await bookingsOf(shared, (await stage.runs(judges)).map(({ uid }) => uid))));
    wrong.push(...judgeScenario(scenario, seen, outside));
    wrong.push(...(await judgeStore(judges, await stage.runs(judges))));
    return calls;
  })();
  const calls = await withPatience(playing, null);
  stage.end();
  isOver = true;
  for (const worker of all) {
    if (!worker.alive) continue;
    const closed = await withPatience(Promise.race([worker.engine.close({ deadline: 0 }).then(() => true), worker.death]), false);
    if (!closed) wrong.push('an engine does not close');
  }
  if (calls === null) wrong.push(`it does not end: ${JSON.stringify(await stage.runs(judges))}`);
  const successor = all[1]?.sql;
  return {
    calls: { worker: 0, people: 0, ...calls, successor: successor?.calls.length ?? 0 },
    missed: missedOf(point, { worker: first, successor, people }),
    told: toldOf(outside),
    wrong,
    trace: [],
  };
}

/** What a promise gives, or this if it takes too long. */
async function withPatience<T, U>(promise: Promise<T>, otherwise: U): Promise<T | U> {
  let end!: () => void;
  const late = new Promise<U>((resolve) => (end = () => resolve(otherwise)));
  const limit = watchdog(LIMIT_MS, end);
  try {
    return await Promise.race([promise, late]);
  } finally {
    limit.stop();
  }
}

const makerOf = (worker: { alive: boolean }): Maker => ({
  isAlive: () => worker.alive,
  begun: () => {},
  book: async (client: TransactionClient, { effect, label, key, attempt }: Happening) => {
    await client.query('INSERT INTO bookings VALUES ($1, $2, $3, $4)', [effect, label, key, attempt]);
  },
});

async function bookingsOf(sql: Sql, uids: string[]): Promise<Happening[]> {
  const rows = await sql.query({ name: 'test_bookings', text: 'SELECT * FROM bookings' }, []);
  return (rows as unknown as Happening[]).filter(({ key }) => uids.includes(key.slice(0, key.indexOf(':'))));
}

async function buryAll(sql: Sql): Promise<void> {
  const { workers } = new Store(sql);
  for (const { id } of await workers.list()) await workers.bury(id);
}

/** The connection of all stages: none of them closes it. */
function notClosed(sql: Sql): Sql {
  return {
    kind: sql.kind,
    query: (statement, values) => sql.query(statement, values),
    transaction: (body, signal) => sql.transaction!(body, signal),
    script: (text) => sql.script(text),
    onActivity: (callback) => sql.onActivity(callback),
    announce: () => sql.announce(),
    close: async () => {},
  };
}
