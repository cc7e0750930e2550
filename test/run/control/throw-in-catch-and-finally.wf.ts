export declare function tick<T>(value?: T): Promise<T>;
export declare function fail(message: string): Promise<never>;

export async function main() {
  const r: string[] = [];
  try {
    try { await fail('one'); }
    catch (e) { r.push((e as Error).message); await tick(); throw new Error('two', { cause: e }); }
    finally { r.push('f'); await tick(); }
  } catch (e) { r.push((e as Error).message, ((e as Error).cause as Error).message); }
  console.log(r.join());
}

// expect: one,f,two,one
// expect: returned undefined
