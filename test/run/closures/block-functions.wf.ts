export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const out: unknown[] = [];
  {
    out.push(typeof hoisted, hoisted());
    function hoisted() { return k; }
    var k = 3;
  }
  await tick();
  if (true) {
    const k2 = 9;
    function inner() { return k2; }
    await tick();
    out.push(inner());
  }
  console.log(out);
}

// expect: [ 'function', undefined, 9 ]
// expect: returned undefined
