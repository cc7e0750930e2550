// Generators consumed by loops, spreads, patterns and built-ins, abandoned half-way and closed.
export declare function tick<T>(value?: T): Promise<T>;

let open = 0;
function* numbers(n: number): Generator<number> {
  open++;
  try {
    for (let i = 1; i <= n; i++) yield i;
  } finally {
    open--;
  }
}

function* pairs<T>(items: Iterable<T>): Generator<[T, T]> {
  let last: T | undefined;
  let first = true;
  for (const item of items) {
    if (!first) yield [last as T, item];
    last = item;
    first = false;
  }
}

export async function main(): Promise<void> {
  const [a, , b = 9, ...rest] = numbers(6);
  console.log(a, b, rest, open);
  const [c] = numbers(5);
  console.log(c, open);
  let sum = 0;
  for (const n of numbers(10)) {
    sum += await tick(n);
    if (n === 4) break;
  }
  console.log(sum, open);
  outer: for (const n of numbers(3)) {
    for (const m of numbers(3)) {
      await tick();
      if (m === 2) continue outer;
      if (n === 2) break outer;
      console.log(n, m, open);
    }
  }
  console.log(open);
  try {
    for (const n of numbers(3)) {
      await tick();
      if (n === 2) throw new Error('out');
    }
  } catch (error: any) {
    console.log(error.message, open);
  }
  console.log([...pairs(numbers(4))].map(String).join(' '), Math.max(...numbers(4)));
  console.log(new Map(pairs('abc')).get('a'), new Set(numbers(3)).size, Array.from(numbers(2), (n) => n * 10));
  const { length, 0: head } = [...numbers(2)];
  console.log(length, head, Object.fromEntries(pairs(['x', 'y'])), open);
  const lazy = pairs(numbers(100));
  lazy.next();
  await tick();
  console.log(open, lazy.next().value, lazy.return(undefined as any), open);
}

// expect: 1 3 [ 4, 5, 6 ] 0
// expect: 1 0
// expect: 10 0
// expect: 1 1 2
// expect: 0
// expect: out 0
// expect: 1,2 2,3 3,4 4
// expect: b 3 [ 10, 20 ]
// expect: 2 1 { x: 'y' } 0
// expect: 1 [ 2, 3 ] { value: undefined, done: true } 0
// expect: returned undefined
