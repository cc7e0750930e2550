export declare function tick<T>(value?: T): Promise<T>;
export declare function fail(message: string): Promise<never>;

export async function main() {
  const p = fail('early');
  await tick();
  await tick();
  try { await p; } catch (e) { console.log('caught', (e as Error).message); }
  const q = (async () => { await tick(); throw new Error('task'); })();
  await tick();
  console.log(await q.catch((e) => e.message));
}

// expect: caught early
// expect: task
// expect: returned undefined
