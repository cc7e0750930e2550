// Generator methods: in classes (private, static, computed, inherited), in literals, with `this`, `super` and captures.
export declare function tick<T>(value?: T): Promise<T>;

class Tree<T> {
  left: Tree<T> | null = null;
  right: Tree<T> | null = null;
  readonly value: T;
  constructor(value: T) { this.value = value; }
}

class Bag {
  items: number[] = [];
  #secret = 100;
  constructor(...items: number[]) { this.items = items; }
  *[Symbol.iterator](): Generator<number> { yield* this.items; }
  *scaled(by = this.items.length): Generator<number> { for (const i of this) yield i * by; }
  *#hidden(): Generator<number> { yield this.#secret++; yield this.#secret; }
  hidden() { return this.#hidden(); }
  static *of(...xs: number[]): Generator<Bag> { for (const x of xs) yield new this(x); }
  *['com' + 'puted'](): Generator<number> { yield this.#secret; }
}

class Doubled extends Bag {
  *scaled(by?: number): Generator<number> {
    for (const x of super.scaled(by)) yield x * 2;
    yield* super[Symbol.iterator]();
  }
}

const literal = {
  base: 3,
  *up(n: number): Generator<number> { for (let i = 0; i < n; i++) yield this.base + i; },
  lazy: function* (this: any): Generator<number> { yield this.base; },
};

export async function main(): Promise<void> {
  const bag = new Bag(1, 2, 3);
  const scaled = bag.scaled();
  console.log(scaled.next().value);
  await tick();
  console.log([...scaled], [...bag], [...(bag as any).computed()]);
  const hidden = bag.hidden();
  console.log(hidden.next());
  await tick();
  console.log(hidden.next(), [...bag.hidden()]);
  const doubled = new Doubled(4, 5).scaled(10);
  console.log(doubled.next());
  await tick();
  console.log(doubled.next());
  await tick();
  console.log([...doubled], [...Doubled.of(7, 8)].map((b) => b.constructor.name + b.items));
  const up = literal.up(3);
  up.next();
  await tick();
  console.log([...up], [...literal.lazy()], new Tree(1).value);
  const walk = function* walk(t: Tree<string> | null): Generator<string> {
    if (!t) return;
    yield* walk(t.left);
    yield t.value;
    yield* walk(t.right);
  };
  const tree = new Tree('m');
  tree.left = new Tree('c');
  tree.right = new Tree('x');
  tree.left.right = new Tree('d');
  const names = walk(tree);
  console.log(names.next().value, names.next().value);
  await tick();
  tree.right.left = new Tree('p');
  console.log([...names]);
}

// expect: 3
// expect: [ 6, 9 ] [ 1, 2, 3 ] [ 100 ]
// expect: { value: 100, done: false }
// expect: { value: 101, done: false } [ 101, 102 ]
// expect: { value: 80, done: false }
// expect: { value: 100, done: false }
// expect: [ 4, 5 ] [ 'Doubled7', 'Doubled8' ]
// expect: [ 4, 5 ] [ 3 ] 1
// expect: c d
// expect: [ 'm', 'p', 'x' ]
// expect: returned undefined
