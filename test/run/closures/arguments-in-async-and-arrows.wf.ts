export declare function tick<T>(value?: T): Promise<T>;
const t = (f: () => unknown) => { try { return f(); } catch (e) { return (e as Error).name + ': ' + (e as Error).message; } };
async function all(a: number, b = arguments.length, ...rest: number[]) { const n = arguments[0]; return [a, b, arguments.length, n, rest.length, typeof arguments, Object.prototype.toString.call(arguments)].join(); }
async function plain(a: any) { a = 5; const before = arguments[0]; const r = [before, [...arguments as any].join(), Object.keys(arguments).join()].join(';'); await tick(); return r; }
function sync(this: any, a: any) { const f = () => arguments[0]; const g = async () => arguments.length; a = 9; const r = [f(), arguments.length]; return g().then((n) => [...r, n].join()); }
function deflt(a: any, b = () => arguments[1], c = arguments.length) { return [a, typeof b(), c].join(); }
class C { async m(a: any) { return arguments.length + a; } get g() { return (() => arguments.length)(); } set s(v: any) { console.log((() => arguments[0])()); } constructor(..._: any[]) { (this as any).n = (() => arguments.length)(); } static async s() { return (() => arguments[0])(); } }
export async function main() {
  console.log(await all(1), await all(1, 2, 3, 4));
  console.log(await plain(1), await (plain as any)(1, 2));
  console.log(await (sync as any)(1, 2));
  console.log(deflt(1));
  const c: any = new C(1, 2, 3);
  console.log(await c.m(1, 2), c.g, c.n, await (C as any).s('st')); c.s = 4;
  const f = async function (this: any) { return [...arguments].map((x) => x + this.k).join(); };
  console.log(await (f as any).call({ k: 'k' }, 1, 2), await (f as any).apply({ k: 'q' }, [3]));
  function writes() { arguments[0] = 'w'; (arguments as any).length = 1; return (() => [...arguments].join())(); }
  console.log((writes as any)(1, 2, 3));
}

// expect: 1,1,1,1,0,object,[object Arguments] 1,2,4,1,2,object,[object Arguments]
// expect: 1;1;0 1;1,2;0,1
// expect: 1,2,2
// expect: 1,undefined,1
// expect: 3 0 3 st
// expect: 4
// expect: 1k,2k 3q
// expect: w
// expect: returned undefined
