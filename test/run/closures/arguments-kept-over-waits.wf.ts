export declare function tick<T>(value?: T): Promise<T>;
const tag = (x: unknown) => Object.prototype.toString.call(x);
async function keeps(a: any, b: any) {
  a = 'changed';
  await tick();
  arguments[1] = 'written';
  const f = () => arguments;
  await tick();
  (arguments as any).extra = [a];
  delete (arguments as any)[2];
  await tick();
  (arguments as any).length = 7;
  await tick();
  return [tag(arguments), [...Object.keys(arguments)].join(), JSON.stringify(arguments), b, f() === arguments, arguments.length, Symbol.iterator in arguments];
}
function sync(...xs: any[]) { const later = async () => { await tick(); return Array.from(arguments).concat(xs).join(); }; return { later, peek: () => arguments[0], args: arguments, each: () => { let n = 0; for (const x of arguments) n += x; return n; } }; }
function* gen(_a: any) { yield arguments.length; arguments[0] = 'g'; yield arguments[0]; yield* arguments; }
class K { held: any; constructor() { this.held = () => [...arguments].join(); } async m() { await tick(); return (() => arguments.length)(); } static async s() { const self = async () => { await tick(); return arguments; }; return (await self()).length; } }
export async function main() {
  const nested = async () => { await tick(); return (() => arguments.length)(); };
  console.log(await nested());
  console.log((await (keeps as any)(1, 2, 3, 4)).join(' ; '));
  const o = sync(1, 2, 3); await tick();
  console.log(o.peek(), o.each(), await o.later(), tag(o.args), Array.isArray(o.args));
  (o.args as any)[0] = 10; await tick(); console.log(o.peek(), o.each(), Object.isFrozen(Object.freeze(o.args)));
  await tick(); console.log(o.peek(), (() => { try { (o.args as any)[0] = 1; return 'no'; } catch (e) { return (e as Error).name; } })());
  const g = (gen as any)('x', 'y'); g.next(); await tick(); console.log(g.next().value, [...g].join());
  const k: any = new (K as any)(4, 5); await tick(); console.log(k.held(), await k.m(1, 2, 3), await (K as any).s(1, 2));
  const apply = function (this: any) { return Math.max.apply(this, arguments as any); }; console.log((apply as any)(1, 9, 3));
}

// expect: 0
// expect: [object Arguments] ; 0,1,3,extra ; {"0":1,"1":"written","3":4,"extra":["changed"]} ; 2 ; true ; 7 ; true
// expect: 1 6 1,2,3,1,2,3 [object Arguments] false
// expect: 10 15 true
// expect: 10 TypeError
// expect: g g,y
// expect: 4,5 3 2
// expect: 9
// expect: returned undefined
