export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const memo = new Map<number, Promise<bigint>>();
  let calls = 0;
  const fib = (n: number): Promise<bigint> => {
    let p = memo.get(n);
    if (!p) memo.set(n, (p = (async () => { calls++; if (n < 2) return BigInt(n); await tick(); return (await fib(n - 1)) + (await fib(n - 2)); })()));
    return p;
  };
  console.log(String(await fib(20)), calls, memo.size, fib(5) === memo.get(5));
}

// expect: 6765 21 21 true
// expect: returned undefined
