// What an assignment to a private name is worth, also where an async function reaches it through the class.
export declare function tick<T>(value?: T): Promise<T>;

class Counter {
  static #made = 0;
  #n = 0;
  #o: { n: number } | null = null;
  #set = 0;
  get #both() { return this.#set; }
  set #both(value: number) { this.#set = value * 2; }
  async assigned() { const v = (this.#n = await tick(5)); return [v, this.#n, (this.#n += 2), (this.#n ||= 9), (this.#n &&= 0), (this.#o ??= { n: 1 }).n]; }
  async updated() { await tick(); return [this.#n++, ++this.#n, (this.#both = 4), (this.#both += 1), this.#both++, this.#both]; }
  async chained(other: Counter) { const a = (this.#n = other.#n = await tick(7)); return [a, this.#n, other.#n, (this.#n = (other.#n -= 1))]; }
  async patterns() { await tick(); let x; [x = (this.#n = 3), this.#n] = [undefined, 8]; return [x, this.#n, ([this.#n] = [1, 2]).length]; }
  static async count(by = 1) { await tick(); return (Counter.#made += by); }
  sync() { return [(this.#n = 6), (this.#n *= 2), this.#n--]; }
}

export async function main() {
  const [a, b] = [new Counter(), new Counter()];
  console.log(JSON.stringify([await a.assigned(), await a.updated(), await a.chained(b), await a.patterns(), a.sync()]));
  console.log(await Counter.count(), await Counter.count(2));
}

// expect: [[5,5,7,7,0,1],[0,2,4,9,18,38],[7,7,7,6],[3,8,2],[6,12,12]]
// expect: 1 3
// expect: returned undefined
