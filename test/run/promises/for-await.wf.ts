export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const out: unknown[] = [];
  for await (const x of [tick(1), 2, tick(3)]) out.push(x);
  const src = { [Symbol.asyncIterator]() { let n = 0; return { async next() { await tick(); return { value: n++, done: n > 3 }; }, async return() { out.push('ret'); return {}; } }; } };
  for await (const x of src) { out.push(x); await tick(); }
  for await (const x of src) { if (x === 1) break; }
  try { for await (const x of src) { throw new Error('t' + x); } } catch (e) { out.push((e as Error).message); }
  console.log(out.join());
}

// expect: 1,2,3,0,1,2,ret,ret,t0
// expect: returned undefined
