// A `prototype` that a program gives to a function which has none is a property like any other.
export declare function tick<T>(value: T): Promise<T>;

export async function main() {
  const bound: any = function () {}.bind(null);
  const arrow: any = () => {};
  bound.prototype = { kind: 'bound' };
  Object.defineProperty(arrow, 'prototype', { get: () => 'arrow', configurable: true });
  await tick(1);
  console.log(bound.prototype.kind, arrow.prototype, Object.keys(bound).join(), Object.keys(arrow).length);
}

// expect: bound arrow prototype 0
// expect: returned undefined
