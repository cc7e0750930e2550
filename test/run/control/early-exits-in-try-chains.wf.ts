export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const log: string[] = [];
  const find = async (list: number[], want: number) => {
    for (const [i, x] of list.entries()) {
      try {
        try { if (x < 0) throw new RangeError('neg' + x); if ((await tick(x)) === want) return i; }
        catch (e) { if (e instanceof RangeError && x === -9) throw e; log.push((e as Error).message); continue; }
        finally { log.push('i' + i); }
        log.push('x' + x);
      } finally { await tick(); log.push('o' + i); }
    }
    return -1;
  };
  console.log(await find([5, -1, 7], 7), await find([], 1), await find([1, -9], 3).catch((e) => e.message));
  console.log(log.join());
}

// expect: 2 -1 neg-9
// expect: i0,x5,o0,neg-1,i1,o1,i2,o2,i0,x1,o0,i1,o1
// expect: returned undefined
