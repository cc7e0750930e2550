/**
 * A worker that gets a SIGKILL in the middle of its run's step: node recovery-child.js URL STEPS RUN [LEASE IN MS]
 */
import { open } from '../../runtime/client.ts';
import { publishWorkflow } from './bench-engine.ts';

const [url = '', steps = '', id = '', lease] = process.argv.slice(2);
const module = publishWorkflow('history');
const engine = await open({ store: url, ...(lease === undefined ? {} : { lease: Number(lease) }) });
const step = (n: number): number | Promise<number> => {
  if (n < Number(steps)) return n;
  process.kill(process.pid, 'SIGKILL');
  return new Promise(() => {});
};
engine.provide({ ...module.exports, $perdure: module }, { step: { run: step, idempotent: true } } as never);
await engine.work();
await engine.start(module.exports.main as () => Promise<void>, { id });
