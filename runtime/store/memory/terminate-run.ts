/** `queries/terminate-run.ts` in memory. */
import { nextHash } from '../../chain.ts';
import { terminateRun } from '../queries/terminate-run.ts';
import { isOpen } from './tables.ts';
import { checkJson, on, type Implementation } from './implementation.ts';

export const terminating: Implementation[] = [
  on(terminateRun, ({ runs, log, inbox, claims, now }, uid: string, cause: string, delta: string, outcome: string) => {
    const run = runs.byUid.get(uid);
    if (!run || !isOpen(run)) return [];
    for (const document of [cause, delta, outcome]) checkJson(document);
    const last = log.of(uid).last()!;
    const [time, seq] = [now(), last.n + 1];
    const hash = nextHash(Buffer.from(last.row.hash, 'hex'), cause, delta).toString('hex');
    log.of(uid).insert(seq, { hash, at: time, cause, delta, capture: null });
    const wakeAt = run.worker === null ? null : time;
    const end = { status: 'terminated', outcome: run.outcome ?? outcome, reason: null, finishedAt: time } as const;
    runs.change(run, { ...end, mail: run.mail + 1, orphans: true, wakeAt });
    inbox.of(uid).delete(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);
    claims.of(uid).length = 0;
    return [{ seq, hash }];
  }),
];
