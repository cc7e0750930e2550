/** `queries/move-run.ts` in memory. */
import { moveRun } from '../queries/move-run.ts';
import { checkJson, on, type Implementation } from './implementation.ts';

export const moving: Implementation[] = [
  on(
    moveRun,
    ({ runs, log, images, now }, uid: string, seq: number, prev: Buffer, hash: Buffer, cause: string, delta: string, artifact: string, state: string | null) => {
      const run = runs.byUid.get(uid);
      if (run?.status !== 'parked') return [];
      if (log.of(uid).get(seq - 1)?.hash !== prev.toString('hex') || log.of(uid).get(seq)) return [];
      for (const document of [cause, delta, state]) checkJson(document);
      log.of(uid).insert(seq, { hash: hash.toString('hex'), at: now(), cause, delta, capture: null });
      runs.change(run, { artifact, status: 'running', reason: null, wakeAt: now(), losses: 0, lostAt: null });
      if (state !== null) images.of(uid).insert(seq, state);
      return [{ uid }];
    },
  ),
];
