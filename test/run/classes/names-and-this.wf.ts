// @ts-nocheck
// What names a function, and when `this` must be there.
export declare function tick<T>(value: T): Promise<T>;

const attempt = (body: () => unknown): string => {
  try {
    return String(body());
  } catch (error) {
    return (error as Error).name;
  }
};

class Base {
  constructor() {
    throw new RangeError('base');
  }
}

class Early extends Base {
  constructor() {
    super[super()]++;
  }
}

export async function main() {
  let f, g, h;
  (f) = function () {};
  (g) = await tick(1) && (() => {});
  h = function () {};
  [(f) = () => {}] = [f];
  console.log([f.name, g.name, h.name]);
  const o = { __proto__: function () {}, ['__proto__']: () => {}, m: () => {} };
  console.log([Object.getPrototypeOf(o).name, Object.getOwnPropertyDescriptor(o, '__proto__').value.name, o.m.name]);
  console.log(attempt(() => new Early()), attempt(() => { class C { #m() {} [this.#m()] = 1; } }));
  const floor = Math.floor.bind(Math);
  const Pair = Array.bind(null, 1);
  await tick(2);
  console.log(attempt(() => new floor(1)), floor(1.5), new Pair(2).join(), Array.of.call(floor).length);
}

// expect: [ '', '', 'h' ]
// expect: [ '', '__proto__', 'm' ]
// expect: ReferenceError TypeError
// expect: TypeError 1 1,2 0
// expect: returned undefined
