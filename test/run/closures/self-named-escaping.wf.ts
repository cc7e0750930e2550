export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const f = function self(n: number): () => number {
    return () => (n > 2 ? n : self(n + 1)());
  };
  const g = f(0);
  await tick();
  console.log(g(), f.name);
}

// expect: 3 self
// expect: returned undefined
