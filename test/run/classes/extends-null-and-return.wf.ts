export declare function tick<T>(value?: T): Promise<T>;

class Odd { constructor(x?: unknown) { if (x !== undefined) return x as any; } m() { return 'odd'; } }
class Sub extends Odd { f = 'field'; }
export async function main() {
  const host: any = { host: true };
  await tick();
  const a: any = new Sub(host), b: any = new Sub();
  await tick();
  console.log(a === host, a.f, a instanceof Sub, b.f, b.m(), b instanceof Sub);
  class Early extends Odd { constructor() { const x = 1; super(); (this as any).x = x; } }
  class Late extends Odd { constructor() { try { (this as any).y = 1; } catch (e) { super(); (this as any).err = (e as Error).name; } } }
  await tick();
  console.log((new Early() as any).x, (new Late() as any).err);
  class Never extends Odd { constructor() { if (0) super(); } }
  try { new Never(); } catch (e) { console.log((e as Error).name); }
}

// expect: true field false field odd true
// expect: 1 ReferenceError
// expect: ReferenceError
// expect: returned undefined
