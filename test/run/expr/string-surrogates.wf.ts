export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const s = 'a\u{1f600}b\ud83d|\ude00c\u0000';
  const halves = [s.slice(0, 2), s.slice(2, 3)];
  await tick();
  console.log(s.length, [...s].length, halves[0]! + halves[1]! === 'a\u{1f600}', s.charCodeAt(4).toString(16), s.codePointAt(1));
  const map = new Map([[halves[0]!, 1], ['\u0000', 2]]);
  await tick();
  console.log(map.get('a\ud83d'), map.get('\u0000'), s.isWellFormed ? s.isWellFormed() : false, JSON.stringify(halves[0]), s.normalize().length);
  let long = 'x\u2028"\\';
  for (let i = 0; i < 12; i++) { long += long; if (i % 4 === 0) await tick(); }
  console.log(long.length, long.lastIndexOf('x'), long.at(-1));
}

// expect: 9 8 true d83d 128512
// expect: 1 2 false "a\ud83d" 9
// expect: 16384 16380 \
// expect: returned undefined
