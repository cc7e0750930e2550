export declare function tick<T>(value?: T): Promise<T>;

class Cell {
  static #made = 0;
  static #registry = new Map<string, Cell>();
  static #key(n: number) { return 'c' + n; }
  static get #next() { return ++Cell.#made; }
  static get(n: number) { return Cell.#registry.get(Cell.#key(n)); }
  #value: number;
  #watchers: ((v: number) => void)[] = [];
  readonly id = Cell.#next;
  constructor(v: number) { this.#value = v; Cell.#registry.set(Cell.#key(this.id), this); }
  get #double() { return this.#value * 2; }
  set #both(v: number) { this.#value = v; this.#tell(); }
  #tell() { for (const w of this.#watchers) w(this.#double); }
  async #slow(v: number) { await tick(); this.#both = v; await tick(); return this.#value++; }
  watch(f: (v: number) => void) { this.#watchers.push(f); return this; }
  async set(v: number) { const old = this.#value; const r = await this.#slow(v); return [old, r, this.#value, this.#double].join(); }
  same(o: Cell) { return o.#value === this.#value; }
}
export async function main() {
  const seen: number[] = [];
  const a = new Cell(1).watch((v) => seen.push(v)), b = new Cell(6);
  await tick();
  console.log(await a.set(5), a.same(b), Cell.get(1) === a, Cell.get(2) === b, Cell.get(3), seen.join(), JSON.stringify(a));
}

// expect: 1,5,6,12 true true true undefined 10 {"id":1}
// expect: returned undefined
