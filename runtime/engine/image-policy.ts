/**
 * When to write an image: when loading without one would cost more than it is worth.
 *
 * Bytes that later deltas have superseded are dead weight in the log; once they outweigh an image, an image pays
 * for itself, so its cost is amortised over the change. So is what a delta costs beside its bytes when it is loaded: a
 * row, a document and a hash of its own, about as much as a kilobyte of text. A run that only grows by larger pieces is
 * not due: appending 1 MB writes 1 MB, and loading it reads as much as an image would have. But nobody counts the objects
 * that became garbage, so after many bytes a look at what is left of them is worth a quarter of them.
 */

export interface SinceImage {
  imageBytes: number;
  deltas: number;
  deltaBytes: number;
  superseded: number;
}

/** What a delta costs beside its bytes (measured: 5 to 10 µs, in which 1 to 2 KB are parsed). */
const DELTA_COST_BYTES = 1024;
/** Below this an image is not worth its statement. */
const WORTH_BYTES = 128 * 1024;
const SUPERSEDED_MIN_BYTES = 16_384;
/** So many bytes of deltas may be garbage before somebody looks, and so many times the image. */
const UNCOUNTED_MIN_BYTES = 2 * 1024 * 1024;
const UNCOUNTED_IMAGES = 4;

export function isImageDue({ imageBytes, deltas, deltaBytes, superseded }: SinceImage): boolean {
  if (superseded >= Math.max(imageBytes, SUPERSEDED_MIN_BYTES)) return true;
  if (deltaBytes >= Math.max(imageBytes * UNCOUNTED_IMAGES, UNCOUNTED_MIN_BYTES)) return true;
  return deltas * DELTA_COST_BYTES >= Math.max(imageBytes + deltaBytes - superseded, WORTH_BYTES);
}
