export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const shared = { n: 1 };
  const a: any = { shared, list: [shared] };
  a.self = a;
  const m = new Map<any, any>([[a, shared]]);
  a.m = m;
  await tick();
  shared.n++;
  a.list[0].n++;
  await tick();
  console.log(a.self === a, a.shared === a.list[0], a.m.get(a) === shared, shared.n, a.list[0].n);
}

// expect: true true true 3 3
// expect: returned undefined
