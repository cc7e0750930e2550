export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const make = (tag: string, Base: any = Object) => {
    let made = 0;
    return class extends Base {
      static tag = tag;
      n = ++made;
      #secret = tag + made;
      get secret() { return this.#secret; }
      async next() { await tick(); return new (this.constructor as any)(); }
      static has(o: any) { return #secret in o; }
    };
  };
  const A = make('a'), B = make('b', A);
  const a: any = new A();
  await tick();
  const b: any = new B();
  const a2 = await a.next();
  await tick();
  console.log(a.n, b.n, a2.n, a.secret, b.secret, A.has(a), A.has(b), B.has(a), a2 instanceof A, b instanceof A, a instanceof B, A.tag, B.tag, A.name, Object.getPrototypeOf(B) === A);
}

// expect: 1 1 3 a1 b1 true true false true true false a b  true
// expect: returned undefined
