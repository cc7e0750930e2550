/**
 * Random programs of promises. Every callback and every step of an async function prints, so that the output is the
 * order of the jobs.
 *
 * Nothing is left unheard: every promise made gets a handler at the end, in the job that made it, so that no program
 * fails by an unhandled rejection, which Node and a run report at different times.
 */
import { Random } from './random.ts';

const PRELUDE = `export declare function tick<T>(value?: T): Promise<T>;
const say = (...xs: unknown[]) => { console.log(xs.map(text).join(' ')); };
function text(x: unknown): string {
  if (x instanceof AggregateError) return 'aggregate(' + x.errors.map(text).join() + ')';
  if (x instanceof Error) return x.name + ':' + x.message;
  if (x instanceof Promise) return 'promise';
  if (Array.isArray(x)) return '[' + x.map(text).join() + ']';
  if (typeof x === 'function') return 'function';
  if (typeof x === 'object' && x !== null) return '{' + Object.entries(x).map(([k, v]) => k + '=' + text(v)).join() + '}';
  return String(x);
}
class Sub<T> extends Promise<T> {}
const all: Promise<unknown>[] = [];
const keep = <T,>(p: T): T => { if (p instanceof Promise) { all.push(p); p.then(() => {}, () => {}); } return p; };
`;

export class PromiseGenerator {
  private readonly random: Random;
  private readonly suspends: boolean;
  private names = 0;
  private says = 0;
  private budget: number;

  /** `suspends`: the program also waits for effects, and lives on from a checkpoint. */
  constructor(seed: number, suspends: boolean, budget = 26) {
    this.random = new Random(`promises ${seed}`);
    this.suspends = suspends;
    this.budget = budget;
  }

  /** The statements of \`main\`, so that a failing program can be made smaller. */
  program(): string[] {
    const known: string[] = ['p0'];
    const lines = ['const p0: any = keep(Promise.resolve(0));'];
    for (let n = 5 + this.random.below(8); n > 0; n--) lines.push(this.statement(known, 0));
    return lines;
  }

  private name(): string {
    return `v${++this.names}`;
  }

  private say(...rest: string[]): string {
    return `say(${[++this.says, ...rest].join(', ')});`;
  }

  private statement(known: string[], depth: number): string {
    this.budget--;
    const { random } = this;
    const name = this.name();
    const choice = random.below(this.suspends && depth === 0 ? 12 : 10);
    let line: string;
    if (choice < 6) line = `const ${name}: any = keep(${this.promise(known, depth)});`;
    else if (choice === 6) line = `let r${name}: any, x${name}: any; const ${name}: any = keep(new Promise((a, b) => { r${name} = a; x${name} = b; ${this.say()} }));\n${this.settler(name, known)}`;
    else if (choice === 7) {
      return `${this.say()} queue(${this.handler(known, depth, '')});`;
    } else if (choice === 8 && depth < 3) {
      return `try { ${this.say(`await ${this.value(known, depth)}`)} } catch (e) { ${this.say('e')} } finally { ${this.say()} }`;
    } else if (choice >= 10) return this.say(`await tick(${this.names})`);
    else return this.say();
    known.push(name);
    return line;
  }

  private settler(name: string, known: string[]): string {
    const call = this.random.pick([`r${name}(${this.value(known, 3)})`, `x${name}(new Error('x${name}'))`, `r${name}(${name})`]);
    const twice = this.random.chance(0.3) ? ` r${name}('again');` : '';
    return this.random.pick([`${call};${twice}`, `queue(() => { ${this.say()} ${call};${twice} });`, `keep(Promise.resolve().then(() => { ${this.say()} ${call};${twice} }));`]);
  }

  /** Anything that may be awaited, returned or resolved with. */
  private value(known: string[], depth: number): string {
    const { random } = this;
    return random.pick<() => string>([
      () => String(random.below(9)),
      () => 'undefined',
      () => `{ a: ${random.below(9)} }`,
      () => random.pick(known),
      () => random.pick(known),
      () => random.pick(known),
      () => this.thenable(known, depth),
      () => (depth < 3 && this.budget > 0 ? `keep(${this.promise(known, depth + 1)})` : 'null'),
    ])();
  }

