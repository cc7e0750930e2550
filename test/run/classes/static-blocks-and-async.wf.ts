export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const log: string[] = [];
  class Config {
    static ready: Promise<string>;
    static values = new Map<string, number>();
    static #hidden = 'h';
    static { const self = this; let n = 0; this.ready = (async () => { await tick(); n++; return self.name + n + Config.#hidden; })(); log.push('block'); }
    static load = async (k: string) => { await this.ready; const v = await tick(k.length); this.values.set(k, v); return this; };
    static { try { log.push(typeof this.load); } finally { log.push('fin'); } }
    static get size() { return this.values.size; }
  }
  await tick();
  console.log(await Config.ready, (await Config.load('abc')) === Config, (await Config.load.call(null, 'xy')).size, [...Config.values].join('|'), log.join());
  class Sub extends Config { static { this.values = new Map([['own', 1]]); } }
  await tick();
  await Sub.load('z');
  console.log(Sub.size, Config.size, Sub.ready === Config.ready);
}

// expect: Config1h true 2 abc,3|xy,2 block,function,fin
// expect: 1 3 true
// expect: returned undefined
