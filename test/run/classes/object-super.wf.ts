export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const base = { hi() { return 'base ' + (this as any).n; } };
  const o = { __proto__: base, n: 4, hi() { return 'o>' + super.hi(); }, async later() { await tick(); return super.hi(); } } as any;
  await tick();
  console.log(o.hi(), await o.later(), Object.getPrototypeOf(o) === base);
}

// expect: o>base 4 base 4 true
// expect: returned undefined
