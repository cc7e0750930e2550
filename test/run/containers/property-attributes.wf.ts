export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const o: any = Object.defineProperties({}, { ro: { value: 1 }, wr: { value: 2, writable: true }, en: { value: 3, enumerable: true }, acc: { get() { return this.wr * 10; }, configurable: true } });
  const arr: any = Object.defineProperty([1, 2], 'note', { value: 'n' });
  await tick();
  o.wr++;
  const t = (f: () => void) => { try { f(); return 'ok'; } catch (e) { return (e as Error).name; } };
  console.log(t(() => { o.ro = 5; }), t(() => { o.acc = 1; }), t(() => { delete o.wr; }), t(() => { o.en = 4; }), o.acc, JSON.stringify(o), arr.note, Object.keys(arr).join());
  Object.defineProperty(o, 'acc', { value: 'now data', enumerable: true });
  await tick();
  console.log(o.acc, Object.keys(o).join(), JSON.stringify(Object.getOwnPropertyDescriptor(o, 'wr')), Object.getOwnPropertyNames(o).join());
  const sealed: any = Object.seal({ x: 1 }), fixed: any = Object.preventExtensions({ y: 1, z: 2 }), frozenList = Object.freeze([1, 2]);
  await tick();
  sealed.x = 2; delete fixed.z;
  await tick();
  console.log(sealed.x, t(() => { delete sealed.x; }), 'z' in fixed, t(() => { fixed.n = 1; }), t(() => (frozenList as any).push(3)), frozenList.length, Object.isFrozen(frozenList), Object.isExtensible(fixed));
}

// expect: TypeError TypeError TypeError TypeError 30 {"en":3} n 0,1
// expect: now data en,acc {"value":3,"writable":true,"enumerable":false,"configurable":false} ro,wr,en,acc
// expect: 2 TypeError false TypeError TypeError 2 true false
// expect: returned undefined
