export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  await tick();
  console.log(Size.S, Size.M, Size[Size.L], Size.XL, Dyn.A, Dyn.B, Dyn.C, Dyn[Dyn.A], Mixed.Yes, Mixed.No, Mixed[1], Object.keys(Mixed).join(), Sized.Big);
  calls++;
  await tick();
  console.log(calls, Dyn.A === 1, (Size as any).nope, Object.keys(Dyn).join(), Neg.Minus, Neg[-1], Neg['odd key'], Str.Both);
  const kind: Size = Size.M;
  switch (await tick(kind)) { case Size.S: console.log('s'); break; case Size.M: console.log('m'); }
}
let calls = 0;
const BASE = 100;
function compute() { return ++calls; }
enum Size { S = 1, M = S << 1, L = S | M, XL = 'xl'.length + L }
enum Dyn { A = compute(), B = A * 10, C = Dyn.B + Size.L }
enum Mixed { No = 0, Yes = 'yes' as any, Also = No + 1 }
enum Neg { Minus = -1, Zero, 'odd key' = ~Zero }
enum Str { One = 'one', Both = `${One}-two` }
enum Sized { Big = BASE + Size.XL }

// expect: 1 2 L 5 1 10 13 A yes 0 Also 0,1,No,Yes,Also 105
// expect: 2 true undefined 1,10,13,A,B,C -1 odd key -1 one-two
// expect: m
// expect: returned undefined
