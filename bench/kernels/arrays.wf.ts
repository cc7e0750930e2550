/** Arrays: a matrix product, a sieve, prefix sums. Element reads and writes. */
interface Arrays {
  a: number[][];
  b: number[][];
  product: number[][];
  sieve: boolean[];
  sums: number[];
}

const SIZE = 48;
const LIMIT = 20_000;

const matrix = (seed: number): number[][] =>
  Array.from({ length: SIZE }, (_, i) => Array.from({ length: SIZE }, (_, j) => (i * seed + j * 7) % 11));

export function setup(): Arrays {
  return {
    a: matrix(3),
    b: matrix(5),
    product: matrix(0),
    sieve: Array.from({ length: LIMIT }, () => true),
    sums: Array.from({ length: LIMIT }, () => 0),
  };
}

export function work({ a, b, product, sieve, sums }: Arrays): number {
  for (let i = 0; i < SIZE; i++) {
    for (let j = 0; j < SIZE; j++) {
      let sum = 0;
      for (let k = 0; k < SIZE; k++) sum += a[i]![k]! * b[k]![j]!;
      product[i]![j] = sum;
    }
  }
  for (let i = 0; i < LIMIT; i++) sieve[i] = i > 1;
  for (let i = 2; i * i < LIMIT; i++) {
    if (sieve[i]) for (let j = i * i; j < LIMIT; j += i) sieve[j] = false;
  }
  let primes = 0;
  for (let i = 0; i < LIMIT; i++) {
    if (sieve[i]) primes++;
    sums[i] = primes;
  }
  return sums[LIMIT - 1]! + product[SIZE - 1]![SIZE - 1]!;
}
