export declare function tick<T>(value?: T): Promise<T>;

let made = 0;
const next = () => ++made;

class Options {
  name;
  limit;
  tags;
  constructor({ name, limit = next() }: { name: string; limit?: number }, ...[first = 'none', ...others]: string[]) {
    this.name = name;
    this.limit = limit;
    this.tags = [first, ...others];
  }
}
class More extends Options {
  read: () => unknown;
  constructor(options: { name: string }, public scale = next() * 10, read = () => [scale, options.name]) {
    super(options, 'a', 'b');
    this.read = read;
    scale = 0;
  }
}
class Shadowed {
  seen: unknown[] = [];
  constructor({ a }: any, b = () => a, c = next()) {
    var a: any;
    var b: any = b;
    function c(): string { return 'inner c'; }
    this.seen.push(a, typeof b, c());
    a = 'changed';
    this.seen.push(b(), a);
  }
}
class Plain {
  sum;
  constructor(a: number, b = 2, c = -1, d: number[] = [], ...e: number[]) { this.sum = a + b + c + d.length + e.length; }
}

export async function main() {
  const o = new Options({ name: 'x' });
  const m = new More({ name: 'y' });
  const s = new Shadowed({ a: 1 });
  const p = new Plain(1);
  await tick();
  console.log(JSON.stringify([o, m, s, p]), made);
  await tick();
  console.log(JSON.stringify(m.read()), m instanceof Options, made);
  console.log(Options.length, More.length, Shadowed.length, Plain.length);
  for (const C of [Options, More] as any[]) {
    try { new C(); } catch (e) { console.log((e as Error).name); }
    await tick();
  }
}

// expect: [{"name":"x","limit":1,"tags":["none"]},{"name":"y","limit":3,"tags":["a","b"],"scale":20},{"seen":[1,"function","inner c",1,"changed"]},{"sum":2}] 4
// expect: [0,"y"] true 4
// expect: 1 1 1 1
// expect: TypeError
// expect: TypeError
// expect: returned undefined
