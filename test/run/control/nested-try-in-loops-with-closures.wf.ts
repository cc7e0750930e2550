export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const undo: (() => Promise<string>)[] = [];
  const log: string[] = [];
  const step = async (n: number) => {
    if (n === 3) throw new Error('step' + n);
    undo.push(async () => { await tick(); return 'undo' + n; });
    await tick();
  };
  try {
    for (let n = 0; ; n++) { try { await step(n); log.push('did' + n); } catch (e) { (e as Error).message += '!'; throw e; } finally { log.push('f' + n); } }
  } catch (e) {
    log.push((e as Error).message);
    while (undo.length) log.push(await undo.pop()!());
  }
  console.log(log.join());
}

// expect: did0,f0,did1,f1,did2,f2,f3,step3!,undo2,undo1,undo0
// expect: returned undefined
