/**
 * What arrives for a run, as the log shows it.
 */
import { isOutcome, writeCause, type Arrival, type Outcome } from '../engine/arrival.ts';
import type { EffectOutcome } from './effects/call.ts';

/** In the order in which the log shows it. */
export function arrivalOf(outcome: EffectOutcome, request: number): Arrival {
  switch (outcome.kind) {
    case 'result':
      return { kind: 'result', request, value: outcome.value };
    case 'failure':
      return { kind: 'failure', request, error: outcome.error };
    case 'aborted':
      return { kind: 'aborted', request, begun: outcome.begun };
  }
}

/** Of anything that was done for the run. The end of a child tells of its start, too, which nobody may have told. */
type Answer = Outcome | Extract<Arrival, { kind: 'started' | 'ended' | 'told' }>;

export const isAnswer = (arrival: Arrival): arrival is Answer => isOutcome(arrival) || ['started', 'ended', 'told'].includes(arrival.kind);

/** The last inbox entry among arrivals; null: none came through the inbox. */
export function lastMail(arrivals: readonly Arrival[]): number | null {
  let last: number | null = null;
  for (const arrival of arrivals) if ('mail' in arrival && arrival.mail !== undefined && (last === null || arrival.mail > last)) last = arrival.mail;
  return last;
}

/** Arrivals as the log shows them. The arguments of the start stand in the run's first entry. */
export function causeOf(arrivals: Arrival[]): string {
  const causes = arrivals.map((arrival) => (arrival.kind === 'start' ? ({ kind: 'start', workflow: arrival.workflow } as Arrival) : arrival));
  return writeCause(causes.length === 1 ? causes[0]! : causes);
}
