/** A process that judges tests, one after the other. It ends when a test has changed its built-ins. */
import { judge, type Task } from './judge.ts';
import type { Judged } from './verdict.ts';

const task = JSON.parse(process.argv[2]!) as Task;

// A rejection may come after the test that made it: it is that test's affair, and must not end the process.
process.on('unhandledRejection', () => {});

process.on('message', (path: string) => {
  void judge(path, task)
    .catch((error: unknown): Judged => ({ path, verdict: { kind: 'wrong', reason: `the runner failed: ${String(error)}`, stack: (error as Error).stack } }))
    .then((judged) => process.send!(judged, () => judged.soiled && process.exit()));
});
