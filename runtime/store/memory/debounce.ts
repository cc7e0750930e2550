/** `queries/debounce.ts` in memory. */
import { findDebounced, restartDebounced } from '../queries/debounce.ts';
import { checkJson, on, type Implementation } from './implementation.ts';

export const debouncing: Implementation[] = [
  on(findDebounced, ({ runs }, workflow: string, key: string) =>
    runs
      .pending()
      .filter((run) => run.workflow === workflow && run.debounce === key)
      .map(({ uid, id }) => ({ uid, id })),
  ),

  on(
    restartDebounced,
    (
      { runs, log, now },
      uid: string,
      entry: string,
      artifact: string,
      argsHash: Buffer,
      hash: Buffer,
      cause: string,
      delayMs: number,
      maxMs: number | null,
      deadlineMs: number | null,
    ) => {
      const run = runs.byUid.get(uid);
      if (run?.status !== 'pending') return [];
      checkJson(cause);
      const startAt = Math.min(now() + delayMs, maxMs === null ? Number.POSITIVE_INFINITY : run.createdAt + maxMs);
      const wakeAt = Math.min(run.turn === null ? startAt : Number.POSITIVE_INFINITY, deadlineMs ?? Number.POSITIVE_INFINITY);
      runs.change(run, { entry, artifact, argsHash: argsHash.toString('hex'), startAt, wakeAt: wakeAt === Number.POSITIVE_INFINITY ? null : wakeAt });
      Object.assign(log.of(uid).get(0)!, { hash: hash.toString('hex'), cause, at: now() });
      return [{ uid }];
    },
  ),
];
