export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const log: string[] = [];
  out: for (let i = 0; i < 3; i++) {
    try {
      try {
        await tick();
        if (i === 0) continue;
        if (i === 1) break out;
      } finally {
        log.push('inner' + i);
        await tick();
      }
    } finally {
      log.push('outer' + i);
    }
  }
  console.log(log.join());
}

// expect: inner0,outer0,inner1,outer1
// expect: returned undefined
