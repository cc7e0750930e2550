export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const log: string[] = [];
  async function f(n: string) { log.push(n + '0'); await null; log.push(n + '1'); }
  async function a() { await f('a'); log.push('a-after'); }
  a(); log.push('sync');
  Promise.resolve().then(() => log.push('then1')).then(() => log.push('then2'));
  await null;
  log.push('m1');
  await f('b');
  await tick();
  console.log(log.join());
}

// expect: a0,sync,a1,then1,m1,b0,a-after,then2,b1
// expect: returned undefined
