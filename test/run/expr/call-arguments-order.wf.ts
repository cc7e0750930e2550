export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const log: string[] = [];
  const s = <T>(x: T) => { log.push(String(x)); return x; };
  let f = (...xs: unknown[]) => 'old' + xs.join('');
  const o: any = { m(...xs: unknown[]) { return 'm' + this.tag + xs.join(''); }, tag: 'T' };
  const change = async () => { f = () => 'new'; o.m = () => 'changed'; return tick('c'); };
  console.log(f(s('a'), await change(), s('b')));
  o.m = function (...xs: unknown[]) { return 'again' + this.tag + xs.length; };
  console.log(o.m(s('d'), await change(), ...s(['e', 'f']), await tick(s('g'))));
  console.log(f(), o.m(), log.join(''));
}

// expect: oldacb
// expect: againT5
// expect: new changed abde,fg
// expect: returned undefined
