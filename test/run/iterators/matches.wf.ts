// matchAll takes more than a RegExp, and finds its matches as a subclass does.
export declare function tick<T>(value?: T): Promise<T>;

class Shouting extends RegExp {
  override exec(text: string) { const found = super.exec(text); if (found) found[0] = found[0].toUpperCase(); return found; }
}

class Quiet extends RegExp {
  static get [Symbol.species]() { return Shouting; }
}

const firsts = (found: Iterable<RegExpMatchArray>) => [...found].map((match) => match[0]).join();

export async function main() {
  const out: string[] = [];
  for (const match of ('a.b.c' as any).matchAll('.')) { await tick(); out.push(match[0]); }
  const text: any = '-null-undefined-1';
  const held = [text.matchAll(null), text.matchAll(1), 'ab'.matchAll(new Shouting('.', 'g')), 'ab'.matchAll(new Quiet('.', 'g')), /./y[Symbol.matchAll]('xy'), '\u{1f600}'.matchAll(/(?:)/gu)];
  await tick();
  console.log(out.join(''), held.map((found) => found.next().value[0]).join());
  await tick();
  console.log(held.map(firsts).join('|'), held.map((found) => found.next().done).join());
  console.log(firsts(text.matchAll({ toString: () => 'n' })), firsts(text.matchAll({ [Symbol.matchAll]: (of: string) => [[of.length]] })));
  try { ''.matchAll(/a/); } catch (error) { console.log((error as Error).message); }
  console.log(await tick(firsts(text.matchAll(await tick('n')))));
}

// expect: a.b.c null,1,A,A,x,
// expect: ||B|B|| true,true,true,true,true,true
// expect: n,n,n 17
// expect: String.prototype.matchAll called with a non-global RegExp argument
// expect: n,n,n
// expect: returned undefined
