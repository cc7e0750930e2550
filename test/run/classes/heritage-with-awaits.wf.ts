export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const log: string[] = [];
  const base = async (name: string) => { log.push('base ' + name); await tick(); return class { who() { return name; } static made = name; }; };
  class A extends (await base('one')) {
    static key = await0();
    [(log.push('key'), 'dyn')] = 1;
    override who() { return 'A' + super.who(); }
  }
  function await0() { log.push('static'); return 'k'; }
  const B = class Named extends ((await tick(1)) ? A : Object) { self() { return Named.made; } };
  const b: any = new B();
  await tick();
  console.log(b.who(), b.self(), b.dyn, A.key, B.name, log.join());
  for (const i of [1, 2]) { class L { v = i; static all: L[] = []; static add() { L.all.push(new L()); return L.all.length; } } await tick(); L.add(); await tick(); log.push('L' + L.add() + L.all[0]!.v); }
  console.log(log.slice(-2).join());
}

// expect: Aone one 1 k Named base one,key,static
// expect: L21,L22
// expect: returned undefined
