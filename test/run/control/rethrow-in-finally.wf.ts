export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const log: string[] = [];
  const f = async (n: number) => {
    try {
      try { await tick(); if (n & 1) throw new Error('try'); }
      catch (e) { log.push('caught ' + (e as Error).message); if (n & 2) throw new Error('catch', { cause: e }); }
      finally { await tick(); if (n & 4) throw new Error('finally'); log.push('done'); }
      return 'ok';
    } catch (e) { await tick(); return (e as Error).message + ((e as Error).cause ? '<' + ((e as Error).cause as Error).message : ''); }
  };
  for (let n = 0; n < 8; n++) log.push(`${n}:${await f(n)}`);
  console.log(log.join('\n'));
}

// expect: done
// expect: 0:ok
// expect: caught try
// expect: done
// expect: 1:ok
// expect: done
// expect: 2:ok
// expect: caught try
// expect: done
// expect: 3:catch<try
// expect: 4:finally
// expect: caught try
// expect: 5:finally
// expect: 6:finally
// expect: caught try
// expect: 7:finally
// expect: returned undefined
