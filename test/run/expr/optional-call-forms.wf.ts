export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const log: string[] = [];
  const say = async (x: string) => { log.push(x); return tick(x); };
  const o: any = { n: 1, m(x: string) { return this.n + x; }, deep: { m() { return this === o.deep; } }, none: null };
  console.log(o.m?.(await say('a')), o.x?.(await say('skip')), o?.m(await say('b')), o.none?.m(await say('skip2')), o.deep?.m?.(await say('c')));
  console.log(o?.['m']?.(await say('d')), o[await say('m')]?.('e'), o.none?.[await say('skip3')].x.y(), (o?.deep).m(await say('f')));
  let f: any;
  console.log(f?.(await say('skip4')), (f = () => 'now')?.(await say('g')), (await tick(), o)?.n, typeof o?.deep?.['m']);
  try { o.none?.x; o.deep.q.r?.(await say('skip5')); } catch (e) { log.push((e as Error).name); }
  try { o.n?.(await say('arg first')); } catch (e) { log.push((e as Error).name); }
  console.log(log.join());
}

// expect: 1a undefined 1b undefined true
// expect: 1d 1e undefined true
// expect: undefined now 1 function
// expect: a,b,c,d,m,f,g,TypeError,arg first,TypeError
// expect: returned undefined
