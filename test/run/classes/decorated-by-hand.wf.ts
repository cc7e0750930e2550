export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const calls: string[] = [];
  class Api { base = 'b'; async get(path: string) { await tick(); return this.base + path; } sync(x: number) { return x * 2; } }
  const wrap = (o: any, name: string) => {
    const original = o[name];
    o[name] = function (this: any, ...args: unknown[]) { calls.push(name + args.join('/')); return original.apply(this, args); };
  };
  const api: any = new Api();
  wrap(api, 'get'); wrap(api, 'sync');
  await tick();
  console.log(await api.get('/x'), api.sync(4), calls.join());
  delete api.sync;
  await tick();
  console.log(api.sync(5), calls.length, Object.keys(api).join());
}

// expect: b/x 8 get/x,sync4
// expect: 10 2 base,get
// expect: returned undefined
