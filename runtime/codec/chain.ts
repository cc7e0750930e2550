/**
 * The hash chain over a run's log: each entry's hash covers the one before it, its cause and its delta, so that
 * nothing can be changed, dropped or put in between unseen.
 */
import { hash } from 'node:crypto';

/** The hash of a run's first entry. */
export const firstHash = (uid: string, cause: string): Buffer => nextHash(Buffer.from(uid), cause, '{}');

export function nextHash(previous: Uint8Array, cause: string, delta: string): Buffer {
  return hash('sha256', Buffer.concat([previous, Buffer.from(`\0${cause}\0${delta}`)]), 'buffer');
}
