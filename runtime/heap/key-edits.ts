/**
 * What has happened to the keys of an object, Env, Map or Set since the last checkpoint.
 *
 * The order of the entries is the order of last insertion: a key that is deleted and set again moves to the
 * end, as in the container itself. So "delete the renewed ones, then set all in this order" gives the old
 * container's successor, order included.
 */
export class KeyEdits<K = unknown> {
  /** Key → whether it was deleted at some time since the checkpoint. */
  readonly keys = new Map<K, boolean>();
  /** Everything was removed first (`clear`). */
  cleared = false;
  /** How many of them were not there before. */
  added = 0;
  /** With more keys than this the object may be better written whole. */
  max: number;
  /** The key set last: a loop over one counter need not look it up. */
  private last: K | undefined = undefined;

  constructor(max: number) {
    this.max = max;
  }

  /** Before the value of a key is written. Returns true if nothing was known of this key: is it `added`? */
  set(key: K): boolean {
    if (key === this.last && key !== undefined) return false;
    this.last = key;
    if (this.keys.has(key)) return false;
    this.keys.set(key, false);
    return true;
  }

  delete(key: K): void {
    this.last = undefined;
    this.keys.delete(key);
    this.keys.set(key, true);
  }

  clear(): void {
    this.last = undefined;
    this.keys.clear();
    this.cleared = true;
    this.added = 0;
  }

  /** The part of what an edit writes that replaces something: the rest is growth. */
  get replacing(): number {
    return 1 - this.added / Math.max(1, this.keys.size);
  }
}
