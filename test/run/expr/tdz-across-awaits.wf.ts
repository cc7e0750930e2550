export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const log: string[] = [];
  const note = (e: unknown) => log.push((e as Error).name);
  try { await tick(x); } catch (e) { note(e); }
  try { (x as any) = await tick((log.push('right'), 1)); } catch (e) { note(e); }
  try { typeof x; } catch (e) { note(e); }
  let x = await tick('x');
  log.push(x);
  for (const n of [1, 2]) {
    const read = () => y;
    try { read(); } catch (e) { note(e); }
    await tick();
    const y = n;
    log.push('y' + read());
  }
  try { const [p = q, q = 1] = [] as any[]; log.push(p); } catch (e) { note(e); }
  try { class C extends (C as any) {} void C; } catch (e) { note(e); }
  try { for (const z of [(await tick(), z as any)]) log.push(z); } catch (e) { note(e); }
  console.log(log.join());
}

// expect: ReferenceError,right,ReferenceError,ReferenceError,x,ReferenceError,y1,ReferenceError,y2,ReferenceError,ReferenceError,ReferenceError
// expect: returned undefined
