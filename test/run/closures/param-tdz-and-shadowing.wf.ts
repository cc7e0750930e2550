export declare function tick<T>(value?: T): Promise<T>;
const t = (f: () => unknown) => { try { return f(); } catch (e) { return (e as Error).name + ' ' + (e as Error).message; } };
export async function main() {
  const f1 = function (a: any) { function a() { return 1; } return typeof a; };
  console.log(f1(1));
  const f2 = function (a: any = () => 1) { function a() { return 1; } return a(); };
  console.log(f2());
  const f3 = (a = () => 1, b = c, c = 2) => [a, b, c].length;
  console.log(t(f3));
  const f4 = (a = () => 1, b = a) => { var a: any; var c = a; a = 5; return [typeof c, typeof b, a].join(); };
  console.log(f4());
  const f5 = (a = a) => a; console.log(t(f5));
  const f6 = (a: any = () => b, b = a()) => b; console.log(t(f6));
  const f7 = async (a: any = () => b, b = a()) => b; console.log(await f7().catch((e) => e.message));
  const f8 = ({ x = y, y = 1 }: any) => [x, y]; console.log(t(() => f8({})));
  const f9 = function f9(f9: any = 5) { return f9; }; console.log(f9());
  const f10 = (a: any, { b }: any, ...[c, d = () => c]: any[]) => [a, b, c, d()].join(); console.log(f10(1, { b: 2 }, 3), f10.length);
}

// expect: function
// expect: 1
// expect: ReferenceError Cannot access 'c' before initialization
// expect: function,function,5
// expect: ReferenceError Cannot access 'a' before initialization
// expect: ReferenceError Cannot access 'b' before initialization
// expect: Cannot access 'b' before initialization
// expect: ReferenceError Cannot access 'y' before initialization
// expect: 5
// expect: 1,2,3,3 2
// expect: returned undefined
