export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const log: string[] = [];
  const d = (x: string) => { log.push(x); return x; };
  const f = (a = d('a'), { b = d('b'), c: [c = d('c')] = [] } = {} as any, ...[e = d('e'), g]: any[]) => [a, b, c, e, g].join('');
  const slow = async (a = d('A'), b = () => a + d('B'), c = b()) => { await tick(); a += '!'; await tick(); return c + b(); };
  console.log(f(), f('1', { b: '2', c: ['3'] }, '4', '5'), f(undefined, {}, undefined));
  console.log(await slow(), await slow('x'), slow.length, f.length);
  const bad = async (a = (() => { throw new Error('param'); })()) => { await tick(); return a; };
  const p = bad();
  await tick();
  console.log(await p.catch((e) => e.message), log.join(''));
}

// expect: abce 12345 abce
// expect: ABA!B xBx!B 0 0
// expect: param abceabceABBBB
// expect: returned undefined
