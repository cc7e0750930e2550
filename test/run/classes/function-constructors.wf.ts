// Constructor functions of the old kind: their instances, their prototypes, chains of them, with a wait between
// everything that can be changed.
export declare function tick<T>(value?: T): Promise<T>;

function Shape(this: any, name: string) {
  this.name = name;
}
Shape.prototype.describe = function (this: any) {
  return `${this.name} with ${this.sides ?? 'no'} sides`;
};
(Shape as any).made = 0;

function Square(this: any, size: number) {
  (Shape as any).call(this, 'square');
  this.sides = 4;
  this.size = size;
  (Shape as any).made++;
}
Square.prototype = Object.create(Shape.prototype);
Square.prototype.constructor = Square;
Square.prototype.area = function (this: any) {
  return this.size ** 2;
};

function Plain(this: any) {
  this.x = 1;
}

const make = (F: any, ...args: unknown[]): any => new F(...args);

export async function main() {
  const shape = make(Shape, 'blob');
  const square = make(Square, 3);
  const plain = make(Plain);
  await tick();
  console.log(shape.describe(), square.describe(), square.area(), plain.x);
  console.log(shape instanceof (Shape as any), square instanceof (Shape as any), square instanceof (Square as any), plain.constructor === Plain);
  console.log(Object.getPrototypeOf(square) === Square.prototype, Object.getPrototypeOf(Square.prototype) === Shape.prototype, (Shape as any).made);
  console.log(Object.keys(Square.prototype).join(), Object.getOwnPropertyNames(Shape.prototype).join());

  // A function of the run's own, and its prototype in a variable.
  function Local(this: any, n: number) {
    this.n = n;
  }
  const before = make(Local, 1);
  await tick();
  Local.prototype.get = function (this: any) {
    return this.n;
  };
  await tick();
  const prototype = Local.prototype;
  console.log(before.get(), make(Local, 2).get(), prototype === Object.getPrototypeOf(before));
  await tick();
  prototype.twice = function (this: any) {
    return this.get() * 2;
  };
  await tick();
  console.log(before.twice(), Local.prototype === prototype, Reflect.ownKeys(prototype).join());
  delete prototype.get;
  Object.defineProperty(prototype, 'hidden', { get() { return this.n + 100; } });
  await tick();
  console.log(before.get, before.hidden, before instanceof (Local as any));

  // Another object in its place: instances from before keep theirs.
  Local.prototype = { constructor: Local, other: true } as any;
  await tick();
  const after = make(Local, 3);
  await tick();
  console.log(before instanceof (Local as any), after instanceof (Local as any), after.other, before.hidden, after.hidden, after.constructor === Local);
  console.log(prototype === Object.getPrototypeOf(before), Local.prototype === prototype);
  Local.prototype = null as any;
  await tick();
  console.log(Object.getPrototypeOf(make(Local, 4)) === Object.prototype, Local.prototype);

  // Many instances of many functions of one declaration.
  const factories = [1, 2, 3].map((k) => {
    function Each(this: any, n: number) {
      this.n = n * k;
    }
    Each.prototype.k = k;
    return Each;
  });
  const all = factories.map((F, i) => make(F, i + 1));
  await tick();
  console.log(all.map((o) => `${o.n}/${o.k}`).join(' '), all[0] instanceof (factories[1] as any), all[1] instanceof (factories[1] as any));

  // A class that extends a function, and one that extends that.
  let calls = 0;
  function Base(this: any, tag: string) {
    calls++;
    this.tag = tag;
  }
  Base.prototype.hello = function (this: any) {
    return `hello ${this.tag}`;
  };
  class Middle extends (Base as any as new (tag: string) => any) {
    #secret = 7;
    field = 'f';
    secret() {
      return this.#secret++;
    }
  }
  class Leaf extends Middle {
    #own = ['own'];
    own() {
      return this.#own.join();
    }
  }
  const leaf: any = new Leaf('leaf');
  const middle: any = new Middle('middle');
  leaf.secret();
  await tick();
  console.log(calls, leaf.hello(), leaf.secret(), leaf.own(), middle.secret(), middle.field, leaf instanceof (Base as any));
  console.log(new Leaf('again').hello(), calls, Object.getPrototypeOf(Middle) === Base);
  Base.prototype.hello = function (this: any) {
    return `bye ${this.tag}`;
  };
  await tick();
  console.log(leaf.hello(), middle.hello());

  // new.target, and a constructor that returns another object.
  function Target(this: any) {
    if (new.target === undefined) return 'called';
    this.was = new.target === Target;
  }
  function Other() {
    return shape;
  }
  const kept = [make(Target), make(Other)];
  await tick();
  console.log(kept[0].was, kept[1] === shape, (Target as any)());
  return 'done';
}

// expect: blob with no sides square with 4 sides 9 1
// expect: true true true true
// expect: true true 1
// expect: constructor,area constructor,describe
// expect: 1 2 true
// expect: 2 true constructor,get,twice
// expect: undefined 101 true
// expect: false true true 101 undefined true
// expect: true false
// expect: true null
// expect: 1/1 4/2 9/3 false true
// expect: 2 hello leaf 8 own 7 f true
// expect: hello again 3 true
// expect: bye leaf bye middle
// expect: true true called
// expect: returned "done"
