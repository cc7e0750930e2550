/**
 * How large a run's state may be. What the log tells is an estimate from above, for it counts what has been replaced;
 * only where that exceeds the limit, the state is measured.
 */
import { writeDocument, type DeltaDocument } from '../codec/format.ts';
import { image } from '../engine/cycle.ts';
import type { SinceImage } from '../engine/image-policy.ts';
import { wayToId } from '../engine/path.ts';
import type { Run } from '../engine/run.ts';
import { Fault } from '../errors.ts';

/** Bytes of the state at the most, after a delta of so many. */
export const sizeEstimate = ({ imageBytes, deltaBytes }: SinceImage, delta: number): number => imageBytes + deltaBytes + delta;

/** Throws Fault `state_size`, with the way to the largest object of the delta, if the state is larger than `max` bytes. */
export function checkSize(run: Run, delta: DeltaDocument, max: number): void {
  const bytes = writeDocument(image(run)).length;
  if (bytes <= max) return;
  const largest = largestOf(delta);
  const where = largest ? ` The largest object of this cycle is ${wayToId(run, largest.id).path}, with ${inMegabytes(largest.bytes)}.` : '';
  throw new Fault('state_size', `The state would have ${inMegabytes(bytes)}, and may have ${inMegabytes(max)}.${where}`);
}

function largestOf({ put = {}, edit = {} }: DeltaDocument): { id: number; bytes: number } | null {
  const sizes = Object.entries({ ...put, ...edit }).map(([id, record]) => ({ id: Number(id), bytes: writeDocument(record).length }));
  return sizes.reduce<{ id: number; bytes: number } | null>((most, one) => (most === null || one.bytes > most.bytes ? one : most), null);
}

const inMegabytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(bytes < 2 ** 20 ? 3 : 1)} MiB`;
