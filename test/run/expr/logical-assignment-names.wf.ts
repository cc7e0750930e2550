export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  let f: any, g: any = null, h: any = () => 1;
  f ??= () => 2;
  g ||= async () => tick(3);
  h &&= () => 4;
  await tick();
  console.log(f.name, g.name, h.name, f(), await g(), h());
  const o: any = {};
  o.m ??= () => 5;
  await tick();
  console.log(JSON.stringify(o.m.name), o.m());
  const fixed = 1;
  try { (fixed as any) ||= await tick(2); (fixed as any) &&= await tick(3); } catch (e) { console.log((e as Error).name, fixed); }
}

// expect: f g h 2 3 4
// expect: "" 5
// expect: TypeError 1
// expect: returned undefined
