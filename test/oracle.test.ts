/**
 * The oracle ends where the program does: a hang of it would be one of every comparison, and what it prints too late
 * would be another program's output.
 */
import { expect, test } from 'vitest';
import { Oracle, runOracle } from './support/oracle.ts';

const run = (body: string): Promise<string[]> =>
  runOracle('/virtual/main.wf.ts', { 'main.wf.ts': `export declare function tick<T>(value?: T): Promise<T>;\n${body}` });

test('what comes after the end of a program is printed by none', async () => {
  const late = "(async () => { await tick(); await tick(); console.log('late'); })();";
  expect(await run(`export async function main() { ${late} await tick(); console.log('end'); }`)).toEqual(['end', 'returned undefined']);
  expect(await run('export async function main() { for (let i = 0; i < 4; i++) await tick(); }')).toEqual(['returned undefined']);
});

test('what the job of its end has queued is done', async () => {
  const soon = "Promise.resolve().then(() => {}).then(() => console.log('soon'));";
  expect(await run(`export async function main() { ${soon} }`)).toEqual(['soon', 'returned undefined']);
});

test('a program that waits for itself ends, be it while its module is evaluated', async () => {
  const deadlock = expect.stringContaining('waits for a promise that can never settle') as string;
  expect(await run('export async function main() { await tick(); await new Promise(() => {}); }')).toEqual([deadlock]);
  expect(await run("console.log('before'); await new Promise(() => {}); export async function main() {}")).toEqual(['before', deadlock]);
  expect(await run('await tick(); export async function main() { return 1; }')).toEqual(['returned 1']);
});

test('a rejection that nobody listens to is noted, and is none of the test runner', async () => {
  const oracle = new Oracle('/virtual/main.wf.ts', {
    'main.wf.ts': 'export async function main() { Promise.reject(7); return 1; }',
  });
  expect(await oracle.run()).toMatchObject({ lines: ['returned 1'], unheard: [7] });
  // Each run begins anew.
  expect(await oracle.run()).toMatchObject({ lines: ['returned 1'], unheard: [7] });
});
