/**
 * How a run that has failed goes on: from a cycle before its failure, as if what came after had not happened. The log is
 * appended to as ever. Its next entry says so,
 *
 *     cause {"back": 41, "again": [7]}      delta {"back": 41, "last": 9, "requests": {"7": {…}}}
 *
 * and the fold takes the state after cycle 41 and goes on from there. What arrived since then is not lost:
 *
 * - An effect that was under way at cycle 41 and has failed since is asked for again, as if for the first time: with its
 *   idempotency key, and all attempts that its policy allows.
 * - Results that have come since, and messages that have been consumed since, arrive once more: they are put back into
 *   the inbox, messages under their own numbers and so in their own order.
 * - An effect that was under way and of which no outcome has come is claimed by nobody that lives: made again if it is
 *   idempotent, else in doubt.
 *
 * Numbers of requests go on where they were, so that no idempotency key is used for another call.
 */
import type { DeltaDocument, RequestDocument, StateDocument } from '../codec/format.ts';
import type { InboxEntry } from './inbox.ts';
import { isOutcome, type Cause, type Outcome } from './arrival.ts';

export interface RetryPlan {
  cause: Extract<Cause, { kind: 'back' }>;
  delta: DeltaDocument;
  /** What is put back: under the number that it had, or with null under a new one, in this order. */
  inbox: { n: number | null; entry: InboxEntry }[];
}

/** The worker that has claimed what nobody can tell about. */
const NOBODY = 'gone';

/**
 * `state` is the state after cycle `to`, `last` the last one, `arrived` what has arrived since `to`, in order.
 */
export function planRetry(to: number, state: StateDocument, last: StateDocument, arrived: readonly Cause[]): RetryPlan {
  const outcomes = outcomesOf(arrived);
  const requests: Record<string, RequestDocument> = {};
  const again: number[] = [];
  for (const [number, document] of Object.entries(state.requests)) {
    if (!('effect' in document)) continue;
    const n = Number(number);
    const outcome = outcomes.get(n);
    if (outcome?.kind === 'result') continue;
    if (outcome?.kind === 'failure' || (outcome?.kind === 'aborted' && !outcome.begun)) {
      requests[number] = { ...document, by: null };
      again.push(n);
    } else {
      requests[number] = { ...document, by: NOBODY }; // also where no claim is in the log: it may have been made later
    }
  }
  return {
    cause: { kind: 'back', to, again },
    delta: { back: to, last: last.last, clock: Math.max(state.clock, last.clock), ...(Object.keys(requests).length > 0 ? { requests } : {}) },
    inbox: [...numbered(arrived), ...unnumbered(state, outcomes)],
  };
}

/** The last outcome of each request: after an earlier retry there may be several. */
function outcomesOf(arrived: readonly Cause[]): Map<number, Outcome> {
  return new Map(arrived.filter(isOutcome).map((outcome) => [outcome.request, outcome]));
}

/** What came through the inbox, by its number; but for failures, which are answered, and what asked the run to stop. */
function numbered(arrived: readonly Cause[]): RetryPlan['inbox'] {
  const byNumber = new Map<number, InboxEntry>();
  for (const arrival of arrived) {
    if (!('mail' in arrival) || arrival.mail === undefined) continue;
    const { mail, ...entry } = arrival;
    if (!['failure', 'aborted', 'cancel', 'retry'].includes(entry.kind)) byNumber.set(mail, entry);
  }
  return [...byNumber].sort(([a], [b]) => a - b).map(([n, entry]) => ({ n, entry }));
}

/** Results that came straight from a worker, of what was under way. */
function unnumbered(state: StateDocument, outcomes: ReadonlyMap<number, Outcome>): RetryPlan['inbox'] {
  return [...outcomes.values()]
    .filter((outcome) => outcome.kind === 'result' && outcome.mail === undefined && String(outcome.request) in state.requests)
    .map((entry) => ({ n: null, entry }));
}
