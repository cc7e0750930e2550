export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  function f(x: number, g = () => x) {
    var x = 5;
    x++;
    return [x, g()];
  }
  await tick();
  console.log(f(1), f.length);
}

// expect: [ 6, 1 ] 1
// expect: returned undefined
