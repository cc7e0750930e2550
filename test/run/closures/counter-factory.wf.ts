export declare function tick<T>(value?: T): Promise<T>;

function counter(start: number) {
  let n = start;
  return { up: () => ++n, down: () => --n, get value() { return n; } };
}
export async function main() {
  const a = counter(1);
  const b = counter(10);
  a.up();
  await tick();
  a.up(); b.down();
  await tick();
  console.log(a.value, b.value);
}

// expect: 3 9
// expect: returned undefined
