// The inner name of a class in closures made by its heritage and its keys: dead until the class is there, then the
// class, whatever becomes of the outer name.
export declare function tick<T>(value: T): Promise<T>;

const attempt = (body: () => unknown): string => {
  try {
    return String(body());
  } catch (error) {
    return (error as Error).name;
  }
};

export async function main() {
  let inHeritage: any, inKey: any, write: any, early: any, peek: any;
  class C extends ((inHeritage = () => C), (write = () => { (C as any) = null; }), (early = attempt(() => C)), Object) {
    static value = 'static';
    #secret = 'secret';
    static seen = inKey() === this;
    [((inKey = () => C), (peek = (o: any) => o.#secret), attempt(inKey))] = 1;
    [await tick('key')] = attempt(() => inHeritage());
    [attempt(() => peek({}))] = 2;
  }
  const same = C;
  console.log(early, inHeritage() === same, inKey() === same, attempt(write), C.seen);
  (C as any) = undefined;
  await tick(1);
  console.log(inHeritage().value, inKey() === same, peek(new same()), Object.keys(new same()).join());
  const made = [1, 2].map((n) => {
    let self: any;
    const D = class Named extends ((self = () => Named), Object) { n = n; };
    return { self, D };
  });
  await tick(2);
  console.log(made.map(({ self, D }) => self() === D && new (self())().n).join());
  console.log(attempt(() => { class E extends (E as any) {} }), attempt(() => { class E { [String(E)] = 1; } }));
}

// expect: ReferenceError true true TypeError true
// expect: static true secret ReferenceError,key,TypeError
// expect: 1,2
// expect: ReferenceError ReferenceError
// expect: returned undefined
