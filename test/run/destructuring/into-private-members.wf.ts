// A private member of another object as the target of a pattern: the object is evaluated before the value.
export declare function tick<T>(value?: T): Promise<T>;

class Sum {
  #n = 1;
  static #all = 0;
  swap(other: () => Sum, log: string[]) {
    [this.#n, (log.push('target'), other()).#n] = [(log.push('value'), other()).#n, this.#n];
    ({ a: Sum.#all, ...(other() as any).rest } = { a: this.#n, b: 2 });
    for ([other().#n] of [[7], [8]]) log.push(String(other().#n));
    return [this.#n, other().#n, Sum.#all, (other() as any).rest.b].join('|');
  }
}
const said = (f: (e: unknown) => unknown) => { try { throw [1]; } catch ([a = late, late = a]: any) { return f(a); } };
const tdz = (): unknown => { try { throw []; } catch ([b = c, c]: any) { return [b, c]; } };
let late = 'outer';

export async function main() {
  const log: string[] = [];
  const a = new Sum(); const b = new Sum();
  await tick();
  console.log(a.swap(() => b, log), log.join());
  console.log(said((e) => e), late, await tick(delete (await tick({ a: 1 })).a), delete (await tick(2)));
  try { tdz(); } catch (e: any) { console.log(e.message); }
}

// expect: 1|8|1|2 value,target,7,8
// expect: 1 outer true true
// expect: Cannot access 'c' before initialization
// expect: returned undefined
