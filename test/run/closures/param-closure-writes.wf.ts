export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  async function f(x: number, set = (v: number) => { x = v; }, get = () => x) {
    await tick();
    set(7);
    await tick();
    return [x, get()];
  }
  console.log(await f(1));
}

// expect: [ 7, 7 ]
// expect: returned undefined
