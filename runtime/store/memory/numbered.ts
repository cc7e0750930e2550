/**
 * Rows with a number each, in the order of the numbers: what the tables hold for one run. Nearly always a row comes
 * after all others.
 */
export class Numbered<R> {
  private readonly rows: { n: number; row: R }[] = [];

  /** The place of the first row whose number is at least `n`. */
  private place(n: number): number {
    let [low, high] = [0, this.rows.length];
    if (high === 0 || this.rows[high - 1]!.n < n) return high;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.rows[middle]!.n < n) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  get(n: number): R | undefined {
    const found = this.rows[this.place(n)];
    return found?.n === n ? found.row : undefined;
  }

  /** Returns false, and changes nothing, if there is a row of this number. */
  insert(n: number, row: R): boolean {
    const place = this.place(n);
    if (this.rows[place]?.n === n) return false;
    this.rows.splice(place, 0, { n, row });
    return true;
  }

  /** Takes out the rows from number `from` to number `to`, both included. */
  delete(from: number, to: number): void {
    const place = this.place(from);
    this.rows.splice(place, Math.max(0, this.place(to + 1) - place));
  }

  /** The rows from number `from` on, at most `limit` of them. */
  from(from: number, limit = Number.POSITIVE_INFINITY): { n: number; row: R }[] {
    const place = this.place(from);
    return this.rows.slice(place, place + limit);
  }

  /** The last row whose number is at most `n`. */
  last(n = Number.POSITIVE_INFINITY): { n: number; row: R } | undefined {
    return this.rows[this.place(n + 1) - 1];
  }
}
