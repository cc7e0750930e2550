export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const f = () => 1, o = {}, s = Symbol.for('k'), p = Promise.resolve(1), d = new Date(5), re = /x/, err = new Error('e'), big = 10n;
  class K {}
  const k = new K();
  const m = new Map<any, string>([[f, 'f'], [o, 'o'], [s, 's'], [p, 'p'], [d, 'd'], [re, 're'], [err, 'err'], [big, 'big'], [K, 'K'], [k, 'k'], [null, 'null'], [undefined, 'undef'], ['', 'empty'], [Map, 'Map'], [Math.max, 'max']]);
  m.set(m, 'self');
  await tick();
  console.log([f, o, s, p, d, re, err, 10n, K, k, null, undefined, '', Map, Math.max, m].map((key) => m.get(key)).join());
  m.delete(o); m.set(o, 'again');
  await tick();
  console.log([...m.values()].at(-1), m.size, m.get({}), await [...m.keys()].find((x) => x instanceof Promise));
}

// expect: f,o,s,p,d,re,err,big,K,k,null,undef,empty,Map,max,self
// expect: again 16 undefined 1
// expect: returned undefined
