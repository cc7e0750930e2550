export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  function fact(n: number): number { return n < 2 ? 1 : n * fact(n - 1); }
  const fib = (n: number): number => (n < 2 ? n : fib(n - 1) + fib(n - 2));
  await tick();
  console.log(fact(6), fib(10));
  const even = function isEven(n: number): boolean { return n === 0 || !isOdd(n); };
  function isOdd(n: number): boolean { return n !== 0 && even(n - 1); }
  await tick();
  console.log(even(4), isOdd(7));
}

// expect: 720 55
// expect: true true
// expect: returned undefined
