/**
 * What no statement of the store does, done behind its back: by SQL, or in the tables of a store in memory.
 */
import { MemorySql } from '../../runtime/store/memory/memory-sql.ts';
import type { RunStatus } from '../../runtime/store/runs.ts';
import type { Row, Sql } from '../../runtime/store/sql.ts';

export interface Tamper {
  /** Takes all runs out of the way. */
  parkAll(): Promise<void>;
  /** Lets a worker hold a run, though it may not exist. */
  holdBy(uid: string, worker: string): Promise<void>;
  setStatus(uid: string, status: RunStatus): Promise<void>;
  setPriority(uid: string, priority: number): Promise<void>;
  /** The cycles of which there are images. */
  images(uid: string): Promise<number[]>;
  /** Appends cycles 1 to `last`, as they come. */
  fillLog(uid: string, last: number): Promise<void>;
  setDelta(uid: string, seq: number, delta: string): Promise<void>;
  setCause(uid: string, seq: number, cause: string): Promise<void>;
  dropCycle(uid: string, seq: number): Promise<void>;
}

export const tamperWith = (sql: Sql): Tamper => (sql instanceof MemorySql ? inMemory(sql) : bySql(sql));

function bySql(sql: Sql): Tamper {
  const run = (text: string, ...values: unknown[]): Promise<Row[]> =>
    sql.query({ name: `t_${text.replace(/\W+/g, '_').slice(0, 50)}`, text }, values);
  const change = async (text: string, ...values: unknown[]): Promise<void> => void (await run(text, ...values));
  return {
    parkAll: () => change(`UPDATE perdure.runs SET status = 'parked', wake_at = NULL, worker = NULL WHERE status IN ('running', 'pending')`),
    holdBy: (uid, worker) => change(`UPDATE perdure.runs SET worker = $2, wake_at = 'infinity' WHERE uid = $1`, uid, worker),
    setPriority: (uid, priority) => change('UPDATE perdure.runs SET priority = $2 WHERE uid = $1', uid, priority),
    setStatus: (uid, status) => change('UPDATE perdure.runs SET status = $2 WHERE uid = $1', uid, status),
    images: async (uid) => {
      const rows = await run('SELECT seq FROM perdure.images WHERE uid = $1 ORDER BY seq', uid);
      return rows.map(({ seq }) => Number(seq));
    },
    fillLog: (uid, last) =>
      change(
        `INSERT INTO perdure.log (uid, seq, hash, cause, delta) SELECT $1, n, '\\x00', '{}', '{}' FROM generate_series(1, $2::int) n`,
        uid,
        last,
      ),
    setDelta: (uid, seq, delta) => change('UPDATE perdure.log SET delta = $3 WHERE uid = $1 AND seq = $2', uid, seq, delta),
    setCause: (uid, seq, cause) => change('UPDATE perdure.log SET cause = $3 WHERE uid = $1 AND seq = $2', uid, seq, cause),
    dropCycle: (uid, seq) => change('DELETE FROM perdure.log WHERE uid = $1 AND seq = $2', uid, seq),
  };
}

function inMemory({ database }: MemorySql): Tamper {
  const { runs, log, images } = database.tables;
  return {
    async parkAll() {
      for (const run of runs.byUid.values()) {
        if (run.status === 'running' || run.status === 'pending') runs.change(run, { status: 'parked', wakeAt: null, worker: null });
      }
    },
    holdBy: async (uid, worker) => runs.change(runs.byUid.get(uid)!, { worker, wakeAt: Number.POSITIVE_INFINITY }),
    setPriority: async (uid, priority) => runs.change(runs.byUid.get(uid)!, { priority }),
    setStatus: async (uid, status) => runs.change(runs.byUid.get(uid)!, { status }),
    images: async (uid) => images.of(uid).from(0).map(({ n }) => n),
    async fillLog(uid, last) {
      for (let n = 1; n <= last; n++) log.of(uid).insert(n, { hash: '00', at: 0, cause: '{}', delta: '{}', capture: null });
    },
    setDelta: async (uid, seq, delta) => void (log.of(uid).get(seq)!.delta = delta),
    setCause: async (uid, seq, cause) => void (log.of(uid).get(seq)!.cause = cause),
    dropCycle: async (uid, seq) => log.of(uid).delete(seq, seq),
  };
}
