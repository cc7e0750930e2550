export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const log: string[] = [];
  const v = (n: number) => ({ valueOf() { log.push('v' + n); return n; } }) as any;
  console.log(v(1) < v(2), v(2) >= (await tick(2)), v(1) + v(2), v(3) == 3, (await tick(3)) == v(3));
  const d = { [Symbol.toPrimitive](hint: string) { log.push(hint); return hint === 'number' ? 42 : hint; } } as any;
  await tick();
  console.log(+d, `${d}`, d + '', d * 2, [d].join());
  console.log(null == undefined, (await tick(null)) === undefined, NaN != NaN, '' == (0 as any), '1' === (await tick('1')));
  console.log(log.join());
}

// expect: true true 3 true true
// expect: 42 string default 84 string
// expect: true false true true true
// expect: v1,v2,v2,v1,v2,v3,v3,number,string,default,number,string
// expect: returned undefined
