export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  function sum() { let s = 0; for (const x of arguments as any) s += x; return s + arguments.length; }
  function later() { const all = arguments; return () => all[0] + all.length; }
  function strict(a: number) { arguments[0] = 9; a++; return [a, arguments[0], arguments.length].join(); }
  const o = { m() { return [...(arguments as any)].map((x) => x * 2).join(); } };
  await tick();
  const f = (later as any)('x', 'y');
  console.log((sum as any)(1, 2, 3), f(), strict(1), (o.m as any)(4, 5), (sum as any)(...(await tick([1, 1]))));
}

// expect: 9 x2 2,9,1 8,10 4
// expect: returned undefined
