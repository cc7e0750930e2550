export declare function tick<T>(value?: T): Promise<T>;

let count = 0;
const cache = new Map<string, number>();
const LIMIT = 3, NAMES = ['a', 'b'];
var legacy = 1;
enum Level { Low = 1, High = Low + 4, Name = 'n' as any }
const enum Flag { A = 1 << 2, B }
const double = (n: number) => n * 2;
function bump(k: string) { cache.set(k, ++count); return cache.size; }
export async function main() {
  bump('x');
  await tick();
  bump('y'); legacy++; NAMES.push('c');
  await tick();
  console.log(count, [...cache].join(), LIMIT, NAMES.join(), legacy, Level.High, Level[5], Level.Low, Flag.B, double(4));
}

// expect: 2 x,1,y,2 3 a,b,c 2 5 High 1 5 8
// expect: returned undefined
