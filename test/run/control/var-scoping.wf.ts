export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const log: unknown[] = [];
  log.push(typeof a, a);
  if (await tick(true)) { var a = 1; var f: any = () => a; }
  for (var i = 0; i < 2; i++) { await tick(); var inner = i; log.push(() => i); }
  try { throw 1; } catch (e) { var e2 = e; await tick(); }
  var a = a + (await tick(10));
  var a;
  await tick();
  switch (1) { case 1: var s = 'switch'; }
  a++;
  console.log(log.map((x) => (typeof x === 'function' ? x() : x)).join(), f(), i, inner, e2, s, a);
}

// expect: undefined,,2,2 12 2 1 1 switch 12
// expect: returned undefined
