/**
 * How apps cancel runs.
 */
import { durationMs } from '../builtins/duration.ts';
import { CANCEL_WAIT_MS } from '../control.ts';

export interface CancelOptions {
  /** For the log and the CancelledError. */
  reason?: string;
  /** How long the effects under way have to end after they were told to stop. Default: 10 seconds. */
  wait?: number | string;
}

export const cancellationOf = ({ reason, wait }: CancelOptions): { reason: string | undefined; graceMs: number } => ({
  reason: reason === undefined ? undefined : String(reason),
  graceMs: durationMs(wait ?? CANCEL_WAIT_MS),
});
