export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const slow = async (n: string) => { await tick(); await tick(); await tick(); console.log('slow', n); return n; };
  const r = await Promise.race([slow('a'), tick('fast')]);
  console.log(r);
  for (let i = 0; i < 4; i++) await tick();
}

// expect: fast
// expect: slow a
// expect: returned undefined
