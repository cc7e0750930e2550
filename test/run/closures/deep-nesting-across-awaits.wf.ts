export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const a = await tick(1);
  const level1 = async (b: number) => {
    const c = await tick(b + a);
    const level2 = async (d: number) => {
      let e = await tick(c + d);
      const level3 = () => async () => { e += a + b + c + d; await tick(); return e; };
      await tick();
      return level3();
    };
    const made = await level2(c);
    return async () => [await made(), await made(), c];
  };
  const f = await level1(10);
  await tick();
  console.log((await f()).join(), (await (await level1(0))()).join());
}

// expect: 55,88,11 5,8,1
// expect: returned undefined
