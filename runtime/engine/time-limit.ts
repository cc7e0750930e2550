/**
 * Evaluations under a limit of time, against loops without end.
 *
 * One that is stopped leaves the machine as it stood: its registers and its job queue are put right here, and the run
 * in memory is unusable, as after a fault.
 */
import { resetConstruction } from '../builtins/construction.ts';
import { host, type Turn } from '../host.ts';
import { clearJobs } from '../machine/jobs.ts';
import { resetRegisters } from '../machine/registers.ts';

/** Runs `body`, at the most so long; without a limit if it is infinite. Returns false if it was stopped. */
export function withinTime(limitMs: number, body: () => void): boolean {
  if (limitMs === Number.POSITIVE_INFINITY) {
    body();
    return true;
  }
  const settings = errorSettings();
  if (host.within(limitMs, body)) return true;
  putRight(settings);
  return false;
}

/** Takes a turn in the next turn of the event loop, at the most so long; without a limit if it is infinite. */
export function soonWithinTime(limitMs: number, turn: Turn): void {
  if (limitMs === Number.POSITIVE_INFINITY) {
    host.soon(() => {
      turn.prepare();
      turn.body();
      turn.over('in time');
    });
    return;
  }
  let settings: ErrorSettings;
  host.soonWithin(limitMs, {
    prepare() {
      settings = errorSettings();
      turn.prepare();
    },
    body: () => turn.body(),
    over(end) {
      if (end !== 'in time') putRight(settings);
      turn.over(end);
    },
  });
}

type ErrorSettings = Pick<typeof Error, 'prepareStackTrace' | 'stackTraceLimit'>;

function errorSettings(): ErrorSettings {
  const { prepareStackTrace, stackTraceLimit } = Error;
  return { prepareStackTrace, stackTraceLimit };
}

function putRight(settings: ErrorSettings): void {
  Object.assign(Error, settings);
  clearJobs();
  resetRegisters();
  resetConstruction();
}
