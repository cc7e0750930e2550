/**
 * Values across a suspension. Each case builds a value, lets it live through `await tick()`, and prints everything
 * that ECMAScript can tell about it, before and after: own keys in order with their attributes, prototypes, internal
 * slots, identity. The oracle is plain Node; the state is encoded and decoded at every suspension, or folded from deltas.
 */
import { describe, expect, test } from 'vitest';
import { CASES, caseSource } from './support/values.ts';
import { runCompiled } from './support/harness.ts';
import { runOracle } from './support/oracle.ts';
import { compileText, Stepper } from './support/stepper.ts';

describe.each(CASES.map((value) => [value.name, value] as const))('%s', (_name, value) => {
  const source = caseSource(value);

  test('before and after', async () => {
    const expected = await runOracle('/virtual/main.wf.ts', { 'main.wf.ts': source });
    const artifact = compileText(source);
    expect(runCompiled(artifact, { mode: 'plain' })).toEqual(expected);
    expect(runCompiled(artifact, { mode: 'every' })).toEqual(expected);
    expect(runCompiled(artifact, { mode: 'delta' })).toEqual(expected);
  });
});

describe('large and deep values', () => {
  /** Builds a value, stores and restores the run while it waits, and lets it go on. */
  const through = (build: string, use: string): string[] => {
    const stepper = new Stepper(
      compileText(`export declare function tick<T>(value?: T): Promise<T>;
class Node { next: Node | null; n: number; constructor(n: number, next: Node | null) { this.n = n; this.next = next; } }
function make(): any { ${build} }
export async function main() { const v = make(); await tick(); ${use}; return 'done'; }`),
    );
    stepper.step();
    stepper.reload();
    stepper.step();
    return stepper.lines;
  };

  test('a list of a million nodes', () => {
    const build = 'let list = null; for (let i = 0; i < 1_000_000; i++) list = { i, next: list }; return list;';
    const use = 'let n = 0; for (let p = v; p; p = p.next) n += p.i; console.log(n)';
    expect(through(build, use)).toEqual(['499999500000', 'returned "done"']);
  });

  test('a hundred thousand levels of everything', () => {
    const build = `let a: any = 'bottom', o: any = a, f: any = () => 'bottom', m: any = a, c: any = null, e: any = undefined, s: any = Object.prototype;
      for (let i = 0; i < 100_000; i++) {
        a = [a]; o = { o }; m = new Map([[m, m]]); c = new Node(i, c);
        const g = f; f = (deep: boolean) => (deep ? g : i);
      }
      for (let i = 0; i < 1000; i++) e = new Error('e', { cause: e });
      return { a, o, f, m, c, e };`;
    const use = `let n = 0;
      for (let p = v.a; Array.isArray(p); p = p[0]) n++;
      for (let p = v.o; typeof p === 'object'; p = p.o) n++;
      for (let p = v.m; typeof p === 'object'; p = p.get([...p.keys()][0])) n++;
      for (let p = v.c; p; p = p.next) n++;
      for (let p = v.f; p.length === 1; p = p(true)) n++;
      for (let p = v.e; p; p = p.cause) n++;
      console.log(n)`;
    expect(through(build, use)).toEqual(['501000', 'returned "done"']);
  });

  test('a chain of a hundred thousand promises', () => {
    const build = `let resolve: any; let p: any = new Promise((r) => { resolve = r; });
      for (let i = 0; i < 100_000; i++) p = p.then((n: number) => n + 1);
      return { p, resolve };`;
    expect(through(build, 'v.resolve(0); console.log(await v.p)')).toEqual(['100000', 'returned "done"']);
  });

  test('ten thousand frames that await each other', () => {
    const artifact = compileText(`export declare function tick<T>(value?: T): Promise<T>;
async function down(n: number): Promise<number> { const here = n; if (n === 0) { await tick(); return 0; } const below = await down(n - 1); return below + (here > 0 ? 1 : 0); }
export async function main() { return await down(10_000); }`);
    expect(new Stepper(artifact).finish()).toEqual(['returned 10000']);
  });

  test('a dictionary of a hundred thousand keys, an array and a Map of as many', () => {
    const build = `const o: any = {}, m = new Map(); for (let i = 0; i < 100_000; i++) { o['key' + i] = i; m.set('key' + i, i); }
      return { o, m, a: Array.from({ length: 1_000_000 }, (_, i) => i / 2) };`;
    const use = `delete v.o.key5; v.o.key6 = 'six'; v.m.delete('key5'); v.a[7] = -0;
      console.log(Object.keys(v.o).length, v.o.key99999, v.m.size, v.a.length, v.a[999_999])`;
    expect(through(build, use)).toEqual(['99999 99999 99999 1000000 499999.5', 'returned "done"']);
  });

  test('classes that extend one another to any depth', () => {
    const build = `let C: any = class { n = 0; }; for (let i = 0; i < 3000; i++) { const B = C; C = class extends B { }; } return new C();`;
    const use = `let n = 0; for (let p = v; p; p = Object.getPrototypeOf(p)) n++; console.log(n, v.n)`;
    expect(through(build, use)).toEqual(['3003 0', 'returned "done"']);
  });

  test('objects that inherit from one another to any depth', () => {
    const build = `let o: any = { n: 0 }; for (let i = 0; i < 1000; i++) o = Object.create(o); return o;`;
    const use = `let n = 0; for (let p = v; p; p = Object.getPrototypeOf(p)) n++; console.log(n)`;
    expect(through(build, use)).toEqual(['1002', 'returned "done"']);
  });
});

describe('iterators of the host are refused, and nothing of theirs is stamped', () => {
  test.each([
    'Array.prototype.values.call([1])',
    "([1] as any)[String('entries')]()",
    'Reflect.apply([1].keys, [1], [])',
    'Uint8Array.prototype.values.call(new Uint8Array(1))',
    "String.prototype[Symbol.iterator].call('a')",
    'Map.prototype.entries.call(new Map())',
    'Set.prototype.values.call(new Set())',
    "RegExp.prototype[Symbol.matchAll].call(/a/g, 'a')",
    "new Intl.Segmenter('en').segment('a')",
    'Object.getPrototypeOf(Array.prototype.values.call([]))',
    'Object.create(Array.prototype.values.call([]))',
  ])('%s', (iterator) => {
    const source = `export declare function tick(): Promise<void>;
export async function main() { const held: any = ${iterator}; await tick(); return held; }`;
    // Twice: a stamp on what all runs share would be seen by the second.
    for (let i = 0; i < 2; i++) {
      const stepper = new Stepper(compileText(source));
      expect(() => stepper.step()).toThrow(expect.objectContaining({ code: 'unstorable', message: expect.stringMatching(/made indirectly/) as string }));
    }
  });
});
