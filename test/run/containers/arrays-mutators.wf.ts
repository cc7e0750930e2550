export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const a: any[] = Array.from({ length: 60 }, (_, i) => i);
  await tick();
  a.push('x', 'y'); a.shift(); a.unshift('u'); await tick();
  a.splice(3, 2, 's1', 's2', 's3'); a[10] = 'ten'; a.pop(); await tick();
  a.reverse(); await tick();
  a.sort((p, q) => String(p).localeCompare(String(q))); await tick();
  a.length = 20; await tick();
  a.fill('f', 2, 5); a.copyWithin(0, 10, 12); await tick();
  a[30] = 'far'; await tick();
  delete a[1]; await tick();
  console.log(a.join(), a.length, 1 in a, 25 in a);
}

// expect: 19,,f,f,f,14,15,16,17,18,19,2,20,21,22,23,24,25,26,27,,,,,,,,,,,far 31 false false
// expect: returned undefined
