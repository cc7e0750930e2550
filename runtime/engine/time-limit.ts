/**
 * Evaluations under a limit of time, against loops without end.
 *
 * One that is stopped leaves the machine as it stood: its registers and its job queue are put right here, and the run
 * in memory is unusable, as after a fault.
 */
import { resetConstruction } from '../builtins/construction.ts';
import { host } from '../host.ts';
import { clearJobs } from '../machine/jobs.ts';
import { resetRegisters } from '../machine/registers.ts';

/** Runs `body`, at the most so long; without a limit if it is infinite. Returns false if it was stopped. */
export function withinTime(limitMs: number, body: () => void): boolean {
  if (limitMs === Number.POSITIVE_INFINITY) {
    body();
    return true;
  }
  const { prepareStackTrace, stackTraceLimit } = Error;
  if (host.within(limitMs, body)) return true;
  Object.assign(Error, { prepareStackTrace, stackTraceLimit });
  clearJobs();
  resetRegisters();
  resetConstruction();
  return false;
}
