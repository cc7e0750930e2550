import { Level, Color, Bits } from './enums.wf.ts';
import * as enums from './enums.wf.ts';
import { label } from './use.wf.ts';
export declare function tick<T>(value?: T): Promise<T>;

enum Own { A = 1, B = A + Level.High, C = Bits.Both }
export async function main() {
  let level: Level = Level.Low;
  await tick();
  level++;
  console.log(level, Level[level], Color.Red, Object.keys(Level).join(), Bits.Both, Own.B, Own[Own.C], enums.Level.High, enums.Color['Blue']);
  const flags = Bits.Read | (await tick(Bits.Write));
  console.log(label(level), label(Level.High), (flags & Bits.Write) !== 0, Object.values(Color).join(), Level['Low'], enums.Level === Level);
  switch (await tick(Level.High)) { case Level.Low: console.log('low'); break; case Level.High: console.log('high'); }
}

// expect: 1 Mid red 0,1,10,11,Low,Mid,High,Top 3 11 C 10 blue
// expect: mid high true red,blue 0 true
// expect: high
// expect: returned undefined
