// The order of jobs around async generators is V8's.
export declare function tick<T>(value?: T): Promise<T>;

const say = (...xs: unknown[]): void => console.log(xs.join(' '));

async function* g(name: string): AsyncGenerator<any, any, any> {
  say(name, 'starts');
  try {
    const a = yield 1;
    say(name, 'a', a);
    const b = yield Promise.resolve(2);
    say(name, 'b', b);
    return Promise.resolve(3);
  } finally {
    say(name, 'ends');
  }
}

async function* over(name: string): AsyncGenerator<any, any, any> {
  return yield* g(name);
}

export async function main(): Promise<void> {
  const it = g('x');
  const p = it.next('0');
  p.then((r) => say('x first', JSON.stringify(r)));
  it.next('1').then((r) => say('x second', JSON.stringify(r)));
  it.next('2').then((r) => say('x third', JSON.stringify(r)));
  it.next('3').then((r) => say('x fourth', JSON.stringify(r)));
  Promise.resolve().then(() => say('one')).then(() => say('two')).then(() => say('three')).then(() => say('four')).then(() => say('five'));
  await tick();
  say('—');
  const d = over('y');
  d.next().then((r) => say('y first', JSON.stringify(r)));
  d.return(Promise.resolve('r')).then((r) => say('y return', JSON.stringify(r)));
  d.next().then((r) => say('y after', JSON.stringify(r)));
  let t = Promise.resolve();
  for (let i = 0; i < 12; i++) t = t.then(() => say('t', i));
  await t;
  const f = over('z');
  await f.next();
  f.throw(new Error('no')).catch((e) => say('z', e.message));
  f.return(Promise.reject(new Error('late'))).catch((e) => say('z return', e.message));
  let u = Promise.resolve();
  for (let i = 0; i < 8; i++) u = u.then(() => say('u', i));
  await u;
  const bad = g('w');
  bad.return(Promise.reject(new Error('rejected return'))).then(say, (e) => say('w', e.message));
  (g.prototype as any).next.call({}).catch((e: any) => say(e.constructor.name));
  await tick();
}

// expect: x starts
// expect: x a 1
// expect: one
// expect: x first {"value":1,"done":false}
// expect: x b 2
// expect: two
// expect: x second {"value":2,"done":false}
// expect: x ends
// expect: three
// expect: x third {"value":3,"done":true}
// expect: x fourth {"done":true}
// expect: four
// expect: five
// expect: —
// expect: y starts
// expect: t 0
// expect: t 1
// expect: y first {"value":1,"done":false}
// expect: t 2
// expect: y ends
// expect: t 3
// expect: t 4
// expect: y return {"value":"r","done":true}
// expect: y after {"done":true}
// expect: t 5
// expect: t 6
// expect: t 7
// expect: t 8
// expect: t 9
// expect: t 10
// expect: t 11
// expect: z starts
// expect: z ends
// expect: u 0
// expect: z no
// expect: u 1
// expect: z return late
// expect: u 2
// expect: u 3
// expect: u 4
// expect: u 5
// expect: u 6
// expect: u 7
// expect: TypeError
// expect: w rejected return
// expect: returned undefined
