// An awaited call is one frame more, however the callee is written: stacks, receivers, orders and errors are those of a call.
export declare function tick<T>(value?: T): Promise<T>;

const log: string[] = [];
const say = <T>(text: string, value?: T): T => { log.push(text); return value as T; };
const told = () => { console.log(log.join(' ')); log.length = 0; };

function classIn(step: number) {
  let made = 0;
  return class Counter {
    static #made = 0;
    #n = 0;
    async #add(by: number, ...more: number[]) { await tick(); this.#n += by * step + more.length; made++; return this.#n; }
    static async #count(by = 1) { await tick(); return (Counter.#made += by); }
    async *#list(to: number) { for (let i = 0; i < to; i++) yield i + this.#n; }
    #twice(n: number) { return this.#add(n).then(() => this.#add(n)); }
    async add(n: number) { return (await this.#add(n)) + (await this.#add(n, ...[1, 2])); }
    async addLater(other: any) { return await say('this', this).#add(await tick(say('argument', 2)), await other.#add(1)); }
    async addTo(other: any) { return await other.#add(say('argument', 1)); }
    async addWaiting(other: any) { return await other.#add(await tick(say('argument', 1))); }
    async all() { const out: number[] = []; for await (const n of this.#list(2)) out.push(n); return [...out, await this.#twice(1), made]; }
    static async counted() { return [await Counter.#count(), await this.#count(2)]; }
  };
}

class Base {
  x = 1;
  async m(n: number) { await tick(); return n + this.x; }
  async other(n: number) { return n * 10; }
  get made() { return async (n: number) => n + 100; }
}
class Derived extends Base {
  override x = 2;
  override async m(n: number) { return (await super.m(n)) + (await super.m(await tick(n))) + (await super['other'](n)) + (await super.made(n)); }
  async none() { return await (super.toString as any)().missing(); }
}

export async function main() {
  for (const step of [1, 10]) {
    const Counter = classIn(step);
    const [a, b] = [new Counter(), new Counter()];
    say(JSON.stringify([await a.add(1), await a.addLater(b), await a.all(), await Counter.counted()]));
    for (const wrong of [() => a.addTo({}), () => a.addWaiting({}), () => a.addTo(null)]) {
      try { await wrong(); } catch (error) { say((error as Error).constructor.name); }
    }
    told();
  }

  say(String(await new Derived().m(3)));
  try { await new Derived().none(); } catch (error) { say((error as Error).message); }
  told();

  // By computed name, in their order; natives by the names that they have.
  const handlers: Record<string, any> = { async a(n: number) { await tick(); return [this === handlers, n]; }, b: async (...all: number[]) => all.length, get c() { return say('get', async () => 'c'); } };
  const key = (name: string) => ({ toString: () => say(`key ${name}`, name) });
  for (const name of ['a', 'b', 'c']) say(JSON.stringify(await say('object', handlers)[key(name) as any](say('argument', 1), ...[2, await tick(3)])));
  say(JSON.stringify(await handlers[await tick('b')](...[1, 2])));
  const list = [3, 1, 2], map = new Map([['k', 1]]);
  for (const [object, name, ...args] of [[list, 'push', 9], [map, 'set', 'l', 2], [map, 'delete', 'k'], [list, 'sort']] as any[]) { await object[name](...args); await tick(); }
  const keys = await (map as any)[await tick('keys')](), entries: any = await list['entries'](), matches: any = await 'abab'[await tick('matchAll') as 'matchAll'](/a/g);
  await tick();
  say(`${list} ${[...map]} ${[...keys]} ${[...entries].length} ${[...matches].length}`);
  for (const wrong of [() => handlers.none(say('argument')), async () => await handlers.none(say('argument')), async () => await handlers[key('none') as any](1), async () => await (list as any)[0](await tick())]) {
    try { await wrong(); } catch (error) { say((error as Error).message); }
  }
  told();

  // Borrowed and bound.
  const { m } = Base.prototype;
  say(JSON.stringify([await m.call({ x: 5 } as any, 1), await m.apply({ x: 6 } as any, [1]), await m.bind({ x: 7 } as any, 2)(), await Array.prototype.push.call(list, 4, 5), await Reflect.apply(m, { x: 8 }, [1])]));
  const spread = async (first: number, ...rest: number[]) => first + rest.length;
  say(JSON.stringify([await spread(...([1, 2, 3] as const)), await spread(1, ...(await tick([2])), 3), list.length]));
  told();
}

// expect: this argument [5,7,[7,8,9,6],[1,3]] TypeError TypeError TypeError
// expect: this argument [32,43,[43,44,63,6],[1,3]] TypeError TypeError TypeError
// expect: 143 (intermediate value).toString(...).missing is not a function
// expect: object key a argument [true,1] object key b argument 3 object key c get argument "c" 2 1,2,3,9 l,2 l 4 2 argument handlers.none is not a function argument handlers.none is not a function key none handlers[key(...)] is not a function list[0] is not a function
// expect: [6,7,9,6,9] [3,3,6]
// expect: returned undefined
