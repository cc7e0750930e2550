// What generator functions and async functions look like, also after a wait.
export declare function tick<T>(value?: T): Promise<T>;

function* shared(): Generator<number> { yield 1; }
async function* sharedAsync(): AsyncGenerator<number> { yield 1; }
async function plain(): Promise<void> {}
class Holder { *m(): Generator<number> { yield 1; } static async *n(): AsyncGenerator<number> { yield 2; } async o() {} }

const constructs = (f: any): string => { try { new f(); return 'constructs'; } catch (error: any) { return error.constructor.name; } };

function describe(f: any): string {
  const own = Object.getOwnPropertyNames(f).sort().join();
  const tag = Object.prototype.toString.call(f);
  const prototype = f.prototype && Object.getPrototypeOf(f.prototype) === Object.getPrototypeOf(f).prototype;
  return [f.name, own, tag, f.constructor.name, prototype, constructs(f)].join(' ');
}

export async function main(): Promise<void> {
  const local = function* (): Generator<number> { yield 3; };
  const arrow = async (): Promise<void> => {};
  const all: any[] = [shared, sharedAsync, plain, local, arrow, new Holder().m, Holder.n, new Holder().o];
  const before = all.map(describe);
  for (const line of before) console.log(line);
  const made = [shared(), sharedAsync(), local(), new Holder().m()];
  const is = () => made.map((g, i) => g instanceof all[[0, 1, 3, 5][i]!]).join();
  console.log(is(), made.map(String).join());
  await tick();
  console.log(all.map(describe).join() === before.join(), is());
  console.log(Object.getPrototypeOf(made[2]) === local.prototype, Object.getPrototypeOf(made[0]) === shared.prototype);
  await tick();
  const { next } = Object.getPrototypeOf(shared.prototype);
  console.log(next === made[0]!.next, next.call(made[0]), [...(made[3] as any)]);
  try { next.call({}); } catch (error: any) { console.log(error.constructor.name); }
  const g: any = (function* (): any { try { g.next(); } catch (error: any) { yield error.message; } })();
  console.log(g.next().value);
}

// expect: shared length,name,prototype [object GeneratorFunction] GeneratorFunction true TypeError
// expect: sharedAsync length,name,prototype [object AsyncGeneratorFunction] AsyncGeneratorFunction true TypeError
// expect: plain length,name [object AsyncFunction] AsyncFunction  TypeError
// expect: local length,name,prototype [object GeneratorFunction] GeneratorFunction true TypeError
// expect: arrow length,name [object AsyncFunction] AsyncFunction  TypeError
// expect: m length,name,prototype [object GeneratorFunction] GeneratorFunction true TypeError
// expect: n length,name,prototype [object AsyncGeneratorFunction] AsyncGeneratorFunction true TypeError
// expect: o length,name [object AsyncFunction] AsyncFunction  TypeError
// expect: true,true,true,true [object Generator],[object AsyncGenerator],[object Generator],[object Generator]
// expect: true true,true,true,true
// expect: true true
// expect: true { value: 1, done: false } [ 1 ]
// expect: TypeError
// expect: Generator is already running
// expect: returned undefined
