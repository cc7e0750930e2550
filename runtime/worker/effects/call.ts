/**
 * A call of an effect: what a run has asked for and waits for, and how that ends.
 */
import type { Json } from '../../codec/format.ts';
import type { StoredClaim } from '../../store/claims.ts';

/** The request of a run. */
export interface CallKey {
  uid: string;
  request: number;
}

export interface EffectCall extends CallKey {
  /** The run's id, for people. */
  run: string;
  effect: string;
  args: Json;
  /** When the run asked for it, in ms since 1970. */
  since: number;
}

export type EffectOutcome =
  | { kind: 'result'; value: Json }
  | { kind: 'failure'; error: Json }
  /** It was told to stop, and has. Whether it has happened nobody knows, unless it had not begun. */
  | { kind: 'aborted'; begun: boolean };

/** What is known of attempts at a call when a run is loaded. */
export interface EarlierAttempts {
  /** The worker whose claim rode in the log; empty if there was none. */
  first: string;
  /** Further claims, in the order of attempts. */
  further: StoredClaim[];
  /** It waits in the store for its turn, or is made by whoever has it. */
  isErrand: boolean;
}

/** The same for all attempts of a call, and for no other call. */
export const idempotencyKey = ({ uid, request }: CallKey): string => `${uid}:${request}`;
