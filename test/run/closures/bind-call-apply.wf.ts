export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  function who(this: { n: string }, a: number, b: number) { return this.n + a + b; }
  const bound = who.bind({ n: 'x' }, 1);
  await tick();
  console.log(bound(2), who.call({ n: 'y' }, 3, 4), who.apply({ n: 'z' }, [5, 6]), bound.name, bound.length);
}

// expect: x12 y34 z56 bound who 1
// expect: returned undefined
