// Async generators: awaited yields, queues of requests, early ends, delegation, over waits.
export declare function tick<T>(value?: T): Promise<T>;
export declare function fail(message: string): Promise<never>;

async function* pages(n: number): AsyncGenerator<string, string, string | undefined> {
  try {
    for (let i = 0; i < n; i++) {
      const said = yield tick(`page ${i}`);
      if (said) console.log('said', said);
    }
    return tick('last');
  } finally {
    await tick();
    console.log('closed');
  }
}

async function* all(): AsyncGenerator<any, any, any> {
  const end = yield* pages(2);
  console.log('end', end);
  yield* [1, tick(2)] as any;
  try {
    yield* failing();
  } catch (error: any) {
    yield `caught ${error.message}`;
  }
}

async function* failing(): AsyncGenerator<number> {
  yield 1;
  await fail('in a page');
}

export async function main(): Promise<void> {
  for await (const page of pages(2)) console.log(page);
  const g = pages(5);
  console.log(await g.next('ignored'), await g.next('hello'));
  console.log(await g.return('enough'), await g.next());
  const seen: any[] = [];
  for await (const x of all()) seen.push(x);
  console.log(seen.join());
  const queued = pages(3);
  const asked = [queued.next(), queued.next(), queued.return('r'), queued.next()];
  console.log(JSON.stringify(await Promise.all(asked)));
  const rejected = failing();
  await rejected.next();
  await rejected.next().catch((error: any) => console.log(error.message));
  console.log(await rejected.next());
  const thrown = pages(3);
  await thrown.next();
  await thrown.throw(new Error('thrown in')).catch((error: any) => console.log(error.message));
  for await (const page of pages(9)) {
    if (page === 'page 1') break;
  }
  const fresh = pages(1);
  await tick();
  console.log(await fresh.return(tick('awaited') as any), await fresh.next());
}

// expect: page 0
// expect: page 1
// expect: closed
// expect: said hello
// expect: { value: 'page 0', done: false } { value: 'page 1', done: false }
// expect: closed
// expect: { value: 'enough', done: true } { value: undefined, done: true }
// expect: closed
// expect: end last
// expect: page 0,page 1,1,2,1,caught in a page
// expect: closed
// expect: [{"value":"page 0","done":false},{"value":"page 1","done":false},{"value":"r","done":true},{"done":true}]
// expect: in a page
// expect: { value: undefined, done: true }
// expect: closed
// expect: thrown in
// expect: closed
// expect: { value: 'awaited', done: true } { value: undefined, done: true }
// expect: returned undefined
