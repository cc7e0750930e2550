/** `queries/retry-run.ts` in memory. */
import { retryRun } from '../queries/retry-run.ts';
import { checkJson, on, type Implementation } from './implementation.ts';

export const retrying: Implementation[] = [
  on(
    retryRun,
    (
      { runs, log, inbox, images, now },
      uid: string,
      seq: number,
      prev: Buffer,
      hash: Buffer,
      cause: string,
      delta: string,
      to: number,
      mailBefore: number,
      mail: number,
      numbers: number[],
      entries: string[],
      artifact: string | null,
      state: string | null,
    ) => {
      const run = runs.byUid.get(uid);
      if (run?.status !== 'failed' || run.replacedBy !== null || run.mail !== mailBefore) return [];
      if (log.of(uid).get(seq - 1)?.hash !== prev.toString('hex') || log.of(uid).get(seq)) return [];
      for (const document of [cause, delta, state, ...entries]) checkJson(document);
      log.of(uid).insert(seq, { hash: hash.toString('hex'), at: now(), cause, delta, capture: null });
      const goesOn = run.turn === null ? ({ status: 'running', wakeAt: now() } as const) : ({ status: 'pending', wakeAt: null } as const);
      runs.change(run, { ...goesOn, outcome: null, finishedAt: null, debounce: null, mail, losses: 0, lostAt: null, artifact: artifact ?? run.artifact });
      numbers.forEach((n, i) => inbox.of(uid).insert(n, entries[i]!));
      images.of(uid).delete(to + 1, Number.POSITIVE_INFINITY);
      if (state !== null) images.of(uid).insert(seq, state);
      return [{ uid }];
    },
  ),
];
