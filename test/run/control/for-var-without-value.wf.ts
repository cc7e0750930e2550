// A `var` in the head of a loop is not initialised by it.
export declare function tick<T>(value: T): Promise<T>;

export async function main() {
  var n = 3;
  for (var n; n > 0; n--) console.log(n);
  for (var first = true, m: string | undefined; first; first = false) console.log(m);
  for (var k: number | undefined; k === undefined; k = await tick(1)) console.log('once', k);
  console.log(n, m, k);
}

// expect: 3
// expect: 2
// expect: 1
// expect: undefined
// expect: once undefined
// expect: 0 undefined 1
// expect: returned undefined
