export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const g = /a(\d)?/g, y = /b/y;
  const text = 'a1 a2 ba';
  console.log(g.exec(text)![1], g.lastIndex);
  await tick();
  console.log(g.exec(text)![1], g.lastIndex, y.test('ab'), y.lastIndex, (y.lastIndex = 1, y.test('ab')), y.lastIndex);
  await tick();
  console.log(y.lastIndex, g.test(text), g.lastIndex, g.test(text), g.lastIndex);
  g.lastIndex = 2;
  await tick();
  const m = text.match(g)!;
  console.log(m.join(), g.lastIndex, text.replace(g, (all, d, at) => `<${all}|${d}|${at}>`), text.search(/b/), text.split(/\s/).length);
  const loop: string[] = [];
  let found: RegExpExecArray | null;
  while ((found = g.exec(text))) { await tick(); loop.push(found[0] + found.index + found.input.length); }
  console.log(loop.join(), g.lastIndex, new RegExp(g, 'i').flags, g.source);
}

// expect: 1 2
// expect: 2 5 false 0 true 2
// expect: 2 true 8 false 0
// expect: a1,a2,a 0 <a1|1|0> <a2|2|3> b<a|undefined|7> 6 3
// expect: a108,a238,a78 0 i a(\d)?
// expect: returned undefined
