export declare function tick<T>(value?: T): Promise<T>;

class Vault {
  #gold = 1;
  #list: number[] = [];
  static #count = 0;
  static made() { return Vault.#count; }
  constructor() { Vault.#count++; }
  #double() { return this.#gold * 2; }
  get #half() { return this.#gold / 2; }
  set #half(v: number) { this.#gold = v * 2; }
  add(n: number) { this.#gold += n; this.#list.push(n); this.#half = this.#half + 1; return this.#double(); }
  has(o: object) { return #gold in o; }
  async slow(n: number) {
    this.#gold += await tick(n);
    const f = () => (this.#gold++, this.#double());
    await tick();
    return [f(), this.#half, #list in this, this.#list.length];
  }
}
export async function main() {
  const v = new Vault();
  new Vault();
  await tick();
  console.log(v.add(3), v.has(v), v.has({}), Vault.made());
  console.log(await v.slow(10), v.add(1));
  try { Vault.prototype.add.call({} as Vault, 1); } catch (e) { console.log((e as Error).name); }
}

// expect: 12 true false 2
// expect: [ 34, 8.5, true, 1 ] 40
// expect: TypeError
// expect: returned undefined
