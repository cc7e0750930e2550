export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const o: any = { b: 1, a: [2] };
  await tick();
  Object.assign(o, { c: 3 }, null, 'xy', { get d() { return o.b; } });
  const entries = Object.entries(o), back = Object.fromEntries(entries.map(([k, v]) => [k.toUpperCase(), v]));
  await tick();
  console.log(JSON.stringify(back), back.A === o.a, Object.values(o).length, Object.is(NaN, NaN), Object.fromEntries(new Map([['m', 1]])).m);
  const p = { greet() { return 'hi ' + (this as any).b; } };
  Object.setPrototypeOf(o, p);
  await tick();
  console.log(o.greet(), Object.getPrototypeOf(o) === p, p.isPrototypeOf(o), Object.getOwnPropertyNames('ab').join());
  Reflect.set(o, 'b', 9); Reflect.deleteProperty(o, 'c'); Reflect.defineProperty(o, 'h', { value: 1 });
  await tick();
  console.log(o.greet(), Reflect.has(o, 'c'), Reflect.ownKeys(o).join(), Reflect.get(p, 'greet', o) === p.greet, Reflect.construct(Date, [0]).getTime(), Reflect.getPrototypeOf(o) === p);
  Reflect.set(p, 'late', 'L', o);
  await tick();
  console.log(o.late, (p as any).late, Reflect.apply(p.greet, o, []));
}

// expect: {"0":"x","1":"y","B":1,"A":[2],"C":3,"D":1} true 6 true 1
// expect: hi 1 true true 0,1,length
// expect: hi 9 false 0,1,b,a,d,h true 0 true
// expect: L undefined hi 9
// expect: returned undefined
