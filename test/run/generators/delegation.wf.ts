// `yield*` over generators, arrays, strings, Maps and hand-written iterators, resumed in all three ways over waits.
export declare function tick<T>(value?: T): Promise<T>;

function* inner(name: string): Generator<any, any, any> {
  try {
    const a = yield `${name}1`;
    const b = yield `${name}2:${a}`;
    return `${name} done with ${b}`;
  } catch (error: any) {
    yield `${name} caught ${error.message}`;
    return `${name} recovered`;
  } finally {
    console.log(`${name} closed`);
  }
}

function* outer(): Generator<any, any, any> {
  const first = yield* inner('x');
  console.log('first', first);
  yield* [1, 2];
  yield* 'hé';
  yield* new Map([['k', 1]]);
  const second = yield* inner('y');
  console.log('second', second);
  return yield* inner('z');
}

const bare = {
  [Symbol.iterator]() {
    let n = 0;
    return { next: (value: any) => (console.log('next', value), { value: n++, done: n > 3, extra: 'kept' }) };
  },
};

function* overBare(): Generator<any, any, any> {
  try {
    return yield* bare as any;
  } finally {
    console.log('left');
  }
}

export async function main(): Promise<void> {
  const g = outer();
  const steps: any[] = [undefined, 'A', 'B'];
  for (const value of steps) {
    console.log(g.next(value));
    await tick();
  }
  for (let i = 0; i < 4; i++) console.log(g.next());
  await tick();
  console.log(g.next());
  await tick();
  console.log(g.throw(new Error('into y')));
  await tick();
  console.log(g.next());
  await tick();
  console.log(g.return('stop'), g.next());

  const b = overBare();
  console.log(b.next('a'), b.next('b'));
  await tick();
  console.log(b.next('c'));
  try {
    b.throw(new Error('no throw method'));
  } catch (error: any) {
    console.log(error.constructor.name, error.message);
  }
  const c = overBare();
  c.next();
  await tick();
  console.log(c.return('r'), c.next());
}

// expect: { value: 'x1', done: false }
// expect: { value: 'x2:A', done: false }
// expect: x closed
// expect: first x done with B
// expect: { value: 1, done: false }
// expect: { value: 2, done: false }
// expect: { value: 'h', done: false }
// expect: { value: 'é', done: false }
// expect: { value: [ 'k', 1 ], done: false }
// expect: { value: 'y1', done: false }
// expect: { value: 'y caught into y', done: false }
// expect: y closed
// expect: second y recovered
// expect: { value: 'z1', done: false }
// expect: z closed
// expect: { value: 'stop', done: true } { value: undefined, done: true }
// expect: next undefined
// expect: next b
// expect: { value: 0, done: false, extra: 'kept' } { value: 1, done: false, extra: 'kept' }
// expect: next c
// expect: { value: 2, done: false, extra: 'kept' }
// expect: left
// expect: TypeError The iterator does not provide a 'throw' method.
// expect: next undefined
// expect: left
// expect: { value: 'r', done: true } { value: undefined, done: true }
// expect: returned undefined
