export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const a = () => 1;
  const b = async () => 1;
  const o = { c: () => 1, d() { return 1; }, ['e' + 1]: () => 1, get f() { return 1; } };
  let g; g = () => 1;
  const { h = () => 1 } = {} as { h?: () => number };
  await tick();
  console.log(a.name, b.name, o.c.name, o.d.name, o.e1.name, g.name, h.name, (() => 1).name === '', ((x: number, y = 1, ...z: number[]) => x).length);
}

// expect: a b c d e1 g h true 1
// expect: returned undefined
