/**
 * An app in a process of its own, for tests that kill it: works on a store until it is told to close.
 *
 *     node --import tsx test/support/worker-process.ts STORE NAME
 *
 * Prints a line of JSON per event: `ready`, `effect`, `closed`.
 */
import { setTimeout } from 'node:timers/promises';
import { effectContext, open } from '../../runtime/client.ts';
import { compileApp } from './app-source.ts';
import { PROCESS_APP } from './process-app.ts';

const [store = '', name = ''] = process.argv.slice(2);
const say = (event: object): void => void process.stdout.write(`${JSON.stringify({ name, ...event })}\n`);

async function perform(...[label, ms]: unknown[]): Promise<string> {
  const { idempotencyKey: key, attempt, run, signal } = effectContext();
  say({ event: 'effect', run, label, key, attempt });
  await setTimeout(Number(ms), undefined, { signal });
  return `${String(label)} by ${name}`;
}

const app = compileApp(PROCESS_APP, 'process');
const engine = await open({ store, poll: 50, rest: 20, lease: '1 hour', limits: { cycle: '1 minute' } });
engine.provide(app, {
  act: perform,
  safe: { run: perform, idempotent: true },
});
await engine.work();
say({ event: 'ready' });
process.once('SIGTERM', () => {
  void engine.close().then(() => say({ event: 'closed' }));
});
