export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  let n = 1;
  const add = async (by: number) => { n += await tick(by); return n; };
  const both = await Promise.all([add(10), add(100)]);
  console.log(n, both.join());
  let text = 'x';
  text += (text += 'y', await tick(text)) + text;
  console.log(text);
  let a = 1;
  a = a++ + (await tick(a)) + ++a;
  console.log(a);
}

// expect: 101 11,101
// expect: xxyxy
// expect: 6
// expect: returned undefined
