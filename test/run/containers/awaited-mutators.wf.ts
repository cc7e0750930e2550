// A mutator whose result is awaited marks what it changes, and a method of that name is one of the program's.
export declare function tick<T>(value?: T): Promise<T>;

class Store {
  readonly items = new Map<string, number>();
  async set(key: string, value: number) { await tick(); this.items.set(key, value); return this; }
  async delete(key: string) { this.items.delete(key); await tick(); }
  async push(...values: number[]) { for (const value of values) await this.set(`p${value}`, value); return values.length; }
}

export async function main() {
  const list = [1], map = new Map<string, number>(), set = new Set<string>(), store = new Store(), date = new Date(0), view = new Uint8Array(4);
  const borrowed: any = { length: 0, push: Array.prototype.push };
  for (let i = 0; i < 3; i++) {
    await tick();
    const length: number = await list.push(i, i * 2);
    await map.set(`k${i}`, length);
    await set.add(`s${i}`);
    await date.setUTCFullYear(2000 + i);
    await view.fill(i, i);
    await borrowed.push(i);
    await store.set(`a${i}`, i);
    console.log(await store.push(i, i + 1), [...store.items].join(' '));
    await tick();
    if (i === 1) { await list.shift(); await map.delete('k0'); await set.clear(); await store.delete('a0'); }
    console.log(list.join(), [...map].join(' '), [...set].join(), date.getUTCFullYear(), view.join(), borrowed[i], borrowed.length);
  }
}

// expect: 2 a0,0 p0,0 p1,1
// expect: 1,0,0 k0,3 s0 2000 0,0,0,0 0 1
// expect: 2 a0,0 p0,0 p1,1 a1,1 p2,2
// expect: 0,0,1,2 k1,5  2001 0,1,1,1 1 2
// expect: 2 p0,0 p1,1 a1,1 p2,2 a2,2 p3,3
// expect: 0,0,1,2,2,4 k1,5 k2,6 s2 2002 0,1,2,2 2 3
// expect: returned undefined
