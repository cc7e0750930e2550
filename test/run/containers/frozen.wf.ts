export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const f = Object.freeze({ a: [1] });
  const s = Object.seal({ b: 1 } as any);
  await tick();
  s.b = 2; f.a.push(2);
  try { (f as any).a = 1; } catch (e) { console.log((e as Error).name); }
  try { s.c = 1; } catch (e) { console.log((e as Error).name); }
  await tick();
  console.log(Object.isFrozen(f), Object.isSealed(s), s.b, f.a.length, Object.isFrozen(s));
}

// expect: TypeError
// expect: TypeError
// expect: true true 2 2 false
// expect: returned undefined
