/**
 * How a held run grows: what the log holds since its last image, and by that how large its state is. Tells when an image is due.
 */
import { writeDocument } from '../codec/format.ts';
import { image } from '../engine/cycle.ts';
import type { History } from '../engine/history.ts';
import { isImageDue, type SinceImage } from '../engine/image-policy.ts';
import type { Run } from '../engine/run.ts';
import { checkSize, sizeEstimate } from '../engine/size-limit.ts';

export class Growth {
  private since: SinceImage;
  /** The state is much smaller than estimated: an image now, and the estimate is exact again. */
  private isEstimateOff = false;

  constructor({ imageBytes, deltas, deltaBytes }: History) {
    this.since = { imageBytes, deltas, deltaBytes, superseded: 0 };
  }

  /** How large the state is, as text: an estimate from above. */
  get bytes(): number {
    return sizeEstimate(this.since, 0);
  }

  /** Throws Fault `state_size` if the state of a run is larger than `max` bytes with a delta of so many. */
  check(run: Run, deltaBytes: number, max: number): void {
    if (sizeEstimate(this.since, deltaBytes) <= max) return;
    checkSize(run, max);
    this.isEstimateOff = true;
  }

  /** A delta of so many bytes is in the log, and so many of those before it count no more. */
  add(deltaBytes: number, superseded: number): void {
    this.since.deltas++;
    this.since.deltaBytes += deltaBytes;
    this.since.superseded += superseded;
  }

  /** An image of the run, as text, if one is due; null otherwise. */
  imageIfDue(run: Run): string | null {
    if (!this.isEstimateOff && !isImageDue(this.since)) return null;
    const text = writeDocument(image(run));
    this.isEstimateOff = false;
    this.since = { imageBytes: text.length, deltas: 0, deltaBytes: 0, superseded: 0 };
    return text;
  }
}
