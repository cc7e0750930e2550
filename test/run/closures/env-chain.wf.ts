export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const a = 1;
  const outer = (b: number) => {
    const middle = (c: number) => {
      const inner = (d: number) => a + b + c + d;
      return inner;
    };
    return middle;
  };
  const m = outer(10);
  await tick();
  const i = m(100);
  await tick();
  console.log(i(1000));
}

// expect: 1111
// expect: returned undefined
