export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const x = 'outer';
  const get: (() => unknown)[] = [() => x];
  {
    const x = await tick('block');
    get.push(() => x);
    { let x = 1; get.push(() => x++, () => x); await tick(); x += 10; }
    for (let x = 0; x < 2; x++) { get.push(() => x); await tick(); { const x = 'in loop'; get.push(() => x); } }
    try { throw 'thrown'; } catch (x) { await tick(); get.push(() => x); }
    const f = async (x: unknown) => { await tick(); { let x = 'local'; get.push(() => x); } get.push(() => x); };
    await f('param');
    switch (x) { case 'block': let x = await tick('case'); get.push(() => x); }
    class X { x = x; static x = 'static'; m() { return X.x + this.x + x; } }
    await tick();
    get.push(() => new X().m());
  }
  if (await tick(true)) { function x2() { return x; } get.push(x2); }
  await tick();
  console.log(get.map((g) => g()).join());
}

// expect: outer,block,11,12,0,in loop,1,in loop,thrown,local,param,case,staticblockblock,outer
// expect: returned undefined
