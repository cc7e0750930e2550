/** Closures: counters that share a scope, pipelines of small functions, memoisation. */
interface Counter {
  add(n: number): void;
  value(): number;
}

function counter(): Counter {
  let value = 0;
  return {
    add: (n) => {
      value += n;
    },
    value: () => value,
  };
}

const compose = <T>(...steps: ((value: T) => T)[]): ((value: T) => T) => (value) => steps.reduce((v, step) => step(v), value);

function memoised(compute: (n: number) => number): (n: number) => number {
  const known = new Map<number, number>();
  return (n) => {
    const found = known.get(n);
    if (found !== undefined) return found;
    const value = compute(n);
    known.set(n, value);
    return value;
  };
}

interface State {
  counters: Counter[];
  pipeline: (n: number) => number;
  square: (n: number) => number;
}

export function setup(): State {
  const counters: Counter[] = [];
  for (let i = 0; i < 50; i++) counters.push(counter());
  const pipeline = compose<number>((n) => n + 1, (n) => n * 3, (n) => n % 1009);
  return { counters, pipeline, square: memoised((n) => n * n) };
}

export function work({ counters, pipeline, square }: State): number {
  for (let i = 0; i < 20_000; i++) counters[i % counters.length]!.add(pipeline(i) & 3);
  const made = Array.from({ length: 2000 }, (_, i) => (n: number) => n + i);
  const values = made.map((add) => add(1)).filter((n) => n % 3 !== 0);
  let sum = 0;
  for (let i = 0; i < 5000; i++) sum += square(i % 500);
  values.forEach((n) => (sum += n));
  return (sum + counters.reduce((total, c) => total + c.value(), 0)) % 1_000_003;
}
