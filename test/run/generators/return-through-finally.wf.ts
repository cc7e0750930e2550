// `return` and `throw` from outside run the finallys, which may yield and override.
export declare function tick<T>(value?: T): Promise<T>;

function* nested(): Generator<any, any, any> {
  try {
    try {
      yield 'a';
      yield 'b';
    } catch (error: any) {
      console.log('caught', error.message);
      yield 'from catch';
    } finally {
      console.log('inner finally');
      yield 'inner';
    }
    yield 'between';
  } finally {
    console.log('outer finally');
  }
  return 'normal';
}

function* stubborn(): Generator<any, any, any> {
  for (;;) {
    try {
      yield 1;
    } finally {
      continue;
    }
  }
}

function* overriding(): Generator<any, any, any> {
  try {
    yield 1;
  } finally {
    return 'mine';
  }
}

export async function main(): Promise<void> {
  const g = nested();
  console.log(g.next());
  await tick();
  console.log(g.return('early'));
  await tick();
  console.log(g.next(), g.next());

  const t = nested();
  t.next();
  await tick();
  console.log(t.throw(new Error('one')));
  await tick();
  console.log(t.next(), t.return(7), t.next());

  const s = stubborn();
  s.next();
  await tick();
  console.log(s.return('no'), s.return('no'));

  const o = overriding();
  o.next();
  await tick();
  console.log(o.return('theirs'));

  const fresh = nested();
  console.log(fresh.return('unstarted'), fresh.next());
  const failed = nested();
  try {
    failed.throw(new Error('unstarted'));
  } catch (error: any) {
    console.log(error.message, failed.next());
  }
}

// expect: { value: 'a', done: false }
// expect: inner finally
// expect: { value: 'inner', done: false }
// expect: outer finally
// expect: { value: 'early', done: true } { value: undefined, done: true }
// expect: caught one
// expect: { value: 'from catch', done: false }
// expect: inner finally
// expect: outer finally
// expect: { value: 'inner', done: false } { value: 7, done: true } { value: undefined, done: true }
// expect: { value: 1, done: false } { value: 1, done: false }
// expect: { value: 'mine', done: true }
// expect: { value: 'unstarted', done: true } { value: undefined, done: true }
// expect: unstarted { value: undefined, done: true }
// expect: returned undefined
