export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const log: string[] = [];
  const it = (name: string, onReturn?: () => unknown) => ({ [Symbol.iterator]() { let n = 0; return { next: () => ({ value: name + n++, done: n > 4 }), return() { log.push('close ' + name); return onReturn ? onReturn() : {}; } }; } }) as Iterable<string>;
  const t = async (f: () => Promise<unknown>) => { try { log.push('=' + (await f())); } catch (e) { log.push('!' + (e as Error).message.slice(0, 24)); } };
  const bad = () => { throw new Error('return failed'); };
  await t(async () => { for (const x of it('a', bad)) { await tick(); if (x === 'a1') break; } return 'never'; });
  await t(async () => { for (const x of it('b', bad)) { await tick(); throw new Error('body ' + x); } });
  await t(async () => { for (const x of it('c')) { try { await tick(); return x; } finally { log.push('inner fin'); } } });
  await t(async () => { for (const x of it('d')) for (const y of it('e')) { await tick(); if (y === 'e1') return x + y; } });
  await t(async () => { try { for (const x of it('f', bad)) { await tick(x); return 'lost'; } } finally { await tick(); log.push('outer fin'); } });
  await t(async () => { for (const x of it('g', () => 1)) { await tick(); return x; } });
  await t(async () => { const i = it('h')[Symbol.iterator](); i.next(); await tick(); const rest: unknown[] = []; for (const x of { [Symbol.iterator]: () => i }) { rest.push(x); await tick(); if (rest.length === 2) break; } return rest.join('/') + i.next().value; });
  await t(async () => { for await (const x of it('i')) { await tick(); if (x === 'i1') break; } return 'done'; });
  console.log(log.join(', '));
}

// expect: close a, !return failed, close b, !body b0, inner fin, close c, =c0, close e, close d, =d0e1, close f, outer fin, !return failed, close g, !Iterator result 1 is not, close h, =h1/h2h3, close i, =done
// expect: returned undefined
