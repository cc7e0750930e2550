export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const shared = { n: 1 };
  const src: any = { a: shared, b: shared, m: new Map([[shared, new Set([shared])]]), d: new Date(7), r: /x/gi, e: new TypeError('te'), list: [1, , 3] };
  src.self = src;
  await tick();
  const copy = structuredClone(src), shallow = { ...src }, json = JSON.parse(JSON.stringify({ l: src.list, d: src.d }));
  shared.n = 2;
  await tick();
  copy.a.n++;
  console.log(copy.a === copy.b, copy.a.n, copy.self === copy, copy.m.get(copy.a).has(copy.b), copy.d.getTime(), copy.r.flags, copy.e instanceof TypeError, 1 in copy.list, shallow.a === shared, shallow.self === src, JSON.stringify(json));
  try { structuredClone({ f: () => 1 }); } catch (e) { console.log((e as Error).name); }
  const frozen = Object.freeze(structuredClone({ x: [1] }));
  await tick();
  frozen.x.push(2);
  console.log(frozen.x.join(), src.a.n);
}

// expect: true 2 true true 7 gi true false true true {"l":[1,null,3],"d":"1970-01-01T00:00:00.007Z"}
// expect: DataCloneError
// expect: 1,2 2
// expect: returned undefined
