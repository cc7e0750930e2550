/** `queries/start-run.ts` in memory. */
import { startRun } from '../queries/start-run.ts';
import { checkJson, on, refused, type Implementation } from './implementation.ts';

export const starting: Implementation[] = [
  on(
    startRun,
    (
      { runs, log, workers, now },
      uid: string,
      id: string,
      workflow: string,
      entry: string,
      artifact: string,
      argsHash: Buffer,
      hash: Buffer,
      cause: string,
      worker: string | null,
    ) => {
      if (runs.byId.has(id)) return [];
      if (runs.byUid.has(uid)) throw refused('23505', 'duplicate key value violates unique constraint "runs_pkey"');
      checkJson(cause);
      const time = now();
      const holder = worker !== null && workers.has(worker) ? worker : null;
      runs.insert({
        uid,
        id,
        workflow,
        entry,
        artifact,
        argsHash: argsHash.toString('hex'),
        status: 'running',
        outcome: null,
        reason: null,
        mail: 0,
        wakeAt: holder === null ? time : Number.POSITIVE_INFINITY,
        worker: holder,
        createdAt: time,
        finishedAt: null,
      });
      log.of(uid).insert(0, { hash: hash.toString('hex'), at: time, cause, delta: '{}', capture: null });
      return [{ uid, worker: holder }];
    },
  ),
];
