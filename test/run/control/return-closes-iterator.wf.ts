// What closes an iterator runs after the value to return has been found, and does not change it.
export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  function* plain() { yield 1; yield 2; }
  function* busy() { try { yield 1; } finally { for (const x of plain()) if (x === 2) console.log('closed'); } }
  const first = async (items: Iterable<number>) => {
    for (const x of items) if (x) return `first ${x}`;
    await tick();
  };
  const nested = async () => {
    for (const x of [1, 2]) for (const y of busy()) { if (x + y === 3) return x * 10 + y; }
    return tick(0);
  };
  async function* each() { for (const x of busy()) { if (x) return 'end'; } yield tick(1); }
  console.log(await first(plain()), await first(busy()), await first([3, 4]), await nested(), (await each().next()).value);
}

// expect: closed
// expect: closed
// expect: closed
// expect: closed
// expect: first 1 first 1 first 3 21 end
// expect: returned undefined
