/**
 * How the console shows promises: as Node does, lines and depths included. The lines are those of plain Node; beside a test that
 * asks for hooks of async code it shows more of its own promises, so it is not asked here.
 */
import { expect, test } from 'vitest';
import { runCompiled } from './support/harness.ts';
import { compileText } from './support/stepper.ts';

const LONG = 'a text that is too long for one line of the console, so that it is broken, as it is there';

test('promises are shown as in Node', () => {
  const lines = runCompiled(
    compileText(`
      export async function main() {
        const rejected = Promise.reject('no');
        rejected.catch(() => {});
        const made = [Promise.resolve('${LONG}'), rejected, new Promise(() => {}), Promise.resolve({ a: { b: { c: { d: 1 } } } }), Promise.resolve([1, 2])];
        console.log(made[0], made[1], made[2], made[3]);
        console.log({ made });
      }`),
    { mode: 'plain' },
  );
  expect(lines.slice(0, -1).join('\n')).toBe(`Promise {
  '${LONG}'
} Promise { <rejected> 'no' } Promise { <pending> } Promise { { a: { b: [Object] } } }
{
  made: [
    Promise {
      '${LONG}'
    },
    Promise { <rejected> 'no' },
    Promise { <pending> },
    Promise { [Object] },
    Promise { [Array] }
  ]
}`);
});
