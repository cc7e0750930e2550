export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  let n = 0;
  const obj = { toString() { return `n${n}`; } };
  const text = `${obj}-${(n++, await tick('x'))}-${obj}`;
  console.log(text, `plain`, `${await tick(1)}`, `a${1}b`);
}

// expect: n0-x-n1 plain 1 a1b
// expect: returned undefined
