export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  let n = 0;
  const seen = new Map<string, number>();
  const number = (word: string) => { if (!seen.has(word)) seen.set(word, ++n); return word + seen.get(word); };
  let text = 'b a b c a';
  text = text.replace(/\w/g, number);
  await tick();
  text = (text + ' d b').replace(/(\w)(\d?)/g, (_, w, d) => (d ? w + d : number(w)));
  await tick();
  console.log(text, n, [...seen].join('|'));
  const tokens: string[] = [];
  const lexer = /\s*(?:(\d+)|([a-z]+)|(.))/gy;
  const source = 'x = 12 + yz';
  for (let t; lexer.lastIndex < source.length && (t = lexer.exec(source)); ) { tokens.push(t[1] ? 'n' + t[1] : t[2] ? 'w' + t[2] : 'p' + t[3]); await tick(lexer.lastIndex); }
  console.log(tokens.join(), lexer.lastIndex);
}

// expect: b1 a2 b1 c3 a2 d4 b1 4 b,1|a,2|c,3|d,4
// expect: wx,p=,n12,p+,wyz 11
// expect: returned undefined
