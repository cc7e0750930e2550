export declare function tick<T>(value?: T): Promise<T>;

class Base {
  #x = 'base';
  get x() { return this.#x; }
  static check(o: object) { return #x in o; }
  async rename(to: string) { await tick(); this.#x = to; return this; }
}
class Mid extends Base { #x = 'mid'; get mid() { return this.#x; } both() { return this.x + this.#x; } async later() { const old = this.#x; await tick(); this.#x += '!'; return old + this.#x; } }
class Leaf extends Mid { #y = this.both(); get y() { return this.#y; } }
export async function main() {
  const leaf = new Leaf(), other = new Leaf();
  await leaf.rename('renamed');
  console.log(leaf.both(), leaf.y, await leaf.later(), other.both(), Base.check(leaf), Base.check({}));
  const stolen = Object.getOwnPropertyDescriptor(Base.prototype, 'x')!.get!;
  await tick();
  console.log(stolen.call(leaf), leaf.mid);
  try { stolen.call({}); } catch (e) { console.log((e as Error).name); }
  try { await Base.prototype.rename.call({} as any, 'z'); } catch (e) { console.log((e as Error).name); }
}

// expect: renamedmid basemid midmid! basemid true false
// expect: renamed mid!
// expect: TypeError
// expect: TypeError
// expect: returned undefined
