export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  let resolve!: (v: string) => void, reject!: (e: Error) => void;
  const p = new Promise<string>((res, rej) => { resolve = res; reject = rej; });
  const later = (async () => { await tick(); await tick(); resolve('done'); reject(new Error('late')); })();
  console.log(await p);
  await later;
  try { await new Promise((_, rej) => { throw new Error('in executor'); rej; }); } catch (e) { console.log((e as Error).message); }
  console.log(await new Promise((res) => res(tick('nested'))));
}

// expect: done
// expect: in executor
// expect: nested
// expect: returned undefined
