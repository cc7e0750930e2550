// Any word may name a property; only as a parameter is `this` a type.
export declare function tick<T>(value: T): Promise<T>;

function sum(this: { this: number }, other: number) {
  return this.this + other;
}

export async function main() {
  const o = { this: 1, null: 2, enum: 3, await: await tick(4) };
  console.log(o.this, o.null, o.enum, o.await, Object.keys(o).join());
  o.this += await tick(5);
  const { this: self } = o;
  console.log(self, sum.call(o, 1));
}

// expect: 1 2 3 4 this,null,enum,await
// expect: 6 7
// expect: returned undefined
