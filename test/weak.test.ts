/**
 * An entry of a WeakMap is stored while something else leads to its key, and no longer.
 */
import { expect, test } from 'vitest';
import { compileText, Stepper } from './support/stepper.ts';

const stepper = (body: string): Stepper =>
  new Stepper(
    compileText(`export declare function tick<T>(value?: T): Promise<T>;
export async function main() { const weak = new WeakMap<object, unknown>(); ${body} return [weak.has({})].length; }`),
  );

test('a key that nothing leads to is in no delta', () => {
  const run = stepper("weak.set({ key: 'young' }, { value: 'young' }); await tick(); weak.set({ key: 'later' }, 'later'); await tick();");
  for (let i = 0; i < 2; i++) {
    expect(JSON.stringify(run.step()!.delta)).not.toMatch(/young|later/);
    expect(run.image()).toContain('"weakMap":[]');
  }
});

test('a key that has become garbage leaves the image, with its value', () => {
  const run = stepper("let keys: object[] | null = [{ key: 1 }]; weak.set(keys[0]!, { value: 'held' }); await tick(); weak.has(keys[0]!); keys = null; await tick(); await tick();");
  run.step();
  expect(run.image()).toContain('"held"');
  run.step();
  expect(run.image()).not.toMatch(/held|"key"/);
  run.reload();
  run.step();
  expect(run.image()).toContain('"weakMap":[]');
});

test('a value that leads to its own key does not keep it', () => {
  const run = stepper('{ const a = {}, b = {}; weak.set(a, [b]).set(b, [a, weak]); } await tick();');
  run.step();
  expect(run.image()).toContain('"weakMap":[]');
});
