export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const m = new Map<string, number>([['a', 1], ['b', 2], ['c', 3], ['d', 4]]);
  const seen: string[] = [];
  for (const [k, v] of m) {
    seen.push(k + v);
    await tick();
    if (k === 'a') { m.delete('b'); m.set('e', 5); }
    if (k === 'c' && v === 3) { m.delete('a'); m.delete('c'); m.set('c', 33); }
    if (k === 'e') m.set('f', 6);
  }
  console.log(seen.join());
}

// expect: a1,c3,d4,e5,c33,f6
// expect: returned undefined
