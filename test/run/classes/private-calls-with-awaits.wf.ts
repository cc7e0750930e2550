export declare function tick<T>(value?: T): Promise<T>;

class Desk {
  #log: string[] = [];
  #n = 0;
  #step = (x: number) => (this.#n += x);
  #add(...xs: number[]) { this.#log.push('add' + xs.join('/')); for (const x of xs) this.#n += x; return this; }
  async #slow(x: number, y = this.#n) { await tick(); this.#log.push(`slow${x}${y}`); return this.#n + x; }
  static #of(n: number) { const d = new Desk(); d.#n = n; return d; }
  static async build(n: number) { return Desk.#of(await tick(n)); }
  get #view() { return [...this.#log]; }
  me() { this.#log.push('me'); return this; }
  async run(other?: Desk) {
    this.#add(await tick(1), 2, ...(await tick([3])));
    this.me().#add(await tick(10)).#add(5);
    const r = await this.#slow(await tick(100));
    const maybe = other && (await other.#slow(await tick(1), 2));
    const f = () => this.#slow(7), g = this.#step;
    g(await tick(50));
    return [r, maybe, await f(), other?.me().#n, this?.#view.join(), (await tick(), this).#n, delete this.#log[0], this.#n++ + (await tick(1)) + this.#n].join(' ');
  }
}
export async function main() {
  const d = await Desk.build(1000);
  console.log(await d.run(), await d.run(new Desk()));
}

// expect: 1121  1078  add1/2/3,me,add10,add5,slow1001021,slow71071 1071 true 2144 1193 1 1150 0 ,me,add10,add5,slow1001021,slow71071,add1/2/3,me,add10,add5,slow1001093,slow71143 1143 true 2288
// expect: returned undefined
