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

/** A container of which more than this share has changed is written whole. */
export const WHOLE_SHARE = 0.7;

/** More hunks than this are merged, the nearest first. */
const HUNKS_MAX = 256;

export class ArrayEdits {
  readonly hunks: Hunk[] = [];
  /** How many elements must be written. */
  written = 0;
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

  /** The part of what an edit writes that replaces something: the rest is growth. */
  get replacing(): number {
    let deleted = 0;
    for (const { del } of this.hunks) deleted += del;
    return deleted >= this.written ? 1 : deleted / this.written;
  }

  /** Records that the element at an index is about to be replaced: a `splice(index, 1, 1)` that need not search much. */
  write(index: number): void {
    const { hunks } = this;
    let low = 0;
    let high = hunks.length;
    const last = hunks[high - 1];
    if (last !== undefined && index >= last.at) {
      // Most loops go up.
      const end = last.at + last.ins;
      if (index < end) return;
      if (index === end) {
        last.del++;
        last.ins++;
        this.written++;
        return;
      }
      low = high;
    }
    while (low < high) {
      const middle = (low + high) >> 1;
      if (hunks[middle]!.at <= index) low = middle + 1;
      else high = middle;
    }
    // hunks[low - 1] begins at or before the index, hunks[low] after it.
    const before = hunks[low - 1];
    if (before !== undefined && index < before.at + before.ins) return;
    this.written++;
    const after = hunks[low];
    if (before !== undefined && index === before.at + before.ins) {
      before.del++;
      before.ins++;
    } else if (after !== undefined && index === after.at - 1) {
      after.at--;
      after.del++;
      after.ins++;
    } else {
      hunks.splice(low, 0, { at: index, del: 1, ins: 1 });
      this.limit();
    }
  }

  /** Records that at `at` (as the array is now) `del` elements go and `ins` come. */
  splice(at: number, del: number, ins: number): void {
    const { hunks } = this;
    const last = hunks.at(-1);
    // Appending, and writing where something was written already, are the common cases.
    if (last !== undefined) {
      if (at >= last.at && at + del <= last.at + last.ins) {
        last.ins += ins - del;
        this.written += ins - del;
        return;
      }
      if (at > last.at + last.ins) {
        hunks.push({ at, del, ins });
        this.written += ins;
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
    this.written += swallowed - del + ins;
    hunks.splice(first, end - first, { at: start, del: deleted + swallowed, ins: stop - start - del + ins });
    const shift = ins - del;
    if (shift !== 0) for (let i = first + 1; i < hunks.length; i++) hunks[i]!.at += shift;
    this.limit();
  }

  /** Joins neighbours, and what lies between them, until half as many are left: the nearest first. */
  private limit(): void {
    const { hunks } = this;
    if (hunks.length <= HUNKS_MAX) return;
    for (let gap = 1; hunks.length > HUNKS_MAX / 2; gap *= 4) this.join(gap);
  }

  private join(gap: number): void {
    const { hunks } = this;
    let to = 0;
    for (let i = 1; i < hunks.length; i++) {
      const left = hunks[to]!;
      const right = hunks[i]!;
      const between = right.at - (left.at + left.ins);
      if (between > gap) {
        hunks[++to] = right;
        continue;
      }
      left.del += between + right.del;
      left.ins += between + right.ins;
      this.written += between;
    }
    hunks.length = to + 1;
  }
}
