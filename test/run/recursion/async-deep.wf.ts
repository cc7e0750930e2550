export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const sum = async (n: number): Promise<number> => (n === 0 ? 0 : n + (await sum(n - 1)));
  console.log(await sum(3000));
  const walk = async (n: number): Promise<number> => { if (n === 0) { await tick(); return 0; } return 1 + (await walk(n - 1)); };
  console.log(await walk(50));
}

// expect: 4501500
// expect: 50
// expect: returned undefined
