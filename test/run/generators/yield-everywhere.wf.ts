// `yield` wherever an expression may stand.
export declare function tick<T>(value?: T): Promise<T>;

const say = (...xs: unknown[]): number => xs.length;

function* everywhere(): Generator<any, any, any> {
  console.log(`${yield 'template'} and ${yield 'more'}`);
  console.log(say(yield 'argument', ...(yield 'spread'), yield 'last'));
  console.log((yield 'left') + (yield 'right'), (yield 'and') && (yield 'then'), (yield 'test') ? yield 'yes' : yield 'no');
  const { a = yield 'default', [yield 'key']: b } = yield 'object';
  const [c, d = yield 'element'] = yield 'array';
  console.log(a, b, c, d);
  const o: any = { x: yield 'value', [yield 'computed']: 1, ...(yield 'rest') };
  o.x += yield 'compound';
  o[yield 'index'] ??= yield 'missing';
  console.log(JSON.stringify(o));
  switch (yield 'switch') {
    case yield 'case':
      console.log('matched');
    case 'never':
      console.log('fell');
  }
  for (let i = yield 'init'; i < (yield 'until'); i += yield 'step') console.log('i', i);
  class Local {
    [yield 'member'] = 5;
    static s = 1;
  }
  console.log(Object.keys(new Local()));
  if (yield 'if') console.log('taken');
  do console.log('once');
  while (yield 'while');
  try {
    throw yield 'throw';
  } catch (e) {
    console.log('caught', e);
  }
  const f = (x: any) => `${x}!`;
  console.log(f(yield 'call'), new Array(yield 'new').length, typeof (yield 'typeof'), (yield 'chain')?.length, [yield, yield].length);
  return yield 'return';
}

const answers: any[] = [undefined, 'T1', 'T2', 1, [2, 3], 4, 5, 6, 1, 'then', 0, 'no!', { a: undefined, k: 'B' }, 'A', 'k',
  ['C'], 'D', 'X', 'K', { r: 1 }, '+', 'new', 'filled', 'sw', 'sw', 0, 2, 1, 2, 1, 2, 'field', true, false, 'oops', 'called', 3, 'text',
  'four', 'first', 'second', 'result'];

export async function main(): Promise<void> {
  const g = everywhere();
  for (const answer of answers) {
    const { value, done } = g.next(answer);
    console.log('>', value, done);
    await tick();
  }
}

// expect: > template false
// expect: > more false
// expect: T1 and T2
// expect: > argument false
// expect: > spread false
// expect: > last false
// expect: 4
// expect: > left false
// expect: > right false
// expect: > and false
// expect: > then false
// expect: > test false
// expect: > no false
// expect: 11 then no!
// expect: > object false
// expect: > default false
// expect: > key false
// expect: > array false
// expect: > element false
// expect: A B C D
// expect: > value false
// expect: > computed false
// expect: > rest false
// expect: > compound false
// expect: > index false
// expect: > missing false
// expect: {"x":"X+","K":1,"r":1,"new":"filled"}
// expect: > switch false
// expect: > case false
// expect: matched
// expect: fell
// expect: > init false
// expect: > until false
// expect: i 0
// expect: > step false
// expect: > until false
// expect: i 1
// expect: > step false
// expect: > until false
// expect: > member false
// expect: [ 'field' ]
// expect: > if false
// expect: taken
// expect: once
// expect: > while false
// expect: > throw false
// expect: caught oops
// expect: > call false
// expect: > new false
// expect: > typeof false
// expect: > chain false
// expect: > undefined false
// expect: > undefined false
// expect: called! 3 string 4 2
// expect: > return false
// expect: > result true
// expect: returned undefined
