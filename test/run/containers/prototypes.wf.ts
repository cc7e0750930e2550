export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const proto = { hi() { return 'hi ' + (this as any).n; } };
  const o = Object.create(proto); o.n = 1;
  const bare = Object.create(null); bare.x = 1;
  await tick();
  o.n++;
  (proto as any).extra = 7;
  await tick();
  console.log(o.hi(), o.extra, Object.getPrototypeOf(bare), bare.x, Object.getPrototypeOf(o) === proto);
}

// expect: hi 2 7 null 1 true
// expect: returned undefined
