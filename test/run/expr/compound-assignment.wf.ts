export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  let s = 'a';
  const change = async () => { s = 'changed'; return 'b'; };
  s += await change();
  const o = { n: 1, list: [1, 2, 3] };
  o.n += await tick(2);
  o.list[o.n - 2] *= await tick(10);
  o.list[await tick(0)] = await tick(9);
  let u: number | undefined;
  u ??= await tick(5);
  u &&= await tick(6);
  u ||= await tick(7);
  (o as Record<string, unknown>).x ??= await tick('x');
  console.log(s, JSON.stringify(o), u);
}

// expect: ab {"n":3,"list":[9,20,3],"x":"x"} 6
// expect: returned undefined
