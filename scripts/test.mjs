// Builds the package, runs the tests against it, and ends with one line that a machine can read.
// Arguments go to vitest: npm test -- test/run.test.ts
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const node = (...args) => spawnSync(process.execPath, args, { stdio: 'inherit' }).status ?? 1;

const built = node('scripts/build.mjs');
if (built !== 0) process.exit(built);

const folder = mkdtempSync(join(tmpdir(), 'perdure-test-'));
const report = join(folder, 'report.json');
const status = node(
  'node_modules/vitest/vitest.mjs', 'run',
  '--reporter=default', '--silent=passed-only', '--reporter=json', `--outputFile.json=${report}`,
  ...process.argv.slice(2),
);
let passed = 0;
let failed = 1;
try {
  const result = JSON.parse(readFileSync(report, 'utf8'));
  passed = result.numPassedTests;
  // A file that does not load has no tests of its own to fail.
  const unloaded = result.testResults.filter((f) => f.status === 'failed' && f.assertionResults.length === 0).length;
  failed = result.numFailedTests + unloaded;
} catch (error) {
  console.error(`The test runner left no report: ${error.message}`);
}
if (status !== 0 && failed === 0) failed = 1;
rmSync(folder, { recursive: true, force: true });
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
