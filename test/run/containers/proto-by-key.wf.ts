export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const base = { hello: () => 'base' };
  const big: Record<string, unknown> = {};
  for (let i = 0; i < 40; i++) big[`key${i}`] = i;
  await tick();
  const key = ['__proto__', 'key3'];
  big[key[0]!] = base;
  big[key[1]!] = 'changed';
  await tick();
  console.log((big as any).hello(), Object.keys(big).length, big.key3, Object.getPrototypeOf(big) === base);
  const own = JSON.parse('{"__proto__": 1}');
  await tick();
  own['__proto__'] = 2;
  await tick();
  console.log(Object.keys(own), own['__proto__'], Object.getPrototypeOf(own) === Object.prototype);
}

// expect: base 40 changed true
// expect: [ '__proto__' ] 2 true
// expect: returned undefined
