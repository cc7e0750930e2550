/** `queries/terminate-run.ts` in memory. */
import { readLast, terminateRun } from '../queries/terminate-run.ts';
import { isOpen } from './tables.ts';
import { checkJson, on, type Implementation } from './implementation.ts';

export const terminating: Implementation[] = [
  on(readLast, ({ log }, uid: string) => {
    const last = log.of(uid).last();
    return last ? [{ seq: last.n, hash: last.row.hash }] : [];
  }),

  on(
    terminateRun,
    ({ runs, log, inbox, claims, now }, uid: string, seq: number, prev: Buffer, hash: Buffer, cause: string, delta: string, outcome: string) => {
      const run = runs.byUid.get(uid);
      if (!run || !isOpen(run)) return [];
      if (log.of(uid).get(seq - 1)?.hash !== prev.toString('hex')) return [];
      for (const document of [cause, delta, outcome]) checkJson(document);
      const time = now();
      if (!log.of(uid).insert(seq, { hash: hash.toString('hex'), at: time, cause, delta, capture: null })) return [];
      const wakeAt = run.worker === null ? null : time;
      const end = { status: 'terminated', outcome: run.outcome ?? outcome, reason: null, finishedAt: time } as const;
      runs.change(run, { ...end, mail: run.mail + 1, orphans: true, wakeAt });
      inbox.of(uid).delete(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);
      claims.of(uid).length = 0;
      return [{ uid }];
    },
  ),
];
