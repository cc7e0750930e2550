export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const log: string[] = [];
  const f = async () => {
    for (let i = 0; i < 3; i++) {
      try { await tick(); if (i === 1) throw new Error('lost'); return 'lost' + i; } finally { log.push('f' + i); if (i < 2) continue; await tick(); }
    }
    return 'end';
  };
  const g = async () => { l: { try { throw new Error('lost'); } finally { await tick(); break l; } } return 'after'; };
  const h = async () => { let n = 0; do { try { await tick(); continue; } finally { n++; if (n === 2) break; } } while (true); return n; };
  console.log(await f(), await g(), await h(), log.join());
}

// expect: lost2 after 2 f0,f1,f2
// expect: returned undefined
