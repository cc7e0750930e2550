export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const log: unknown[] = [];
  const o = { n: 5, add(x: number) { return this.n + x; }, deep: { n: 7, add(x: number) { return this.n * x; } } } as any;
  const none = null as any;
  console.log((o?.add)(await tick(1)), (o?.deep.add)(await tick(2)), (o?.['add'])(await tick(3)));
  console.log(o?.add(await tick(4)), (o.deep?.add)(await tick(5), log.push('args')));
  try {
    (none?.add)(await tick(log.push('evaluated')));
  } catch (error) {
    console.log(error instanceof TypeError, log.join());
  }
  const pick = async (who: any) => (who?.deep?.add)(await tick(6), await tick());
  console.log(await pick(o));
  try { await pick({}); } catch (error) { console.log((error as Error).constructor.name); }
}

// expect: 6 14 8
// expect: 9 35
// expect: true args,evaluated
// expect: 42
// expect: TypeError
// expect: returned undefined
