export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const log: string[] = [];
  const key = (name: string) => ({ toString() { log.push('to ' + name); return name; } }) as any;
  const o: any = { a: 1 };
  console.log(o[key('a')], key('a') in o);
  o[key('b')] = await tick(2);
  o[key('c')] = 3;
  console.log(JSON.stringify(o));
  const p = { [key('x')]: await tick(1), [key('y')]: 2 };
  delete o[key('b')];
  await tick();
  console.log(JSON.stringify(o), JSON.stringify(p), log.join());
}

// expect: 1 true
// expect: {"a":1,"b":2,"c":3}
// expect: {"a":1,"c":3} {"x":1,"y":2} to a,to a,to b,to c,to x,to y,to b
// expect: returned undefined
