/**
 * What all runs of a program share cannot be changed by one of them: whichever way it gets hold of it, and whatever
 * it catches, its cycle does not happen, and other runs see nothing.
 */
import { expect, test } from 'vitest';
import { makeArtifact } from '../runtime/engine/artifact.ts';
import { compileModules, runCompiled } from './support/harness.ts';

const program = (write: string): string => `
  class A { m() { return 1; } }
  function F(this: any) {}
  const frozen = Object.freeze, proto = Object.getPrototypeOf;
  export async function main() {
    try { ${write} } catch { console.log('caught'); }
    return Object.keys(A.prototype).length + Object.keys(F).length;
  }
  export async function other() { return [(A.prototype as any).x, (F as any).x, (F as any).prototype.x, new A().m()].join(); }`;

test.each([
  '(A.prototype as any).x = 1',
  '((A as any)?.prototype).x = 1',
  'A.prototype.m = () => 2',
  "Object.defineProperty(A.prototype, 'm', { value: () => 2 })",
  'Object.getPrototypeOf(new A()).x = 1',
  'proto(new A()).x = 1',
  'frozen(A.prototype)',
  '({ c: (A.prototype as any).x } = { c: 1 })',
  '(new A().constructor as any).prototype.x = 1',
  '(A as any).x = 1',
  '(F as any).x = 1',
  '(F as any).prototype.x = 1',
  'delete (A.prototype as any).m',
])('%s', (write) => {
  const modules = compileModules('/p/main.wf.ts', { 'main.wf.ts': program(write) }, '/p');
  const artifact = makeArtifact(modules.at(-1)!.id, modules);
  expect(() => runCompiled(artifact, { mode: 'plain' })).toThrow(expect.objectContaining({ code: 'shared_write' }));
  expect(runCompiled(artifact, { mode: 'plain', workflow: 'other' }).at(-1)).toBe('returned ",,,1"');
});
