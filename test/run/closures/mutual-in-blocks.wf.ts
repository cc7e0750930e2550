export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const out: unknown[] = [];
  for (const start of [4, 5]) {
    const limit = start;
    function isEven(n: number): boolean { return n === 0 || isOdd(n - 1); }
    const isOdd = (n: number): boolean => n !== 0 && isEven(n - 1);
    await tick();
    out.push(isEven(limit), isOdd(limit), isEven.name);
    const later = { isEven };
    await tick();
    out.push(later.isEven === isEven);
  }
  console.log(out.join());
}

// expect: true,false,isEven,true,false,true,isEven,true
// expect: returned undefined
