// The subclass may be stored before the prototype that its superclass was given.
export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  function Base(this: any) {}
  Base.prototype = { constructor: Base, set total(value: number) { console.log('never', value); } };
  class Derived extends (Base as any) { override total() { return 1; } }
  console.log((await tick(), new Derived() as any).total());
  await tick();
  console.log(new Derived() instanceof (Base as any), Object.keys(Base.prototype).join(), Object.getPrototypeOf(Derived.prototype) === Base.prototype);
}

// expect: 1
// expect: true constructor,total true
// expect: returned undefined
