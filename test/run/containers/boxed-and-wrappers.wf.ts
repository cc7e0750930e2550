export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const n: any = new Number(5), s: any = Object('str'), b = new Boolean(false), sym = Object(Symbol.for('q')), big = Object(7n);
  n.extra = 'e';
  await tick();
  console.log(n + 1, s.length, s[1], b ? 'truthy' : 'falsy', sym.description, big + 1n, n.extra, typeof n, n instanceof Number, Object.keys(s).join());
  s.tag = 't';
  await tick();
  console.log(s.tag, s + '', JSON.stringify({ n, s, b }), Object.prototype.toString.call(b), s == 'str', [n, s].map(String).join());
}

// expect: 6 3 t truthy q 8n e object true 0,1,2
// expect: t str {"n":5,"s":"str","b":false} [object Boolean] true 5,str
// expect: returned undefined
