/**
 * What all runs of a program share cannot be changed by one of them: whichever way it gets hold of it, and whatever
 * it catches, its cycle does not happen, and other runs see nothing.
 *
 * What the module that declares it writes to in its own text is not shared: each run has its own.
 */
import { expect, test } from 'vitest';
import { type Artifact, makeArtifact } from '../runtime/engine/artifact.ts';
import { compileModules, runCompiled } from './support/harness.ts';

const shared = `
  export class A { m() { return 1; } }
  export function F(this: any) {}`;

const program = (write: string): string => `
  import { A, F } from './shared.wf.ts';
  const frozen = Object.freeze, proto = Object.getPrototypeOf;
  export async function main() {
    try { ${write} } catch { console.log('caught'); }
    return Object.keys(A.prototype).length + Object.keys(F).length;
  }
  export async function other() { return [(A.prototype as any).x, (F as any).x, (F as any).prototype.x, new A().m()].join(); }`;

function compile(files: Record<string, string>): Artifact {
  const modules = compileModules('/p/main.wf.ts', files, '/p');
  return makeArtifact(modules.at(-1)!.id, modules);
}

test.each([
  '(A.prototype as any).x = 1',
  '((A as any)?.prototype).x = 1',
  'A.prototype.m = () => 2',
  "Object.defineProperty(A.prototype, 'm', { value: () => 2 })",
  'Object.getPrototypeOf(new A()).x = 1',
  'proto(new A()).x = 1',
  'delete (proto((function* () {}).prototype) as any).next',
  'proto(async function* () {}).x = 1',
  '(proto([].values()) as any).next = null',
  '(new A() as any).__proto__.x = 1',
  "const p = (new A() as any)?.['__proto__']; p.x = 1",
  '(A as any).__proto__ = null',
  'frozen(A.prototype)',
  '({ c: (A.prototype as any).x } = { c: 1 })',
  '(new A().constructor as any).prototype.x = 1',
  '(A as any).x = 1',
  '(F as any).x = 1',
  '(F as any).prototype.x = 1',
  'delete (A.prototype as any).m',
])('%s', (write) => {
  const artifact = compile({ 'main.wf.ts': program(write), 'shared.wf.ts': shared });
  expect(() => runCompiled(artifact, { mode: 'plain' })).toThrow(expect.objectContaining({ code: 'shared_write' }));
  expect(runCompiled(artifact, { mode: 'plain', workflow: 'other' }).at(-1)).toBe('returned ",,,1"');
});

test.each([
  '(A.prototype as any).x = 1',
  '(A as any).x = 1',
  '(F as any).x ??= 1',
  '[(F as any).prototype.x] = [1]',
  '(G as any).x = 1',
  'delete (A.prototype as any).m',
  "Object.defineProperty(A.prototype, 'm', { value: () => 2 })",
  'Object.setPrototypeOf(A, null)',
  'for ((F as any).x in { a: 1 });',
])('in the module of its own: %s', (write) => {
  const artifact = compile({
    'main.wf.ts': `
      class A { m() { return 1; } }
      function F(this: any) {}
      const G = () => {};
      const look = () => [(A as any).x, (A.prototype as any).x, new A().m?.(), (F as any).x, (F as any).prototype.x, (G as any).x, Object.getPrototypeOf(A) === Function.prototype].join();
      export async function main() { ${write}; return look(); }
      export async function other() { return look(); }`,
  });
  expect(runCompiled(artifact, { mode: 'every' }).at(-1)).not.toBe('returned ",,1,,,,true"');
  expect(runCompiled(artifact, { mode: 'every', workflow: 'other' }).at(-1)).toBe('returned ",,1,,,,true"');
});
