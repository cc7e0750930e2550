export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const fixed = { n: 1 };
  const log: string[] = [];
  const attempt = async (f: () => unknown) => { try { await f(); } catch (e) { log.push((e as Error).name + ':' + (e as Error).message); } };
  await attempt(async () => { (fixed as any) = await tick((log.push('right'), 2)); });
  await attempt(() => { (fixed as any)++; });
  await attempt(async () => { (fixed as any) += await tick(1); });
  await attempt(async () => { [(fixed as any)] = await tick([1]); });
  await attempt(async () => { for ((fixed as any) of [1]) await tick(); });
  await attempt(async () => { for (const x of [1, 2]) { await tick(); (x as any) = 3; } });
  const self = function me() { (me as any) = 1; };
  await attempt(self);
  console.log(fixed.n, log.join('|'));
}

// expect: 1 right|TypeError:Assignment to constant variable.|TypeError:Assignment to constant variable.|TypeError:Assignment to constant variable.|TypeError:Assignment to constant variable.|TypeError:Assignment to constant variable.|TypeError:Assignment to constant variable.|TypeError:Assignment to constant variable.
// expect: returned undefined
