export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const log: string[] = [];
  a: b: for (let i = 0; i < 4; i++) {
    c: do {
      if (i === 0) continue a;
      if (i === 1) break c;
      if (i === 3) break b;
      log.push('c' + (await tick(i)));
    } while (await tick(false));
    log.push('after' + i);
  }
  d: { e: { await tick(); if (log.length) break d; } log.push('never'); }
  f: switch (await tick(1)) { case 1: for (;;) { await tick(); break f; } default: log.push('never'); }
  g: if (await tick(true)) { log.push('g'); break g; }
  h: try { await tick(); break h; } finally { log.push('h'); }
  console.log(log.join());
}

// expect: after1,c2,after2,g,h
// expect: returned undefined
