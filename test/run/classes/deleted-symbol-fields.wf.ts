// A field that was deleted does not come back, whatever kind of key it has.
export declare function tick<T>(value: T): Promise<T>;

const tag = Symbol.for('tag');

export async function main() {
  const own = Symbol('own');
  class A {
    [key: string | symbol]: unknown;
    [own] = 1;
    [tag] = 2;
    x = 3;
  }
  const a = new A();
  const b = new A();
  delete a[own];
  delete b[own];
  delete b[tag];
  await tick(1);
  console.log(Reflect.ownKeys(a).map(String).join(), Reflect.ownKeys(b).map(String).join(), a[own], a[tag]);
  a[own] = 'again';
  await tick(2);
  console.log(Reflect.ownKeys(a).map(String).join(), a[own]);
}

// expect: x,Symbol(tag) x undefined 2
// expect: x,Symbol(tag),Symbol(own) again
// expect: returned undefined
