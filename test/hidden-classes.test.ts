/**
 * What a load restores has the hidden classes of what the program makes itself, so that code which has seen both
 * stays monomorphic. Asked of V8, in a process of its own with `--allow-natives-syntax`.
 */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const script = fileURLToPath(new URL('./support/hidden-classes.ts', import.meta.url));

test('restored objects have the hidden classes of fresh ones', { timeout: 120_000 }, () => {
  const output = execFileSync(process.execPath, ['--allow-natives-syntax', '--import', 'tsx', script], { encoding: 'utf8' });
  const answers = JSON.parse(output) as Record<string, boolean>;
  expect(Object.entries(answers).filter(([, same]) => !same)).toEqual([]);
  expect(Object.keys(answers).length).toBeGreaterThan(20);
});
