export declare function tick<T>(value?: T): Promise<T>;

class Sum {
  #n = 1;
  #o: any = { list: [1] };
  #f = (x: number) => this.#n + x;
  async run() {
    this.#n += await tick(10);
    this.#n = (await tick(2)) * this.#n++;
    this.#o.list.push(await tick(2), this.#n);
    this.#o.x ??= await tick('x');
    const other = new Sum();
    other.#n -= await tick(5);
    [this.#n, other.#n] = [other.#n, await tick(this.#n)];
    ({ a: this.#o.a, b: other.#n = await tick(99) } = { a: 1 } as any);
    return [this.#n, other.#n, JSON.stringify(this.#o), this.#f(await tick(1)), this?.#n, (await tick(null) as any)?.#n, other?.#f(1)].join('|');
  }
  static async brand(o: any) { await tick(); return #n in o && #o in o; }
}
export async function main() {
  console.log(await new Sum().run(), await Sum.brand(new Sum()), await Sum.brand({}));
}

// expect: -4|99|{"list":[1,2,22],"x":"x","a":1}|-3|-4||100 true false
// expect: returned undefined
