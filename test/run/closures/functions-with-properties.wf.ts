export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const f: any = () => f.count++;
  f.count = 0;
  f.nested = { f };
  function g() { return (g as any).calls = ((g as any).calls ?? 0) + 1; }
  await tick();
  f(); g();
  await tick();
  f(); g();
  f.nested.extra = 1;
  delete f.gone;
  await tick();
  console.log(f.count, (g as any).calls, f.nested.f === f, f.nested.extra, Object.keys(f).join(), f.name, g.length);
}

// expect: 2 2 true 1 count,nested f 0
// expect: returned undefined
