export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const log: string[] = [];
  const ids = [3, 1, 2];
  const loaded = await Promise.all(ids.map(async (id, i) => { const v = await tick(id * 10); log.push(`${i}`); return { id, v }; }));
  const byId = new Map(loaded.map(({ id, v }) => [id, v]));
  const kept = (await Promise.all(ids.map(async (id) => [id, await tick(id > 1)] as const))).filter(([, ok]) => ok).map(([id]) => id);
  const total = await ids.reduce(async (sum, id) => (await sum) + (await tick(id)), Promise.resolve(0));
  ids.forEach(async (id) => { await tick(); log.push('each' + id); });
  await tick(); await tick(); await tick();
  const sorted = [...loaded].sort((a, b) => byId.get(a.id)! - byId.get(b.id)!);
  const grouped = loaded.reduce<Record<string, number[]>>((g, { id, v }) => { (g[v > 15 ? 'big' : 'small'] ??= []).push(id); return g; }, {});
  console.log(kept.join(), total, sorted.map((x) => x.id).join(), JSON.stringify(grouped), log.sort().join());
}

// expect: 3,2 6 1,2,3 {"big":[3,2],"small":[1]} 0,1,2,each1,each2,each3
// expect: returned undefined
