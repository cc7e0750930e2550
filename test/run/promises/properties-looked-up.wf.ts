// What is asked of a promise, how often, and before or after which other jobs.
export declare function tick<T>(value?: T): Promise<T>;

class Sub<T> extends Promise<T> {}

export async function main() {
  const log: string[] = [];
  const say = (text: string) => { log.push(text); };
  const told = () => { console.log(log.join(' ')); log.length = 0; };
  const asked = (name: string, promise: any, constructor: unknown = Promise, then: unknown = promise.then): any => {
    Object.defineProperty(promise, 'constructor', { get: () => { say(`${name}.constructor`); return constructor; } });
    Object.defineProperty(promise, 'then', { get: () => { say(`${name}.then`); return then; } });
    return promise;
  };
  const jobs = (n: number) => { let p = Promise.resolve(); for (let i = 0; i < n; i++) p = p.then(() => say(String(i))); };

  for (const constructor of [Promise, Sub, undefined, 5]) {
    const lost = Promise.reject(new Error('lost'));
    lost.catch(() => {});
    const returns = async () => asked('r', Promise.resolve('r'), constructor);
    for (const act of [
      async () => await returns(),
      async () => { const p = returns(); jobs(5); return await p; },
      async () => await asked('a', Promise.resolve('a'), constructor),
      async () => { await tick(); return await returns(); },
      async () => await Promise.all([asked('e', Promise.resolve('e'), constructor), 1]),
      async () => await Promise.race([asked('e', lost, constructor), 1]),
      async () => await new Sub((resolve) => resolve(asked('s', Promise.resolve('s'), constructor))),
      async () => { for await (const value of [asked('f', Promise.resolve('f'), constructor)]) say(String(value)); },
    ]) {
      jobs(4);
      try {
        say(`= ${await act()}`);
      } catch (error) {
        say(`! ${(error as Error).message}`);
      }
      await tick();
      told();
    }
  }

  // What settles to a promise, or to what has become a thenable since.
  const late: any = { late: 1 };
  const holds = Promise.resolve(late);
  late.then = (ok: (x: unknown) => void) => { say('late.then'); ok('late'); };
  const passes = async () => holds;
  say(`= ${await passes()}`);
  const sub = async () => new Sub<string>((resolve) => resolve('sub'));
  say(`= ${await sub()}`);
  const rejects = async () => Promise.reject(new Error('no'));
  say(`! ${await rejects().catch((error) => error.message)}`);
  try { await rejects(); } catch (error) { say(`! ${(error as Error).message}`); }
  told();

  // `then` is asked for once, whatever `resolve` gives.
  class Odd<T> extends Promise<T> {
    static override resolve(value: any): any { return value; }
  }
  const once = { get then() { say('then'); return (ok: (x: unknown) => void) => ok('once'); } };
  say(`= ${await Odd.all([once as any])}`);
  for (const value of [{}, { then: 5 }, undefined]) say(`! ${await Odd.all([value as any]).catch((error) => error.message)}`);
  told();
}

// expect: r.then 0 r.constructor 1 2 3 = r
// expect: r.then 0 r.constructor 0 1 1 2 2 3 = r 3 4
// expect: a.constructor 0 1 = a 2 3
// expect: 0 1 2 3 r.then r.constructor = r
// expect: e.constructor e.then e.constructor 0 1 2 = e,1 3
// expect: e.constructor e.then e.constructor 0 1 2 ! lost 3
// expect: s.then 0 s.constructor 1 2 3 = s
// expect: f.constructor 0 1 f 2 3 = undefined
// expect: r.then 0 r.constructor 1 2 3 = r
// expect: r.then 0 r.constructor 0 1 1 2 2 3 = r 3 4
// expect: a.constructor a.then 0 a.constructor 1 2 3 = a
// expect: 0 1 2 3 r.then r.constructor = r
// expect: e.constructor e.then 0 e.constructor 1 2 3 = e,1
// expect: e.constructor e.then 0 e.constructor 1 2 = 1 3
// expect: s.then 0 s.constructor 1 2 3 = s
// expect: f.constructor f.then 0 f.constructor 1 2 3 f = undefined
// expect: r.then 0 r.constructor 1 2 3 = r
// expect: r.then 0 r.constructor 0 1 1 2 2 3 = r 3 4
// expect: a.constructor 0 1 = a 2 3
// expect: 0 1 2 3 r.then r.constructor = r
// expect: e.constructor e.then e.constructor 0 1 2 = e,1 3
// expect: e.constructor e.then e.constructor 0 1 2 ! lost 3
// expect: s.then 0 s.constructor 1 2 3 = s
// expect: f.constructor 0 1 f 2 3 = undefined
// expect: r.then 0 r.constructor 1 2 ! The .constructor property is not an object 3
// expect: r.then 0 r.constructor 0 1 1 2 ! The .constructor property is not an object 2 3 3 4
// expect: a.constructor a.then 0 a.constructor 1 2 ! The .constructor property is not an object 3
// expect: 0 1 2 3 r.then r.constructor ! The .constructor property is not an object
// expect: e.constructor e.then 0 e.constructor 1 2 3 ! The .constructor property is not an object
// expect: e.constructor e.then 0 e.constructor 1 2 = 1 3
// expect: s.then 0 s.constructor 1 2 3 ! The .constructor property is not an object
// expect: f.constructor f.then 0 f.constructor 1 2 3 ! The .constructor property is not an object
// expect: late.then = late = sub ! no ! no
// expect: then = once ! undefined is not a function ! number 5 is not a function ! Cannot read properties of undefined (reading 'then')
// expect: returned undefined
