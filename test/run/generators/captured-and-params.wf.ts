// Captured variables per iteration, parameter defaults evaluated at the call, dead zones, closures that outlive a generator.
export declare function tick<T>(value?: T): Promise<T>;

const log = <T,>(x: T): T => (console.log('evaluated', x), x);

function* withDefaults(a = log('a'), { b = log('b') } = {}, ...rest: number[]): Generator<any, any, any> {
  console.log('body');
  yield [a, b, rest];
  a = 'changed';
  yield () => a;
}

function* closures(): Generator<() => string> {
  for (let i = 0; i < 3; i++) {
    let j = i * 10;
    yield () => `${i}/${j++}`;
    j += 100;
  }
}

function* throwing(_x = (() => { throw new Error('at the call'); })()): Generator<number> { yield 1; }

function* deadZone(): Generator<any> {
  const peek = () => later;
  try { yield peek(); } catch (error: any) { yield error.name; }
  const later = 'set';
  yield peek();
}

export async function main(): Promise<void> {
  const d = withDefaults(undefined, undefined, 1, 2);
  console.log('made');
  await tick();
  console.log(JSON.stringify(d.next()));
  await tick();
  const read = d.next().value;
  await tick();
  console.log(read(), d.next());
  const made = closures();
  const fns: (() => string)[] = [];
  for (const f of made) { fns.push(f); await tick(); }
  console.log(fns.map((f) => f()).join(), fns.map((f) => f()).join());
  try { throwing(); } catch (error: any) { console.log(error.message); }
  const z = deadZone();
  console.log(z.next().value);
  await tick();
  console.log(z.next().value, withDefaults.length, closures.name);
}

// expect: evaluated a
// expect: evaluated b
// expect: made
// expect: body
// expect: {"value":["a","b",[1,2]],"done":false}
// expect: changed { value: undefined, done: true }
// expect: 0/100,1/110,2/120 0/101,1/111,2/121
// expect: at the call
// expect: ReferenceError
// expect: set 0 closures
// expect: returned undefined
