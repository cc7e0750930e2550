// Objects and closures of a package are state like any other; what the package imports comes along, unnamed.
import tally, { each, History, madeSoFar } from 'tally';

export declare function tick<T>(value: T): Promise<T>;

export async function main() {
  const counter = tally(10);
  const seen: number[] = [];
  const stop = counter.onChange((n: number) => {
    seen.push(n);
  });
  await tick(1);
  counter.add(5).add();
  await tick(2);
  stop();
  counter.add(100);
  console.log(seen, counter.value, madeSoFar());

  const history = new History(2);
  history.push('a');
  await tick(3);
  history.push('b').push('c');
  console.log(JSON.stringify(history), history instanceof History, Object.getPrototypeOf(History).name);

  // A package's own async functions wait like the program's.
  const doubled = await each([1, 2, 3], async (n: number) => (await tick(n)) * 2);
  tally();
  await tick(4);
  return [doubled, madeSoFar()];
}

// expect: [ 15, 16 ] 116 1
// expect: ["b","c"] true Pile
// expect: returned [[2,4,6],2]
