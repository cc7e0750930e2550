export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const log: string[] = [];
  const it = (name: string) => ({ [Symbol.iterator]() { let n = 0; return { next: () => ({ value: n++, done: n > 3 }), return() { log.push('close ' + name); return {}; } }; } });
  outer: for (const x of it('x')) {
    try {
      for (const y of it('y')) {
        try {
          await tick();
          if (y === 1) continue outer;
          if (x === 2) break outer;
          log.push(`${x}${y}`);
        } finally { log.push('f1'); await tick(); }
      }
    } finally { await tick(); log.push('f2'); }
  }
  console.log(log.join());
}

// expect: 00,f1,f1,close y,f2,10,f1,f1,close y,f2,f1,close y,f2,close x
// expect: returned undefined
