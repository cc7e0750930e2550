export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const fs: (() => number)[] = [];
  for (let i = 0, inc = () => i++; fs.push(() => i), i < 3; i++, fs.push(() => i)) {
    fs.push(() => i * 10);
    await tick();
    if (i === 1) inc();
    i += await tick(0);
  }
  await tick();
  console.log(fs.map((f) => f()).join());
  const gs: (() => string)[] = [];
  for (let i = 0, [x, y] = [1, await tick(2)]; i < 2; [x, y] = [y, x], i++) { gs.push(() => `${x}${y}`); await tick(); x += 5; }
  console.log(gs.map((g) => g()).join());
}

// expect: 0,0,1,1,10,2,2,20,3,3
// expect: 62,76
// expect: returned undefined
