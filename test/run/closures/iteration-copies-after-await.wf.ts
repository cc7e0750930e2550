export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const set: ((v: number) => void)[] = [], get: (() => number)[] = [];
  for (let i = 0; i < 3; i++) {
    set.push((v) => { i = v; });
    get.push(() => i);
    await tick();
    if (i === 1) set[0]!(100);
  }
  set[2]!(7);
  await tick();
  console.log(get.map((g) => g()).join());
  let stop: (() => void) | undefined;
  let rounds = 0;
  for (let i = 0; i < 100; i++) { stop = () => { i = 1000; }; await tick(); if (++rounds === 3) stop(); }
  console.log(rounds);
}

// expect: 100,1,7
// expect: 3
// expect: returned undefined
