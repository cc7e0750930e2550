// send: events {"n":1}
// send: events {"n":2}
// send: events {"n":3}
// send: events {"n":4,"last":true}
// send: events {"n":5}
import { channel } from 'perdure';
export declare function tick<T>(value?: T): Promise<T>;

const events = channel<{ n: number; last?: boolean }>('events');
export async function main() {
  let sum = 0;
  const seen: (() => number)[] = [];
  for await (const { n, last = false } of events) {
    if (n === 2) continue;
    seen.push(() => n);
    sum += await tick(n);
    if (last) break;
  }
  console.log(sum, seen.map((f) => f()).join(), (await events.receive()).n);
}

// expect: 8 1,3,4 5
// expect: returned undefined
