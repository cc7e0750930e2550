export declare function tick<T>(value?: T): Promise<T>;

class Box {
  items = [1, 2, 3].map((x) => x * this.factor());
  factor() { return 2; }
  late = () => this.items.length;
  static async make() { await tick(); return new this(); }
  async sum() { let s = 0; for (const x of this.items) s += await tick(x); return s; }
}
export async function main() {
  const b = await Box.make();
  b.items.push(1);
  console.log(await b.sum(), b.late());
}

// expect: 13 4
// expect: returned undefined
