export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const o: any = { a: { b: [1, 2], f(x: number) { return this.b.length + x; } }, n: null };
  const r = [o?.a?.b?.[1], o.n?.x.y.z, o.n?.f(await tick(1)), o.a?.f(await tick(1)), o.zz?.(await tick(1)), o.a.f?.(await tick(2)), (await tick(), o)?.a?.b.length, (await tick(null))?.a.b.c];
  o.a?.b.push(3);
  o.n?.b.push(await tick(4));
  o.a?.b.push(await tick(4));
  delete o?.n;
  console.log(JSON.stringify(r), JSON.stringify(o));
}

// expect: [2,null,null,3,null,4,2,null] {"a":{"b":[1,2,3,4]}}
// expect: returned undefined
