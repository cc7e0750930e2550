export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const log: string[] = [];
  const o: any = { get t() { log.push('t'); return this; }, set a(v: any) { log.push('a=' + v); }, set b(v: any) { log.push('b=' + v); } };
  const key = (k: string) => (log.push('key ' + k), k);
  const src = { get x() { log.push('get x'); return 1; }, get y() { log.push('get y'); return undefined; } };
  ({ [key('x')]: o.t[key('a')], y: o.t.b = await tick(7) } = src as any);
  console.log(log.join());
  log.length = 0;
  const list: any[] = [];
  [list[key('0') as any], list[(await tick(1))], ...list[key('more') as any]] = (log.push('right'), 'wxyz') as any;
  console.log(log.join(), list.join(), (list as any).more?.join());
  let i = 0;
  [i, list[i], i] = [1, 'at1', 2];
  await tick();
  console.log(i, list.join());
}

// expect: key x,t,key a,get x,a=1,t,get y,b=7
// expect: right,key 0,key more w,x y,z
// expect: 2 w,at1
// expect: returned undefined
