/**
 * Why a run is parked, as it is stored: an error that names the run and the cycle, and where in the source it came about. V8 writes
 * a stack when it is first read, so it is read here, in source terms; what the engine has found out by itself has no place in the source.
 */
import { writeDocument } from '../codec/format.ts';
import { errorDocument } from '../codec/outcome.ts';
import { safely, stackOf } from '../codec/thrown.ts';
import type { Names } from '../codec/records.ts';
import { withStacks } from '../engine/stacks.ts';
import { Fault, PerdureError } from '../errors.ts';

/** `cycle` is the one that could not be, or the one that could not be read. */
export function reasonText(run: string, cycle: number, error: unknown, names: Names): string {
  const isKnown = safely(() => error instanceof PerdureError, false);
  const known = isKnown ? (error as PerdureError) : new Fault('internal_error', stackOf(error));
  known.message = `Run '${run}', cycle ${cycle}: ${known.message}`;
  return writeDocument(withStacks(() => errorDocument(known, names)));
}
