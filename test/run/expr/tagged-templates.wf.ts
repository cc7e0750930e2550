export declare function tick<T>(value?: T): Promise<T>;
const t = (f: () => unknown) => { try { return f(); } catch (e) { return (e as Error).name + ': ' + (e as Error).message; } };
const tag = (s: TemplateStringsArray, ...v: unknown[]) => s.raw.join('|') + v.join();
const id = (s: TemplateStringsArray) => s;
const o = { n: 1, tag(s: TemplateStringsArray, x: number) { return [this.n, s[0], x].join(); } };
const site = () => id`a${1}\unicode and ${2}`;
export async function main() {
  console.log(tag`a${1}b\n${2}`, o.tag`x${5}`);
  const s1 = site(); await tick(); const s2 = site();
  console.log(s1 === s2, s1[1], s1.raw[1], Object.isFrozen(s1), Object.isFrozen(s1.raw), id`a` === id`a`, s1.length);
  const m = new Map([[s1, 'x']]); await tick(); console.log(m.get(site()));
  console.log(tag`${await tick(1)}${await tick(2)}` , await o.tag`${await tick(7)}`);
  console.log(t(() => { 'use strict'; (s1 as any)[0] = 1; }), t(() => (s1 as any).push(1)));
  console.log(String.raw`\n${1}`, JSON.stringify(Object.getOwnPropertyNames(s1)), Object.getOwnPropertyDescriptor(s1, 'raw')!.enumerable);
  console.log(((x: any) => x.raw[0])`\u{110}`, (await tick(0), tag)`q${await tick(3)}`);
  console.log(new (class { static x = id`s`; y = id`t`; })().y[0]);
  function f(...args: any[]) { return id`same`; }
  console.log(f() === f(), t(() => (undefined as any)`x`));
  console.log(await tick(s1 === site()));
  const [first] = await (tick as any)`sent ${1}`;
  console.log(first);
}

// expect: a|b\n|1,2 1,x,5
// expect: true undefined \unicode and  true true false 3
// expect: x
// expect: ||1,2 1,,7
// expect: TypeError: Cannot assign to read only property '0' of object '[object Array]' TypeError: Cannot add property 3, object is not extensible
// expect: \n1 ["0","1","2","length","raw"] false
// expect: \u{110} q|3
// expect: t
// expect: true TypeError: undefined is not a function
// expect: true
// expect: sent
// expect: returned undefined
