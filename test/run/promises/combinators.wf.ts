export declare function tick<T>(value?: T): Promise<T>;
export declare function fail(message: string): Promise<never>;

export async function main() {
  console.log(JSON.stringify(await Promise.all([tick(1), 2, Promise.resolve(3), (async () => { await tick(); return 4; })()])));
  console.log(JSON.stringify(await Promise.allSettled([tick(1), fail('x'), Promise.reject(new Error('y'))]), (k, v) => (v instanceof Error ? v.message : v)));
  console.log(await Promise.race([tick('first'), tick('second')]), await Promise.any([fail('a'), tick('b')]));
  try { await Promise.any([fail('a'), fail('b')]); } catch (e) { console.log((e as Error).name, (e as AggregateError).errors.length); }
  try { await Promise.all([tick(1), fail('boom'), tick(2)]); } catch (e) { console.log((e as Error).message); }
  console.log((await Promise.all([])).length);
}

// expect: [1,2,3,4]
// expect: [{"status":"fulfilled","value":1},{"status":"rejected","reason":"x"},{"status":"rejected","reason":"y"}]
// expect: first b
// expect: AggregateError 2
// expect: boom
// expect: 0
// expect: returned undefined
