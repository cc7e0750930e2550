export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const log: string[] = [];
  const o = { b: 1, a: { toJSON(k: string) { log.push('toJSON ' + k); return { got: k }; } }, list: [{ toJSON: () => undefined }, new Date(0), -0, 'x\u00e9'], get g() { log.push('getter'); return [1]; } };
  await tick();
  const text = JSON.stringify(o, function (this: any, k, v) { log.push(k + Array.isArray(this)); return k === 'b' ? undefined : v; }, 1);
  await tick();
  console.log(text, log.join());
  const back = JSON.parse(text, function (k, v) { return Array.isArray(v) ? v.length : k === 'got' ? v.toUpperCase() : v; });
  await tick();
  console.log(JSON.stringify(back), JSON.stringify([undefined, () => 1, Symbol.for('x')]), JSON.stringify({ k: 1, z: 2 }, ['z']), JSON.stringify('\ud800'));
  const cyclic: any = {}; cyclic.me = cyclic;
  await tick();
  try { JSON.stringify(cyclic); } catch (e) { console.log((e as Error).name); }
  try { JSON.parse('{bad'); } catch (e) { await tick(); console.log((e as Error).name, e instanceof SyntaxError); }
}

// expect: {
// expect:  "a": {
// expect:   "got": "a"
// expect:  },
// expect:  "list": [
// expect:   null,
// expect:   "1970-01-01T00:00:00.000Z",
// expect:   0,
// expect:   "xé"
// expect:  ],
// expect:  "g": [
// expect:   1
// expect:  ]
// expect: } false,bfalse,toJSON a,afalse,gotfalse,listfalse,0true,1true,2true,3true,getter,gfalse,0true
// expect: {"a":{"got":"A"},"list":4,"g":1} [null,null,null] {"z":2} "\ud800"
// expect: TypeError
// expect: SyntaxError true
// expect: returned undefined
