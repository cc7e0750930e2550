export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  let n = 0;
  const up = () => ++n;
  const get = () => n;
  await tick();
  up();
  await tick();
  up();
  console.log(get(), n);
}

// expect: 2 2
// expect: returned undefined
