export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  let total = 0;
  const cart = {
    items: [] as number[],
    get sum() { return this.items.reduce((a, b) => a + b, 0); },
    set add(n: number) { this.items.push(n); total += n; },
    get ['dyn' + 1]() { return this.sum * 2; },
  };
  cart.add = 5;
  await tick();
  cart.add = 7;
  const child: any = Object.create(cart, { extra: { get: () => total, enumerable: true } });
  await tick();
  child.add = 1;
  console.log(cart.sum, child.sum, (cart as any).dyn1, child.extra, Object.keys(child).join(), JSON.stringify({ ...cart }), Object.hasOwn(child, 'items'));
  const { get } = Object.getOwnPropertyDescriptor(cart, 'sum')!;
  Object.defineProperty(child, 'items', { value: [100], writable: true });
  await tick();
  console.log(get!.call(child), child.sum, cart.sum, get!.name);
}

// expect: 13 13 26 13 extra {"items":[5,7,1],"sum":13,"dyn1":26} false
// expect: 100 100 13 get sum
// expect: returned undefined
