/** `queries/load-run.ts` in memory. */
import { LOG_PAGE, loadLog, loadRun, loadRunAt, readInbox, readLog } from '../queries/load-run.ts';
import type { Row } from '../sql.ts';
import { factsOf } from './claims.ts';
import { on, type Implementation } from './implementation.ts';
import type { Tables } from './tables.ts';

/** The newest image up to a cycle, and the log from there. */
function history({ images, log }: Tables, uid: string, to: number, limit: number): Row[] {
  const image = images.of(uid).last(to);
  const rows = log.of(uid).from(image?.n ?? 0, limit).filter(({ n }) => n <= Math.max(to, 1));
  return [
    ...(image ? [{ part: 1, n: image.n, hash: null, a: image.row, b: null, c: null }] : []),
    ...rows.map(({ n, row }) => ({ part: 2, n, hash: row.hash, a: row.delta, b: row.cause, c: null })),
  ];
}

export const loading: Implementation[] = [
  on(loadRun, (tables, uid: string) => [
    ...history(tables, uid, Number.POSITIVE_INFINITY, LOG_PAGE),
    ...tables.inbox.of(uid).from(0).map(({ n, row }) => ({ part: 3, n, hash: null, a: row, b: null, c: null })),
    ...[...tables.claims.of(uid)]
      .sort((a, b) => a.request - b.request)
      .map((claim) => ({
        part: 4,
        n: claim.request,
        hash: claim.worker,
        a: String(claim.attempt),
        b: claim.failure,
        c: factsOf(tables, uid, claim),
      })),
    ...[...tables.errands.values()]
      .filter((errand) => errand.uid === uid)
      .map(({ request }) => ({ part: 5, n: request, hash: null, a: null, b: null, c: null })),
  ]),

  on(loadLog, ({ log }, uid: string, after: number) =>
    log.of(uid).from(after + 1, LOG_PAGE).map(({ n, row }) => ({ n, hash: row.hash, a: row.delta, b: row.cause })),
  ),

  on(loadRunAt, (tables, uid: string, seq: number) => history(tables, uid, seq, Number.POSITIVE_INFINITY)),

  on(readInbox, ({ inbox }, uid: string, after: number) => inbox.of(uid).from(after + 1).map(({ n, row }) => ({ n, entry: row }))),

  on(readLog, ({ log }, uid: string, from: number, limit: number) =>
    log.of(uid).from(from, limit).map(({ n, row: { hash, at, cause, delta, capture } }) => ({ seq: n, hash, at_ms: at, cause, delta, capture })),
  ),
];
