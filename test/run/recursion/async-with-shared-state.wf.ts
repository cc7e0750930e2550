export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const seen = new Set<string>();
  const graph: Record<string, string[]> = { a: ['b', 'c'], b: ['d'], c: ['d', 'a'], d: ['e'], e: [] };
  const path: string[] = [], paths: string[] = [];
  const walk = async (n: string, depth = 0): Promise<number> => {
    if (path.includes(n)) return 0;
    path.push(n);
    try {
      await tick();
      if (!graph[n]!.length) { paths.push(path.join('')); return 1; }
      let sum = 0;
      for (const next of graph[n]!) { sum += await walk(next, depth + 1); seen.add(next + depth); }
      return sum;
    } finally { path.pop(); }
  };
  console.log(await walk('a'), paths.join(), path.length, [...seen].sort().join());
}

// expect: 2 abde,acde 0 a1,b0,c0,d1,e2
// expect: returned undefined
