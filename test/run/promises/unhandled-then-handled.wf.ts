export declare function tick<T>(value?: T): Promise<T>;
export declare function fail(message: string): Promise<never>;

export async function main() {
  const log: string[] = [];
  const bad = Promise.reject(new Error('one'));
  const task = (async () => { await tick(); throw new Error('two'); })();
  const list = [fail('three'), Promise.reject(new Error('four'))];
  const holder = { p: new Promise((_, no) => no(new Error('five'))) };
  await tick();
  await tick();
  await tick();
  for (const p of [bad, task, ...list, holder.p]) { try { await p; } catch (e) { log.push((e as Error).message); await tick(); } }
  console.log(log.join());
  const again = await bad.catch((e) => e);
  console.log(again.message, await bad.then(null, (e) => e === again));
}

// expect: one,two,three,four,five
// expect: one true
// expect: returned undefined
