export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const log: string[] = [];
  const iterable = (name: string) => ({
    [Symbol.iterator]() {
      let n = 0;
      log.push('open ' + name);
      return { next: () => (log.push(name + n), { value: name + n, done: n++ >= 2 }) };
    },
  });
  const sum = (...xs: unknown[]) => xs.join('+');
  console.log(sum(...iterable('a'), await tick('w'), ...iterable('b')));
  const list = [...iterable('c'), , ...(await tick([1, , 2])), ...iterable('d')];
  console.log(list.length, 2 in list, 4 in list, list.join());
  class Pair { all; constructor(...all: unknown[]) { this.all = all; } }
  console.log(new Pair(...iterable('e'), await tick('z'), ...'xy').all.join());
  console.log(log.join());
}

// expect: a0+a1+w+b0+b1
// expect: 8 false true c0,c1,,1,,2,d0,d1
// expect: e0,e1,z,x,y
// expect: open a,a0,a1,a2,open b,b0,b1,b2,open c,c0,c1,c2,open d,d0,d1,d2,open e,e0,e1,e2
// expect: returned undefined
