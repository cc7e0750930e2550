export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const log: string[] = [];
  const s = (x: string) => { log.push(x); return x; };
  const r = s('a') + (await tick(s('b'))) + s('c');
  const f = (...xs: string[]) => xs.join('');
  const r2 = f(s('d'), await tick(s('e')), ...[s('f'), await tick(s('g'))], s('h'));
  const r3 = [s('i'), , await tick(s('j')), ...s('kl')];
  const r4 = { [s('m')]: s('n'), [await tick(s('o'))]: await tick(s('p')), ...{ q: s('q') } };
  const r5 = `${s('r')}${await tick(s('s'))}${s('t')}`;
  console.log(r, r2, r3.length, JSON.stringify(r3), JSON.stringify(r4), r5, log.join(''));
}

// expect: abc defgh 5 ["i",null,"j","k","l"] {"m":"n","o":"p","q":"q"} rst abcdefghijklmnopqrst
// expect: returned undefined
