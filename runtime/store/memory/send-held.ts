/** `queries/send-held.ts` in memory, where a statement is the only transaction there is. */
import { resultStored, sendHeld, transactionStatus } from '../queries/send-held.ts';
import { on, type Implementation } from './implementation.ts';
import { send } from './send-message.ts';

/** What there is in an inbox and in causes, as far as it is read here. */
type Arrival = { result?: number };

export const sendingHeld: Implementation[] = [
  on(sendHeld, (tables, uid: string, worker: string, entry: string) => {
    const run = tables.runs.byUid.get(uid);
    if (run?.worker !== worker || run.status !== 'running') return [];
    return send(tables, run, entry, false).map(({ n }) => ({ n, transaction: '0' }));
  }),

  on(transactionStatus, () => [{ status: 'committed' }]),

  on(resultStored, ({ inbox, log }, uid: string, request: string) => {
    const texts = [...inbox.of(uid).from(0).map(({ row }) => row), ...log.of(uid).from(0).map(({ row }) => row.cause)];
    const arrivals = texts.flatMap((text) => JSON.parse(text) as Arrival | Arrival[]);
    return [{ stored: arrivals.some((arrival) => String(arrival.result) === request) }];
  }),
];
