export declare function tick<T>(value?: T): Promise<T>;

/** A bound function has the prototype of its target (10.4.1.3), and no property `prototype`. */
export async function main() {
  function* items() { yield 1; }
  async function* later() { yield 1; }
  async function task() { await tick(); }
  class Base { static shared = 'shared'; }
  class Derived extends Base {}
  const targets: any[] = [items, later, task, Derived, main], bound = targets.map((target) => target.bind(null));
  for (let i = 0; i < 2; i++) {
    console.log(bound.map((f, at) => Object.getPrototypeOf(f) === Object.getPrototypeOf(targets[at])).join(), bound.map((f) => 'prototype' in f).join(), bound.map((f) => Object.hasOwn(f, 'prototype')).join());
    await tick();
    console.log(bound[3].shared, Object.prototype.toString.call(bound[0]), Object.prototype.toString.call(bound[2]));
  }
}

// expect: true,true,true,true,true true,true,false,true,false false,false,false,false,false
// expect: shared [object GeneratorFunction] [object AsyncFunction]
// expect: true,true,true,true,true true,true,false,true,false false,false,false,false,false
// expect: shared [object GeneratorFunction] [object AsyncFunction]
// expect: returned undefined
