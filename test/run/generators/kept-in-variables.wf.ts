// Generators half-way through, kept in variables, arrays and closures over waits.
export declare function tick<T>(value?: T): Promise<T>;

function* count(from: number, to: number): Generator<number, string, string | undefined> {
  for (let i = from; i < to; i++) {
    const said = yield i;
    if (said !== undefined) console.log('said', said, 'at', i);
  }
  return `end of ${from}`;
}

export async function main(): Promise<void> {
  const one = count(0, 3);
  const all = [count(10, 12), count(20, 21), one];
  console.log(one.next(), all[0]!.next());
  await tick();
  const draw = () => all.map((g) => JSON.stringify(g.next('again'))).join(' ');
  console.log(draw());
  await tick();
  console.log(draw());
  const fresh = count(5, 7);
  await tick();
  console.log(fresh.next('ignored'), one === all[2], [...fresh]);
  await tick();
  console.log(fresh.next(), draw());
}

// expect: { value: 0, done: false } { value: 10, done: false }
// expect: said again at 10
// expect: said again at 0
// expect: {"value":11,"done":false} {"value":20,"done":false} {"value":1,"done":false}
// expect: said again at 11
// expect: said again at 20
// expect: said again at 1
// expect: {"value":"end of 10","done":true} {"value":"end of 20","done":true} {"value":2,"done":false}
// expect: { value: 5, done: false } true [ 6 ]
// expect: said again at 2
// expect: { value: undefined, done: true } {"done":true} {"done":true} {"value":"end of 0","done":true}
// expect: returned undefined
