/**
 * Places in a source, sorted: whether a node has one of them inside is found without walking it. What is rare in a
 * program (an `await`, a function) need not cost a walk of all of it.
 */
import type { Node } from './ast.ts';

export class Places {
  private readonly places: readonly number[];

  constructor(places: readonly number[]) {
    this.places = [...places].sort((a, b) => a - b);
  }

  get isEmpty(): boolean {
    return this.places.length === 0;
  }

  /** A node that the source does not have may hold anything. */
  within({ start, end }: Node): boolean {
    if (start == null || end == null) return !this.isEmpty;
    const { places } = this;
    let low = 0;
    let high = places.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (places[middle]! < start) low = middle + 1;
      else high = middle;
    }
    return low < places.length && places[low]! < end;
  }
}
