// A variable of a method may have the name of its class, which is another binding.
export declare function tick<T>(value?: T): Promise<T>;

class Cart {
  async total(): Promise<string> {
    const name = (): string => Cart.name;
    {
      const Cart = await tick(5);
      console.log(Cart, name());
      await tick(Cart);
    }
    return new Cart() instanceof Cart ? Cart.name : 'none';
  }
}
export async function main() {
  return await new Cart().total();
}

// expect: 5 Cart
// expect: returned "Cart"
