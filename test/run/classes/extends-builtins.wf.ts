export declare function tick<T>(value?: T): Promise<T>;

class Stack<T> extends Array<T> { peek() { return this[this.length - 1]; } }
class Counter extends Map<string, number> { inc(k: string) { this.set(k, (this.get(k) ?? 0) + 1); return this; } }
class OutOfStock extends Error { override name = 'OutOfStock'; sku: string; constructor(sku: string) { super(`no ${sku}`); this.sku = sku; } }
export async function main() {
  const s = new Stack<number>();
  s.push(1, 2);
  const c = new Counter();
  c.inc('a');
  await tick();
  s.push(3);
  c.inc('a').inc('b');
  await tick();
  console.log(s.peek(), s.length, s instanceof Stack, s.map((x) => x * 2) instanceof Stack, [...c].join(), c.size, c instanceof Counter);
  try { await tick(); throw new OutOfStock('x1'); }
  catch (e) { const kept = e as OutOfStock; await tick(); console.log(kept.name, kept.message, kept.sku, kept instanceof OutOfStock, kept instanceof Error, Object.keys(kept).join()); }
}

// expect: 3 3 true true a,2,b,1 2 true
// expect: OutOfStock no x1 x1 true true name,sku
// expect: returned undefined
