/**
 * Outcomes read by a process that has not imported the workflow module.
 *
 * An error of an unknown class is read as an `Error` with its own name, message, stack and data. An instance of any
 * other unknown class is refused: it would lack its methods.
 */
import { PerdureError } from '../errors.ts';
import { fromDocument } from './border.ts';
import type { Definitions } from './decode.ts';
import type { Json } from './format.ts';

interface ObjectRecord {
  error?: unknown;
  is?: { '%'?: unknown };
}

/** The value of an outcome. Throws PerdureError `class_unknown`. */
export function readOutcome(document: Json, known: Definitions, path: string): unknown {
  const heap = (document as { heap?: Record<string, ObjectRecord> } | null)?.heap ?? {};
  for (const record of Object.values(heap)) {
    const name = record?.is?.['%'];
    if (typeof name !== 'string' || known.named(name) !== undefined) continue;
    if (record.error === undefined) {
      throw new PerdureError('class_unknown', `The outcome holds an instance of ${name}, which this process has not imported`);
    }
    delete record.is;
  }
  return fromDocument(document, known, path);
}
