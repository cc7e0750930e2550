export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const log: unknown[] = [];
  const get: (() => unknown)[] = [];
  for (let i = 0, step = (get.push(() => i), await tick(2)), limit = await tick(3); i <= limit && (await tick(true)); i += await tick(step)) log.push(i);
  for (const x of (await tick([1, 2])).map((y) => y * 10)) for (const z of [x, await tick(x + 1)]) log.push(z);
  for (const k in (await tick(), { a: 1, [await tick('b')]: 2 })) log.push(k);
  if ((await tick(1)) === 1 ? await tick(false) : true) log.push('no'); else if (await tick('yes')) log.push('else if');
  do { log.push('d'); } while ((await tick(log.length)) < 9 && !(await tick(false)));
  switch ((await tick(2)) + (await tick(1))) { case (await tick(1)) + 2: log.push('case'); }
  throw_: try { if (await tick(true)) break throw_; throw await tick(new Error('x')); } finally { log.push(await tick('fin')); }
  try { throw await tick({ code: 5 }); } catch ({ code, more = await tick('more') }: any) { log.push(code, more); }
  const r = await (async () => { return (await tick(1)) ? await tick('r1') : 'r2'; })();
  console.log(log.join(), r, get[0]!());
}

// expect: 0,2,10,11,20,21,a,b,else if,d,case,fin,5,more r1 0
// expect: returned undefined
