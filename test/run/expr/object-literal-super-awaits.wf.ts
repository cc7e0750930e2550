export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const base = { hi() { return 'base' + (this as any).n; }, get v() { return 'v' + (this as any).n; } };
  const o: any = {
    __proto__: base,
    hi() { return 'own ' + super.hi(); },
    n: await tick(4),
    get both() { return super.v + super.hi(); },
    async slow() { await tick(); const f = () => super.hi(); await tick(); return f(); },
    [await tick('k')]: () => 1,
  };
  await tick();
  console.log(o.hi(), o.both, await o.slow(), Object.getPrototypeOf(o) === base);
  const make = async (tag: string) => ({ __proto__: base, n: tag, hi() { return super.hi() + '!'; }, x: await tick(tag) });
  const [p, q] = await Promise.all([make('p'), make('q')]);
  Object.setPrototypeOf(p, { hi() { return 'other'; } });
  await tick();
  console.log(p.hi(), q.hi());
}

// expect: own base4 v4base4 base4 true
// expect: other! baseq!
// expect: returned undefined
