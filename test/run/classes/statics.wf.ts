export declare function tick<T>(value?: T): Promise<T>;

class Reg {
  static items = new Map<string, number>();
  static n = 0;
  static add(k: string) { Reg.items.set(k, ++Reg.n); return this; }
  static { Reg.add('init'); }
}
class Sub extends Reg { static n2 = Sub.n + 100; }
export async function main() {
  Reg.add('a');
  await tick();
  Reg.add('b');
  Sub.add('c');
  await tick();
  console.log([...Reg.items].join('|'), Reg.n, Sub.n2, Object.keys(Reg).join());
}

// expect: init,1|a,2|b,3|c,4 4 101 items,n
// expect: returned undefined
