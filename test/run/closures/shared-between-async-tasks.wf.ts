export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  let turn = 0;
  const log: string[] = [];
  const player = async (name: string, mine: number) => {
    while (turn < 6) {
      if (turn % 2 === mine) { log.push(name + turn); turn++; }
      await tick();
    }
    return () => `${name}${turn}`;
  };
  const [a, b] = await Promise.all([player('a', 0), player('b', 1)]);
  turn = 99;
  await tick();
  console.log(log.join(), a(), b());
}

// expect: a0,b1,a2,b3,a4,b5 a99 b99
// expect: returned undefined
