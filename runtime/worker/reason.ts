/**
 * Why a run is parked, as it is stored: an error that names the run and the cycle.
 */
import { writeDocument } from '../codec/format.ts';
import { errorDocument } from '../codec/outcome.ts';
import type { Names } from '../codec/records.ts';
import { Fault, PerdureError } from '../errors.ts';

/** `cycle` is the one that could not be, or the one that could not be read. */
export function reasonText(run: string, cycle: number, error: unknown, names: Names): string {
  const known = error instanceof PerdureError ? error : new Fault('internal_error', String((error as Error)?.stack ?? error));
  known.message = `Run '${run}', cycle ${cycle}: ${known.message}`;
  return writeDocument(errorDocument(known, names));
}
