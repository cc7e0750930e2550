export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const log: string[] = [];
  async function f(n: number) {
    try {
      log.push('try' + n);
      if (n === 1) return await tick('r1');
      if (n === 2) throw new Error('e2');
      await tick();
      return 'r0';
    } catch (e) {
      log.push('catch' + (e as Error).message);
      await tick();
      return 'c';
    } finally {
      await tick();
      log.push('finally' + n);
    }
  }
  console.log(await f(0), await f(1), await f(2), log.join());
}

// expect: r0 r1 c try0,finally0,try1,finally1,try2,catche2,finally2
// expect: returned undefined
