export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  for (const v of [1, 'two', null, undefined, { a: 1 }]) {
    try { await tick(); throw v; } catch (e) { await tick(); console.log(JSON.stringify(e)); }
  }
  const f = async () => { throw 'str'; };
  console.log(await f().catch((x) => x));
  throw 5;
}

// expect: 1
// expect: "two"
// expect: null
// expect: undefined
// expect: {"a":1}
// expect: str
// expect: threw 5
