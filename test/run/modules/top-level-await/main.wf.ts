export declare function tick<T>(value?: T): Promise<T>;
export declare function fail(message: string): Promise<never>;
console.log('begin', typeof later);
function later() { return [count, early].join(); }
export const rate = await tick(3);
export let count = rate;
var early = 'early';
const fns: Array<() => number> = [];
for (let i = 0; i < 3; i++) { fns.push(() => i * 10 + count); if (i === 1) await tick(); }
let caught = '';
try { await fail('boom'); } catch (e) { caught = (e as Error).message; } finally { caught += await tick('!'); }
class Base { b = 'b'; }
class K extends (await tick(0), Base) { [await tick('key')]() { return 'computed'; } static s = rate + 1; static { this.s++; } }
const { a = await tick('dflt'), ...rest } = await (async () => ({ b: 1, c: 2 }))();
export default await tick('default export');
{ const inner = await tick('in'); const g = () => inner + count; fns.push(() => g().length); }
const obj = { x: await tick(1), get y() { return obj.x + 1; } };
label: for (const v of [1, 2, 3]) { for (const w of [1, 2]) { if (v === 2) continue label; count += v * w; await tick(); } }
switch (await tick(2)) { case 2: { let z = 'zz'; await tick(); early += z; break; } default: early = 'no'; }
for await (const x of [tick(1), 2]) early += x;
console.log('end of init', count);
export async function main() {
  count++;
  await tick();
  console.log(rate, count, early, fns.map((f) => f()).join(), caught, new K().b, (new K() as any).key(), K.s, a, JSON.stringify(rest), obj.y, later());
  return list();
}
const list = () => [...fns].length;

// expect: begin function
// expect: end of init 15
// expect: 3 16 earlyzz12 16,26,36,4 boom! b computed 5 dflt {"b":1,"c":2} 2 16,earlyzz12
// expect: returned 4
