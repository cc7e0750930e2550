export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const log: Array<() => string> = [];
  for (const kind of ['a', 'b', 'c']) {
    switch (kind) {
      case 'a':
        try {
          await tick();
        } finally {
          for (let i = 0; i < 2; i++) log.push(() => `${kind}${i}`);
        }
      // falls through
      case 'b':
        log.push(() => kind.toUpperCase());
        await tick();
        break;
      default:
        log.push(() => 'default');
    }
  }
  await tick();
  console.log(log.map((f) => f()).join());
}

// expect: a0,a1,A,B,default
// expect: returned undefined
