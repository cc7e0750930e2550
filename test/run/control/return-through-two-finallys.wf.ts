export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const log: string[] = [];
  async function f() {
    try {
      try { return await tick('v'); } finally { log.push('1'); await tick(); }
    } finally { log.push('2'); await tick(); }
  }
  console.log(await f(), log.join());
}

// expect: v 1,2
// expect: returned undefined
