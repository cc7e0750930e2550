// What an iterator has in place of its methods is named as Node names it.
export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const from = (next: any, end?: any): any => ({ [Symbol.iterator]: () => ({ next, return: end }), [Symbol.asyncIterator]: () => ({ next, return: end }) });
  const one = () => ({ value: 1, done: false });
  const attempt = async (run: () => Promise<unknown>) => {
    try {
      await run();
    } catch (error) {
      console.log(String(error));
    }
  };
  for (const odd of [5, undefined, null, {}, 'text', true, 2n]) {
    await attempt(async () => { for (const x of from(odd)) await tick(x); });
    await attempt(async () => { for await (const x of from(odd)) await tick(x); });
    await attempt(async () => { const [x] = from(odd); await tick(x); });
  }
  const delegate = async (run: () => Promise<unknown>) => {
    try {
      await run();
      console.log('nothing');
    } catch (error) {
      // Node names a part of the text of the program.
      console.log('delegated', (error as Error).name);
    }
  };
  for (const odd of [5, {}, undefined]) {
    await attempt(async () => { for (const x of from(one, odd)) { await tick(x); break; } });
    await attempt(async () => { for await (const x of from(one, odd)) { await tick(x); break; } });
    await attempt(async () => { const [x] = from(one, odd); await tick(x); });
    await delegate(async () => { function* g() { yield* from(odd); } await tick(); g().next(); });
    await delegate(async () => { async function* g() { yield* from(odd); } await tick(); await g().next(); });
    await delegate(async () => { function* g() { yield* from(one, odd); } await tick(); const it = g(); it.next(); it.return(1); });
    await delegate(async () => { async function* g() { yield* from(one, odd); } await tick(); const it = g(); await it.next(); await it.return(1); });
  }
}

// expect: TypeError: number 5 is not a function
// expect: TypeError: number 5 is not a function
// expect: TypeError: number 5 is not a function
// expect: TypeError: undefined is not a function
// expect: TypeError: undefined is not a function
// expect: TypeError: undefined is not a function
// expect: TypeError: object null is not a function
// expect: TypeError: object null is not a function
// expect: TypeError: object null is not a function
// expect: TypeError: object is not a function
// expect: TypeError: object is not a function
// expect: TypeError: object is not a function
// expect: TypeError: string "text" is not a function
// expect: TypeError: string "text" is not a function
// expect: TypeError: string "text" is not a function
// expect: TypeError: boolean true is not a function
// expect: TypeError: boolean true is not a function
// expect: TypeError: boolean true is not a function
// expect: TypeError: bigint is not a function
// expect: TypeError: bigint is not a function
// expect: TypeError: bigint is not a function
// expect: TypeError: number 5 is not a function
// expect: TypeError: number 5 is not a function
// expect: TypeError: number 5 is not a function
// expect: delegated TypeError
// expect: delegated TypeError
// expect: delegated TypeError
// expect: delegated TypeError
// expect: TypeError: object is not a function
// expect: TypeError: object is not a function
// expect: TypeError: object is not a function
// expect: delegated TypeError
// expect: delegated TypeError
// expect: delegated TypeError
// expect: delegated TypeError
// expect: delegated TypeError
// expect: delegated TypeError
// expect: nothing
// expect: nothing
// expect: returned undefined
