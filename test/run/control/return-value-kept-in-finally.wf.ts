export declare function tick<T>(value?: T): Promise<T>;
export declare function fail(message: string): Promise<never>;

export async function main() {
  let x = 1;
  const box = { n: 1 };
  const f = async () => { try { return x; } finally { x = 2; await tick(); x = 3; } };
  const g = async () => { try { return box; } finally { box.n++; await tick(); box.n++; } };
  const h = async () => { try { return await tick('try'); } catch { return 'catch'; } finally { x++; await fail('finally').catch(() => {}); } };
  const i = async () => { try { throw 'thrown'; } catch (e) { return [e, await tick(1)].join(); } finally { await tick(); x++; } };
  console.log(await f(), x, (await g()) === box, box.n, await h(), await i(), x);
}

// expect: 1 3 true 3 try thrown,1 5
// expect: returned undefined
