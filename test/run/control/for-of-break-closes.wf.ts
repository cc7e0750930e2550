export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const log: string[] = [];
  const it = {
    [Symbol.iterator]() {
      let n = 0;
      return { next() { return { value: n++, done: n > 5 }; }, return() { log.push('closed'); return {}; } };
    },
  };
  for (const x of it) { await tick(); if (x === 2) break; }
  for (const x of it) { if (x === 1) break; }
  await (async () => { for (const x of it) { await tick(); if (x === 1) return; } })();
  try { for (const x of it) { await tick(); throw new Error('x'); } } catch { log.push('caught'); }
  a: for (const _ of [1]) for (const x of it) { await tick(); continue a; }
  for (const x of it) { await tick(); }
  console.log(log.join());
}

// expect: closed,closed,closed,closed,caught,closed
// expect: returned undefined
