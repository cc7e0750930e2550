/**
 * The timers of a run: its sleeps, and the ends of waits that take only so long. Moments in ms since 1970, by the database's clock.
 */
import type { RequestDocument } from '../codec/format.ts';
import type { Arrival } from './arrival.ts';
import type { Run } from './run.ts';

/** When the next one is due; null if there is none. */
export function nextTimer({ requests }: Run): number | null {
  let next: number | null = null;
  for (const { document } of requests.values()) {
    const due = dueOf(document);
    if (due !== null && (next === null || due < next)) next = due;
  }
  return next;
}

/** Those that are due, in their order. */
export function dueTimers({ requests }: Run, now: number): Arrival[] {
  return [...requests]
    .map(([request, { document }]) => ({ request, at: dueOf(document) }))
    .filter((timer): timer is { request: number; at: number } => timer.at !== null && timer.at <= now)
    .sort((a, b) => a.at - b.at || a.request - b.request)
    .map(({ request }) => ({ kind: 'timer', request }));
}

function dueOf(document: RequestDocument): number | null {
  if ('sleep' in document) return document.sleep;
  return 'until' in document ? (document.until ?? null) : null;
}
