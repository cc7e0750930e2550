export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const add = (a: number) => async (b: number) => { await tick(); return (c: number) => a + b + c; };
  console.log((await add(1)(2))(3), await (async (n) => { await tick(); return n * 2; })(21));
  const counter = (() => { let n = 0; return Object.assign(() => ++n, { reset: () => { n = 0; }, get peek() { return n; } }); })();
  counter(); counter();
  await tick();
  counter();
  console.log(counter(), counter.peek, (counter.reset(), counter()));
  const compose = (...fs: ((x: any) => any)[]) => async (x: any) => { for (const f of fs) x = await f(x); return x; };
  console.log(await compose((x) => x + 1, async (x) => tick(x * 2), String)(4));
}

// expect: 6 42
// expect: 4 0 1
// expect: 10
// expect: returned undefined
