export declare function tick<T>(value?: T): Promise<T>;
export declare function fail(message: string): Promise<never>;

export async function main() {
  const p = tick(5);
  const q = p.then();
  const r = q.then(null as any, undefined);
  console.log(await r, p instanceof Promise, Object.prototype.toString.call(p), typeof p.then, (await Promise.allSettled([p]))[0].status);
  console.log(await Promise.reject(new Error('z')).then(() => 1, (e) => e.message), await Promise.resolve(1).finally(() => tick()).then((x) => x + 1));
  await Promise.resolve(1).finally(() => fail('from finally')).catch((e) => console.log(e.message));
}

// expect: 5 true [object Promise] function fulfilled
// expect: z 2
// expect: from finally
// expect: returned undefined
