export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  let out = '';
  const readers: (() => number)[] = [];
  await tick();
  for (let i = 0; i < 3; i++) { const j = i * 2; readers.push(() => j + i); }
  try { for (const c of 'abc') { if (c === 'b') throw c; out += c; } } catch (c) { out += 'caught' + c; } finally { out += 'f'; }
  await tick();
  l: for (const i of [1, 2]) { switch (i) { case 1: continue l; case 2: out += 'two'; break l; } }
  { let x = 1; { let x = 2; readers.push(() => x); } readers.push(() => x); }
  await tick();
  if (out) var late = out.length; else late = 0;
  console.log(out, late, readers.map((r) => r()).join());
}

// expect: acaughtbftwo 12 0,3,6,2,1
// expect: returned undefined
