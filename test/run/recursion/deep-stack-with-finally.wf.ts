export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const log: number[] = [];
  const down = async (n: number): Promise<string> => {
    const local = { n };
    try {
      if (n === 0) { await tick(); throw new Error('bottom'); }
      const r = await down(n - 1);
      return r + 'never';
    } catch (e) {
      if (n === 25) return `caught at ${local.n}: ${(e as Error).message}`;
      if (n % 10 === 0) { await tick(); throw new Error(`${(e as Error).message}<${local.n}`); }
      throw e;
    } finally {
      if (n % 20 === 0) await tick();
      log.push(local.n);
    }
  };
  console.log(await down(40).catch((e) => 'escaped ' + e.message));
  console.log(log.length, log[0], log.at(-1));
}

// expect: caught at 25: bottom<0<10<20nevernevernevernevernevernevernevernevernevernevernevernevernevernevernever
// expect: 41 0 40
// expect: returned undefined
