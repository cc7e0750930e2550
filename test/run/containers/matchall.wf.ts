export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const text = 'a1 b22 c333';
  const out: string[] = [];
  for (const m of text.matchAll(/([a-z])(\d+)/g)) { await tick(); out.push(m[1] + ':' + m[2] + '@' + m.index); }
  const re = /\d/g;
  re.exec(text);
  await tick();
  const li = re.lastIndex;
  re.test(text);
  await tick();
  console.log(out.join(), li, re.lastIndex, 'x-y-z'.split('-').join(''), text.replace(/\d+/g, (d) => `<${d}>`), re.source, re.flags);
}

// expect: a:1@0,b:22@3,c:333@7 2 5 xyz a<1> b<22> c<333> \d g
// expect: returned undefined