  private thenable(known: string[], depth: number): string {
    const { random } = this;
    const settle = random.pick([`a(${random.below(9)})`, `b(new Error('thenable'))`, `throw new Error('then')`, `a(${random.pick(known)})`, `queue(() => a('late'))`]);
    const body = `${this.say()} ${settle};`;
    if (random.chance(0.2)) return `{ get then() { ${this.say()} ${random.pick([`return (a: any) => { ${this.say()} a(1); }`, `throw new Error('getter')`, 'return 5'])}; } } as any`;
    void depth;
    return `{ then(a: any, b: any) { ${body} } } as any`;
  }

  /** A callback: prints, perhaps does something, returns or throws. */
  private handler(known: string[], depth: number, parameter = 'x'): string {
    const { random } = this;
    const inner = depth < 2 && this.budget > 0 && random.chance(0.3) ? this.statement([...known], depth + 4) : '';
    const end = random.chance(0.2) ? `throw new Error('h${this.says}');` : random.chance(0.7) ? `return ${this.value(known, depth + 1)};` : '';
    const asynchronous = inner.includes('await') || random.chance(0.15) ? 'async ' : '';
    return `${asynchronous}(${parameter ? `${parameter}: any` : ''}) => { ${this.say(...(parameter ? [parameter] : []))} ${inner} ${end} }`;
  }

  private promise(known: string[], depth: number): string {
    const { random } = this;
    this.budget--;
    const from = random.pick(known);
    const several = (): string => `[${Array.from({ length: random.below(4) }, () => this.value(known, depth + 1)).join(', ')}]`;
    return random.pick<() => string>([
      () => `${from}.then(${this.handler(known, depth)})`,
      () => `${from}.then(${this.handler(known, depth)}, ${this.handler(known, depth)})`,
      () => `${from}.then(undefined, ${this.handler(known, depth)})`,
      () => `${from}.then()`,
      () => `${from}.catch(${this.handler(known, depth)})`,
      () => `${from}.finally(${this.handler(known, depth, '')})`,
      () => `Promise.resolve(${this.value(known, depth + 1)})`,
      () => `Promise.reject(new Error('r${this.says}'))`,
      () => `new Promise<any>((a, b) => { ${this.say()} ${random.pick([`a(${this.value(known, depth + 1)})`, `b(new Error('b'))`, `throw new Error('executor')`, `a(1); throw new Error('late')`])}; })`,
      () => `Promise.all(${several()})`,
      () => `Promise.race(${several()})`,
      () => `Promise.allSettled(${several()})`,
      () => `Promise.any(${several()})`,
      () => `Sub.resolve(${this.value(known, depth + 1)})`,
      () => this.asyncCall(known, depth),
      () => this.asyncCall(known, depth),
      () => this.asyncCall(known, depth),
    ])();
  }

  private asyncCall(known: string[], depth: number): string {
    const { random } = this;
    const steps = Array.from({ length: random.below(3) + 1 }, () =>
      random.pick<() => string>([
        () => `${this.say(`await ${this.value(known, depth + 1)}`)}`,
        () => `try { ${this.say(`await ${this.value(known, depth + 1)}`)} } catch (e) { ${this.say('e')} }`,
        () => `await deep(${random.below(4)}, ${this.value(known, depth + 1)});`,
        () => this.say(),
        () => (this.suspends ? `${this.say('await tick(1)')}` : this.say('await 0')),
        () => `for await (const y of [${this.value(known, depth + 1)}, ${random.below(9)}]) { ${this.say('y')} }`,
      ])(),
    );
    const end = random.pick(['', '', `return ${this.value(known, depth + 1)};`, `return await ${this.value(known, depth + 1)};`, `return deep(2, ${this.value(known, depth + 1)});`, `throw new Error('async');`]);
    return `(async () => { ${this.say()} ${steps.join(' ')} ${end} })()`;
  }
}

export function renderPromises(lines: string[]): string {
  return `${PRELUDE}
const queue = (job: any) => { keep(Promise.resolve().then(job)); };
async function deep(n: number, value: any): Promise<any> { say('deep', n); if (n > 0) return await deep(n - 1, value); return value; }
async function program() {
${lines.join('\n')}
}
export async function main() {
  keep(program().then((x) => say('program', x), (e) => say('program threw', e)));
  for (let n = 0; n < 60; n++) await null;
  await tick();
  for (let n = 0; n < 60; n++) await null;
  await tick();
  for (let n = 0; n < 60; n++) await null;
  await tick(); await tick(); await tick(); await tick();
  return 'end';
}
`;
}
