export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const log: string[] = [];
  class Retry extends Error { override name = 'Retry'; constructor(readonly_: number, options?: ErrorOptions) { super('retry ' + readonly_, options); } }
  const layers = [
    async () => { await tick(); throw new Retry(1); },
    async () => { try { return await layers[0]!(); } catch (e) { throw new Error('layer 1', { cause: e }); } },
    async () => { try { await layers[1]!(); } catch (e) { await tick(); if ((e as Error).cause instanceof Retry) { log.push('seen retry'); throw (e as Error).cause; } throw e; } finally { log.push('l2'); await tick(); } },
    async () => layers[2]!().catch((e) => { log.push(e.name); return Promise.reject(e); }).finally(() => { log.push('l3'); }),
  ] as (() => Promise<unknown>)[];
  try { await layers[3]!(); } catch (e: any) { log.push(e.message, String(e instanceof Retry), String(e.cause)); }
  const once = await layers[1]!().then(() => 'no', (e) => e.cause);
  console.log(log.join(), once.message);

}

// expect: seen retry,l2,Retry,l3,retry 1,true,undefined retry 1
// expect: returned undefined
