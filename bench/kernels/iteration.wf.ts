/** Iteration: for-of over arrays, Maps, Sets, strings and hand-written iterators, for-in, entries. */
class Grid {
  readonly cells: number[][] = [];

  constructor(size: number) {
    for (let y = 0; y < size; y++) {
      const row: number[] = [];
      for (let x = 0; x < size; x++) row.push((x * 17 + y * 31) % 97);
      this.cells.push(row);
    }
  }

  [Symbol.iterator](): Iterator<number> {
    const { cells } = this;
    let x = 0;
    let y = 0;
    return {
      next(): IteratorResult<number> {
        if (y >= cells.length) return { value: undefined, done: true };
        const value = cells[y]![x]!;
        if (++x >= cells[y]!.length) {
          x = 0;
          y++;
        }
        return { value, done: false };
      },
    };
  }
}

interface State {
  grid: Grid;
  prices: Map<string, number>;
  seen: Set<number>;
  byName: Record<string, number>;
}

export function setup(): State {
  const prices = new Map<string, number>();
  const seen = new Set<number>();
  const byName: Record<string, number> = {};
  for (let i = 0; i < 200; i++) {
    prices.set(`sku-${i}`, i);
    seen.add(i * 3);
    byName[`n${i % 50}`] = i;
  }
  return { grid: new Grid(40), prices, seen, byName };
}

export function work({ grid, prices, seen, byName }: State): number {
  let sum = 0;
  for (let round = 0; round < 20; round++) {
    for (const n of grid) sum += n;
    for (const [sku, price] of prices) sum += sku.length * price;
    for (const n of seen) if (n % 2) sum += n;
    for (const c of 'the quick brown fox') sum += c.charCodeAt(0);
    for (const [i, row] of grid.cells.entries()) sum += i * row[0]!;
    for (const name in byName) sum += byName[name]!;
    for (const value of Object.values(byName)) sum -= value;
  }
  return sum % 1_000_003;
}
