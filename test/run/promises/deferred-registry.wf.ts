export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const waiting = new Map<string, { resolve: (v: any) => void; reject: (e: any) => void }>();
  const ask = (name: string) => new Promise<string>((resolve, reject) => { waiting.set(name, { resolve, reject }); });
  const log: string[] = [];
  const user = async (name: string) => { try { log.push(name + (await ask(name))); } catch (e) { log.push(name + '!' + (e as Error).message); } };
  const users = ['a', 'b', 'c'].map(user);
  await tick();
  waiting.get('b')!.resolve('first');
  await tick();
  waiting.get('a')!.reject(new Error('no'));
  waiting.get('a')!.resolve('ignored');
  waiting.get('c')!.resolve(tick('from effect'));
  waiting.get('c')!.resolve('ignored');
  await Promise.all(users);
  console.log(log.join());
  const self: any = { p: null };
  self.p = new Promise((ok) => { self.ok = ok; });
  await tick();
  self.ok(self.p);
  console.log(await self.p.catch((e: Error) => e.name + e.message));
}

// expect: bfirst,a!no,cfrom effect
// expect: TypeErrorChaining cycle detected for promise #<Promise>
// expect: returned undefined
