/**
 * The hash chain over a run's log: each entry's hash covers the one before it, its cause and its delta, so that
 * nothing can be changed, dropped or put in between unseen.
 */
import { hash } from 'node:crypto';

/**
 * Half of SHA-256. The chain has no key, so it proves nothing against somebody who can write a new one; against all else 128
 * bits are plenty, and each step has one in its row and in the WAL.
 */
export const HASH_BYTES = 16;

/** The hash of a run's first entry. */
export const firstHash = (uid: string, cause: string): Buffer => nextHash(Buffer.from(uid), cause, '{}');

/** The database computes the same where it ends a run (`store/queries/terminate-run.ts`). */
export const nextHash = (previous: Uint8Array, cause: string, delta: string): Buffer =>
  digest(Buffer.concat([previous, Buffer.from(`\0${cause}\0${delta}`)]));

/** The first half of a SHA-256: 16 bytes. Of entries, and of arguments, by which a start knows its own run again. */
export function digest(data: Uint8Array | string): Buffer {
  // By way of a string: a Buffer that `hash` makes has memory of its own, which costs more (measured: 0.9 µs instead of 1.5).
  return Buffer.from(hash('sha256', data, 'binary').slice(0, HASH_BYTES), 'binary');
}
