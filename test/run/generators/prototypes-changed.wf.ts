// What is changed in a generator function and its prototype is stored with it.
export declare function tick<T>(value?: T): Promise<T>;

function* shared(): any {
  yield 1;
}

export async function main() {
  function* count(this: any, n: number): any {
    for (let i = 0; i < n; i++) yield i;
  }
  const g = count(3);
  await tick(g.next().value);
  count.prototype.sum = function (this: any) {
    let total = 0;
    for (const x of this) total += x;
    return total;
  };
  (count as any).label = 'counts';
  await tick();
  console.log(g.sum(), count(4).sum(), (count as any).label, Object.keys(count.prototype).join(), g instanceof count);
  const old = count.prototype;
  count.prototype = Object.setPrototypeOf({ other: true }, Object.getPrototypeOf(old));
  await tick();
  const h: any = count(2);
  await tick();
  console.log(h.other, [...(h as any)].length, h.sum, old === Object.getPrototypeOf(g), g instanceof count, h instanceof count);
  old.more = 1;
  await tick();
  console.log((g as any).more, shared.prototype === Object.getPrototypeOf(shared()), (g as any).constructor === count.constructor);
  const held = [shared.prototype, shared().next];
  await tick();
  console.log(held[0] === shared.prototype, held[1] === shared().next);
  return 'done';
}

// expect: 3 6 counts sum true
// expect: true 2 undefined true false true
// expect: 1 true false
// expect: true true
// expect: returned "done"
