/**
 * How apps end runs.
 */
import { CANCEL_WAIT_MS } from '../control.ts';
import { Options } from '../engine/options.ts';

export interface CancelOptions {
  /** For the log and the CancelledError. */
  reason?: string;
  /** How long the effects under way have to end after they were told to stop. Default: 10 seconds. */
  wait?: number | string;
}

export interface TerminateOptions {
  /** For the log and whoever waits for the result. */
  reason?: string;
}

/** Throws PerdureError `options`. */
export function cancellationOf(given: CancelOptions): { reason: string | undefined; graceMs: number } {
  const options = new Options('options', 'Wrong options of a cancellation');
  options.checkKeys(given, ['reason', 'wait']);
  return { reason: reasonOf(options, given.reason), graceMs: options.durationOrNull('wait', given.wait) ?? CANCEL_WAIT_MS };
}

/** Throws PerdureError `options`. */
export function terminationOf(given: TerminateOptions): string | undefined {
  const options = new Options('options', 'Wrong options of a termination');
  options.checkKeys(given, ['reason']);
  return reasonOf(options, given.reason);
}

function reasonOf(options: Options, reason: unknown): string | undefined {
  if (reason === undefined || typeof reason === 'string') return reason;
  return options.wrong('reason', 'must be a text');
}
