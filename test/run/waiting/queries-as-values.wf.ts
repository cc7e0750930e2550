import * as perdure from 'perdure';
import { query } from 'perdure';

export declare function tick(n: number): Promise<number>;

let done = 0;
export const progress = query(() => done);
const inner = perdure.query(function (n: number) {
  return done + n;
});

/** A query is a value like a channel: one object, which a run can hold across waits. */
export async function main() {
  const held = { list: [progress, inner], byQuery: new Map<unknown, string>([[progress, 'progress'], [inner, 'inner']]) };
  done = await tick(1);
  console.log(held.list[0] === progress, held.list[1] === inner, held.byQuery.get(progress), held.byQuery.get(inner));
  done = await tick(2);
  console.log(typeof progress, Object.keys(progress).length, perdure.query === query, done);
}

// expect: true true progress inner
// expect: object 0 true 2
// expect: returned undefined
