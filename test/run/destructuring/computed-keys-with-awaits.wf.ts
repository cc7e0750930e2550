export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const log: string[] = [];
  const key = async (k: any) => { log.push(String(k)); await tick(); return k; };
  const sym = Symbol.for('s');
  const src: any = { one: 1, two: 2, three: 3, [sym]: 's', 4: 'four' };
  const { [await key('one')]: a, [await key(sym)]: b, [await key(4)]: c, ...rest } = src;
  console.log(a, b, c, JSON.stringify(rest), sym in rest);
  let x: any, y: any;
  ({ [await key('two')]: x = 'no', [`${await key('zz')}`]: y = await key('dflt') } = src);
  console.log(x, y);
  const { [await key({ toString: () => 'three' })]: obj, ...left } = src;
  console.log(obj, 'three' in left, log.join());
}

// expect: 1 s four {"two":2,"three":3} false
// expect: 2 dflt
// expect: 3 false one,Symbol(s),4,two,zz,dflt,three
// expect: returned undefined
