// A class that extends a bound function, which has only the `prototype` that it was given.
export declare function tick<T>(value?: T): Promise<T>;

class Base {
  made = 1;
  hello() { return 'base'; }
}

export async function main(): Promise<void> {
  const bound: any = Base.bind(null);
  bound.prototype = { greet() { return `greets ${this.made}`; } };
  class Local extends bound {
    own() { return super.greet(); }
  }
  const first: any = new Local();
  await tick();
  const second: any = new Local();
  console.log(first.own(), second.own(), first instanceof Local, Object.getPrototypeOf(Local) === bound);
  await tick();
  console.log(Object.getPrototypeOf(Local.prototype) === bound.prototype, second.greet(), 'hello' in second);
}

// expect: greets 1 greets 1 true true
// expect: true greets 1 false
// expect: returned undefined
