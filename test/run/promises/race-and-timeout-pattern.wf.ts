// not in store: after a kill the effects that were in flight end in another order
export declare function tick<T>(value?: T): Promise<T>;
export declare function fail(message: string): Promise<never>;

export async function main() {
  const log: string[] = [];
  const after = async (rounds: number, value: string) => { for (let i = 0; i < rounds; i++) await tick(); log.push(value); return value; };
  const never = new Promise<string>(() => {});
  console.log(await Promise.race([never, after(2, 'timeout')]));
  const winner = await Promise.race([after(3, 'slow').then((x) => x + '!'), after(1, 'fast'), never]);
  await tick();
  console.log(winner, await Promise.race([5, after(1, 'unused')]), log.join());
  const r = await Promise.race([fail('lost'), never]).catch((e) => 'c:' + e.message);
  const pending = Promise.race([never, never]);
  await tick();
  console.log(r, pending instanceof Promise, await Promise.race([pending, tick('end')]));
}

// expect: timeout
// expect: fast 5 timeout,fast
// expect: c:lost true end
// expect: returned undefined
