import { makeCounter, shared, observers } from './factory.wf.ts';
export declare function tick<T>(value?: T): Promise<T>;

let local = 0;
export async function main() {
  const a = makeCounter('a'), b = makeCounter('b');
  observers.push((name) => { local++; shared.log.push(`${name}@${local}`); });
  a.up(); await b.slow();
  await tick();
  a.up();
  console.log(shared.total, shared.log.join(), a.get(), b.get(), local);
  const { up } = a;
  await tick();
  up();
  console.log(a.get(), shared.total, observers.length, typeof this_());
}
function this_(this: unknown) { return this; }

// expect: 4 a@1,b@2,b@3,a@4 2 2 4
// expect: 3 5 1 undefined
// expect: returned undefined
