/**
 * What apps write, checked by TypeScript against the package as it is published: `test/types/app.ts` has what is accepted, and
 * what is not.
 */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../', import.meta.url));

test('apps are typed as documented', async () => {
  const said = await new Promise((resolve) => {
    execFile(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'test/types'], { cwd: ROOT }, (_error, stdout, stderr) => resolve(stdout + stderr));
  });
  expect(said).toBe('');
});
