export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const q = [1, 2, 3, 4, 5];
  const log: unknown[] = [];
  let x: number | undefined;
  while ((x = q.shift()) !== undefined && (await tick(x)) < 4) { log.push(x); if (x === 2) q.push(10); }
  log.push('x' + x, q.join('-'));
  let i = 0;
  while (i < 10) { if (i++ % 2) continue; if (i > (await tick(6))) break; log.push(i); }
  do { if (i === 7) { i++; continue; } i += 2; } while (await tick(i < 12));
  while (false) await tick();
  do var once = await tick('once'); while (false);
  console.log(log.join(), i, once);
}

// expect: 1,2,3,x4,5-10,1,3,5 12 once
// expect: returned undefined
