export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const log: string[] = [];
  const none: any = null;
  const say = (x: string) => { log.push(x); return x; };
  const attempts: (() => Promise<unknown>)[] = [
    async () => none.x,
    async () => { none.x = await tick(say('right')); },
    async () => { none[say('k')] = say('v'); },
    async () => { none.x += await tick(say('never')); },
    async () => none.m(await tick(say('arg'))),
    async () => { delete none.x; },
    async () => new none(await tick(say('ctor arg'))),
    async () => { const { a } = none; return a; },
    async () => { const [a] = none; return a; },
    async () => [...(await tick(none))],
    async () => 'a' in (await tick(none)),
    async () => (await tick(1)) instanceof none,
  ];
  for (const attempt of attempts) {
    try { await attempt(); say('ok'); } catch (e) { say((e as Error).name); }
  }
  console.log(log.join());
}

// expect: TypeError,right,TypeError,k,v,TypeError,TypeError,TypeError,TypeError,ctor arg,TypeError,TypeError,TypeError,TypeError,TypeError,TypeError
// expect: returned undefined
