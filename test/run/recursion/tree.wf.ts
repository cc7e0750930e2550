export declare function tick<T>(value?: T): Promise<T>;

type T = { v: number; kids: T[] };
const build = (d: number): T => ({ v: d, kids: d > 0 ? [build(d - 1), build(d - 1)] : [] });
export async function main() {
  const visit = async (t: T): Promise<number> => {
    let s = await tick(t.v);
    for (const k of t.kids) s += await visit(k);
    t.v = -1;
    return s;
  };
  const t = build(3);
  console.log(await visit(t), t.kids[0]!.v);
}

// expect: 11 -1
// expect: returned undefined
