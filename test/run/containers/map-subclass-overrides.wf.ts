export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  class Default<K, V> extends Map<K, V> {
    make: () => V;
    constructor(make: () => V, entries?: [K, V][]) { super(); this.make = make; for (const [k, v] of entries ?? []) this.set(k, v); }
    override get(k: K): V { if (!this.has(k)) this.set(k, this.make()); return super.get(k)!; }
  }
  class Multi extends Set<string> { hits = 0; override add(x: string) { this.hits = (this.hits ?? 0) + 1; return super.add(x); } }
  let made = 0;
  const d = new Default<string, number[]>(() => [++made], [['z', [0]]]), m = new Multi(['a', 'b']);
  d.get('x').push(10);
  await tick();
  d.get('x').push(11); d.get('y'); m.add('a');
  await tick();
  console.log([...d].map(([k, v]) => k + v.join('/')).join(), made, m.size, m.hits, d instanceof Default, m instanceof Multi, d.get('new')[0]);
  for (const [k] of d) { await tick(); if (k === 'x') d.delete('y'); if (k === 'new') d.get('more'); }
  console.log([...d.keys()].join(), Object.prototype.toString.call(d), Object.keys(d).join());
}

// expect: z0,x1/10/11,y2 2 2 1 true true 3
// expect: z,x,new,more [object Map] make
// expect: returned undefined
