export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const fs: Array<() => number> = [];
  for (let i = 0; i < 3; i++) {
    fs.push(() => i++);
    await tick();
  }
  console.log(fs.map((f) => f()), fs.map((f) => f()));
}

// expect: [ 0, 1, 2 ] [ 1, 2, 3 ]
// expect: returned undefined
