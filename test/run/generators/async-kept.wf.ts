// Async generators in all states, kept over waits: running with a queue, suspended in a delegate, closing.
export declare function tick<T>(value?: T): Promise<T>;

const log: string[] = [];

async function* slow(name: string, n: number): AsyncGenerator<string, string> {
  try {
    for (let i = 0; i < n; i++) {
      await tick();
      yield `${name}${i}`;
      await tick();
    }
    return `${name} end`;
  } finally {
    await tick();
    log.push(`${name} closed`);
  }
}

async function* merged(...sources: AsyncGenerator<string>[]): AsyncGenerator<string> {
  const waiting = new Map(sources.map((s, i) => [i, s.next().then((result) => ({ i, result }))]));
  try {
    while (waiting.size > 0) {
      const { i, result } = await Promise.race(waiting.values());
      if (result.done) waiting.delete(i);
      else {
        waiting.set(i, sources[i]!.next().then((next) => ({ i, result: next })));
        yield result.value;
      }
    }
  } finally {
    await Promise.all(sources.map((s) => s.return(undefined as any)));
  }
}

async function* numbered(source: AsyncIterable<string>): AsyncGenerator<string> {
  let n = 0;
  for await (const x of source) yield `${++n}:${x}`;
}

export async function main(): Promise<void> {
  const a = slow('a', 3);
  const first = a.next();
  const second = a.next();
  await tick();
  console.log((await first).value);
  const stop = a.return('stopped' as any);
  const after = a.next();
  await tick();
  console.log((await second).value, await stop, await after, log.join());

  const all: string[] = [];
  for await (const x of numbered(merged(slow('p', 2), slow('q', 3)))) {
    all.push(x);
    if (x.startsWith('4')) break;
  }
  await tick();
  console.log(all.map((x) => x[0]).join(), all.length, log.length);

  const delegating = (async function* () {
    const r = yield* slow('d', 2);
    log.push(`got ${r}`);
    yield* numbered(slow('e', 5));
  })();
  const got: unknown[] = [];
  for (let i = 0; i < 4; i++) {
    got.push((await delegating.next()).value);
    await tick();
  }
  console.log(got.join());
  console.log(await delegating.return(undefined), log.slice(-3).join());
}

// expect: a0
// expect: a1 { value: 'stopped', done: true } { value: undefined, done: true } a closed
// expect: 1,2,3,4 4 3
// expect: d0,d1,1:e0,2:e1
// expect: { value: undefined, done: true } d closed,got d end,e closed
// expect: returned undefined
