export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const e = 'outer';
  const readers: (() => unknown)[] = [];
  for (let i = 0; i < 3; i++) {
    try { await tick(); throw { i }; }
    catch (e: any) { readers.push(() => e.i++, () => e.i); await tick(); e.i *= 10; }
  }
  try { throw 'p'; } catch (e) { var hoisted = e; { let e = 'inner'; await tick(e); readers.push(() => e); } }
  try { await tick(); null!.x; } catch { readers.push(() => e); }
  await tick();
  console.log(readers.map((r) => r()).join(), e, hoisted);
}

// expect: 0,1,10,11,20,21,inner,outer outer p
// expect: returned undefined
