/**
 * What has happened to an array since the last checkpoint, as non-overlapping hunks in the coordinates of the
 * array as it is now: at `at` stand `ins` new elements in the place of `del` old ones.
 *
 * Applying the hunks from left to right to the old array gives the new one. A push onto, or a shift from, a
 * hundred thousand elements is one hunk.
 *
 *     [a b c d]  shift, push e   →   { at: 0, del: 1, ins: 0 }, { at: 3, del: 0, ins: 1 }
 */

export interface Hunk {
  at: number;
  del: number;
  ins: number;
}

/** More hunks than this are merged into one: finding a place among them would cost more than it saves. */
const HUNKS_MAX = 64;

export class ArrayEdits {
  readonly hunks: Hunk[] = [];
  /** The length before `length` was written: what it has become shows at the next mark. */
  private lengthBefore = -1;

  /** Records that `length` is about to be written. */
  resize(array: readonly unknown[]): void {
    this.lengthBefore = array.length;
  }

  /** Before anything else is recorded or read: what a write of `length` has done. */
  settle(array: readonly unknown[]): this {
    const before = this.lengthBefore;
    if (before === -1) return this;
    this.lengthBefore = -1;
    const { length } = array;
    if (length < before) this.splice(length, before - length, 0);
    else if (length > before) this.splice(before, 0, length - before);
    return this;
  }

  /** Records that at `at` (as the array is now) `del` elements go and `ins` come. */
  splice(at: number, del: number, ins: number): void {
    const { hunks } = this;
    const last = hunks.at(-1);
    // Appending, and writing where something was written already, are the common cases.
    if (last !== undefined) {
      if (at >= last.at && at + del <= last.at + last.ins) {
        last.ins += ins - del;
        return;
      }
      if (at > last.at + last.ins) {
        hunks.push({ at, del, ins });
        this.limit();
        return;
      }
    }
    let first = 0;
    while (first < hunks.length && hunks[first]!.at + hunks[first]!.ins < at) first++;
    let end = first;
    while (end < hunks.length && hunks[end]!.at <= at + del) end++;
    const touching = hunks.slice(first, end);
    const start = Math.min(at, touching[0]?.at ?? at);
    const stop = Math.max(at + del, ...touching.map((h) => h.at + h.ins));
    const inserted = touching.reduce((sum, h) => sum + h.ins, 0);
    const deleted = touching.reduce((sum, h) => sum + h.del, 0);
    // Between the hunks lie old elements that the new hunk swallows.
    const swallowed = stop - start - inserted;
    hunks.splice(first, end - first, { at: start, del: deleted + swallowed, ins: stop - start - del + ins });
    const shift = ins - del;
    if (shift !== 0) for (let i = first + 1; i < hunks.length; i++) hunks[i]!.at += shift;
    this.limit();
  }

  private limit(): void {
    const { hunks } = this;
    if (hunks.length <= HUNKS_MAX) return;
    const first = hunks[0]!;
    const last = hunks.at(-1)!;
    const ins = last.at + last.ins - first.at;
    const kept = ins - hunks.reduce((sum, h) => sum + h.ins, 0);
    const del = hunks.reduce((sum, h) => sum + h.del, 0) + kept;
    hunks.splice(0, hunks.length, { at: first.at, del, ins });
  }

  /** How many elements must be written. */
  get written(): number {
    return this.hunks.reduce((sum, h) => sum + h.ins, 0);
  }
}
