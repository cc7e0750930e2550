export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const log: string[] = [];
  const src = (name: string) => ({ get [name]() { log.push('read ' + name); return name; }, shared: name });
  const a = src('a'), b = src('b');
  const o = { ...a, late: await tick(1), ...(a.shared = 'changed', b), shared2: a.shared, ...null, ...(await tick(undefined as any)), ...'hi' };
  console.log(JSON.stringify(o), log.join());
  const sym = Symbol.for('s');
  const hidden = Object.defineProperty({ [sym]: 1 }, 'no', { value: 2, enumerable: false });
  const copy: any = { x: await tick(0), ...hidden };
  await tick();
  console.log(copy[sym], 'no' in copy, Object.keys(copy).join());
}

// expect: {"0":"h","1":"i","a":"a","shared":"b","late":1,"b":"b","shared2":"changed"} read a,read b
// expect: 1 false x
// expect: returned undefined
