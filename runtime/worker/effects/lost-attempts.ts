/**
 * Effects that perhaps end their workers. An attempt at an idempotent effect that was under way when its worker was lost is made
 * again by the next one; if it is what ends the process, it ends that one, too, and so on. So after some of them the run is parked,
 * and a person says when to go on.
 *
 * Nobody knows what has ended a process: runs that it held besides are counted as well, if they come no further than this. Hence
 * the number is generous, and the reason says so.
 */
import { Fault } from '../../errors.ts';
import type { EarlierAttempts, EffectCall } from './call.ts';

/** So many workers may be lost, one after the other at the same cycle, with an attempt under way each time. */
export const LOST_ATTEMPTS_MAX = 10;

/** A call that is to be made again, and how many attempts at it nobody has seen the end of. */
export interface Repeated {
  call: EffectCall;
  lost: number;
}

/** Attempts of which nobody knows how they have ended. */
export function lostAttempts({ first, further }: EarlierAttempts): number {
  const lost = new Set(further.filter(({ failure, granted, token }) => failure === null && !granted && !token).map(({ attempt }) => attempt));
  // That one has a claim of its own only if it has told something of itself.
  if (first !== '' && !further.some(({ attempt }) => attempt === 1)) lost.add(1);
  return lost.size;
}

/** Throws Fault `effect_crash` if one of these has perhaps ended the workers that were lost with the run at its last checkpoint. */
export function checkLosses(losses: number, repeated: readonly Repeated[]): void {
  if (losses < LOST_ATTEMPTS_MAX) return;
  const suspects = repeated.filter(({ lost }) => lost >= LOST_ATTEMPTS_MAX);
  if (suspects.length === 0) return;
  const effects = [...new Set(suspects.map(({ call }) => call.effect))].join(', ');
  throw new Fault(
    'effect_crash',
    `${losses} workers were lost, one after the other, while an attempt at ${effects} was under way. Perhaps that ends its process; or it is ` +
      'innocent, and something else in those processes did. It is not made again by itself: `perdure resume` makes another attempt, and counts anew.',
  );
}
