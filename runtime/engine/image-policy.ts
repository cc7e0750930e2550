/**
 * When to write an image: when loading without one would cost more than it is worth.
 *
 * Bytes that later deltas have superseded are dead weight in the log; once they outweigh an image, an image pays
 * for itself, so its cost is amortised over the change. A run that only grows supersedes nothing: appending 1 MB
 * writes about 1 MB. The number of deltas is bounded too, for the load; with a large state more of them, so that
 * the images do not outweigh the log.
 */

export interface SinceImage {
  imageBytes: number;
  deltas: number;
  deltaBytes: number;
  superseded: number;
}

const DELTAS_MIN = 64;
const DELTAS_MAX = 1024;
const SUPERSEDED_MIN_BYTES = 16_384;

export function isImageDue({ imageBytes, deltas, deltaBytes, superseded }: SinceImage): boolean {
  if (deltas >= DELTAS_MAX) return true;
  if (superseded >= Math.max(imageBytes, SUPERSEDED_MIN_BYTES)) return true;
  return deltas >= DELTAS_MIN && deltaBytes >= imageBytes / 2;
}
