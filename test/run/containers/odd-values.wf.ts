export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const o: any = { u: undefined, nan: NaN, inf: -Infinity, nz: -0, s: '\u0000\ud800', ['k\u0000']: 1, ['__proto__']: 'own' };
  const esc = { '@': 1, '$': 'x', '%': 'y' };
  await tick();
  o.more = 1;
  await tick();
  console.log(o.u === undefined, 'u' in o, Object.is(o.nz, -0), o.nan, o.inf, o.s.length, o.s.charCodeAt(1), o['k\u0000'], Object.hasOwn(o, '__proto__'), o['__proto__'], JSON.stringify(esc));
}

// expect: true true true NaN -Infinity 2 55296 1 true own {"@":1,"$":"x","%":"y"}
// expect: returned undefined
