// not in store: after a kill the effects that were in flight end in another order
export declare function tick<T>(value?: T): Promise<T>;
export declare function fail(message: string): Promise<never>;

export async function main() {
  const log: string[] = [];
  const job = async (name: string, rounds: number, bad = false) => { for (let i = 0; i < rounds; i++) await tick(); log.push(name); if (bad) throw new Error(name); return name; };
  try { await Promise.all([job('slow', 4), job('bad2', 3, true), job('bad1', 2, true)]); } catch (e) { log.push('caught ' + (e as Error).message); }
  for (let i = 0; i < 4; i++) await tick();
  console.log(log.join());
  const settled = await Promise.allSettled([job('x', 1), job('y', 2, true), Promise.reject(7)]);
  console.log(settled.map((s) => s.status[0] + (s.status === 'fulfilled' ? s.value : s.reason?.message ?? s.reason)).join());
  try { await Promise.any([job('p', 2, true), job('q', 1, true)]); } catch (e) { console.log((e as AggregateError).errors.map((x) => x.message).join(), (e as Error).message); }
  console.log(await Promise.any([job('late', 3), job('err', 1, true), job('early', 2)]), await Promise.any([fail('f'), 'plain']));
  try { await Promise.any([]); } catch (e) { console.log((e as Error).name, (e as AggregateError).errors.length); }
}

// expect: bad1,caught bad1,bad2,slow
// expect: fx,ry,r7
// expect: p,q All promises were rejected
// expect: early plain
// expect: AggregateError 0
// expect: returned undefined
