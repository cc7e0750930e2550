export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const proto = { inherited: 1, shadow: 2 };
  const o: any = Object.create(proto, { hidden: { value: 1, enumerable: false }, shadow: { value: 1, enumerable: false, configurable: true } });
  Object.assign(o, { b: 1, 2: 1, a: 1, 1: 1, [Symbol.iterator]: 1 });
  const seen: string[] = [];
  for (const k in o) { await tick(); seen.push(k); if (k === '1') { delete o.a; delete (proto as any).inherited; o[0] = 1; } }
  for (const k in 'hi' as any) { await tick(); seen.push(k); }
  for (const k in null as any) { await tick(); seen.push('never' + k); }
  for (const k in [7, , 9] as any) { await tick(); seen.push(k); }
  class A { x = 1; m() {} }
  for (const k in new A()) { seen.push(k); await tick(); }
  console.log(seen.join());
}

// expect: 1,2,b,0,1,0,2,x
// expect: returned undefined
