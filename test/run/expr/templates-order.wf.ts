export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const log: string[] = [];
  const part = (name: string) => ({ toString() { log.push(name); return name; }, [Symbol.toPrimitive]: undefined }) as any;
  const text = `${part('a')}${await tick('-')}${part('b')}${part('c')}${await tick('-')}${part('d')}`;
  console.log(text, log.join());
  try { console.log(`${Symbol('no') as any}${await tick(1)}`); } catch (e) { console.log((e as Error).name); }
  const nested = `1${`2${await tick(`3${await tick(3.5)}`)}`}\u{1f600}\n|`;
  console.log(nested, nested.length, `${null}${undefined}${-0}${[1, [2]]}${{}}`);
}

// expect: a-bc-d a,b,c,d
// expect: TypeError
// expect: 1233.5😀
// expect: | 10 nullundefined01,2[object Object]
// expect: returned undefined
