export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const log: number[] = [];
  async function f() { return Promise.resolve(1); }
  async function g() { return await Promise.resolve(2); }
  f().then((x) => log.push(x)); g().then((x) => log.push(x));
  await tick();
  console.log(log.join(), await f(), await g());
}

// expect: 2,1 1 2
// expect: returned undefined
