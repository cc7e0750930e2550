export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const log: string[] = [];
  const t = { then(ok: (v: number) => void) { log.push('then called'); ok(42); } };
  console.log(await (t as any), await (async () => t as any)(), await Promise.resolve(t as any));
  const bad = { get then(): never { throw new Error('getter'); } };
  try { await (bad as any); } catch (e) { log.push((e as Error).message); }
  await tick();
  console.log(log.join());
}

// expect: 42 42 42
// expect: then called,then called,then called,getter
// expect: returned undefined
