/**
 * The worker process of the order example.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';

export function startWorker(cwd: string, env: Record<string, string>): { ready: Promise<unknown>; stop(): Promise<unknown> } {
  const child = spawn(process.execPath, ['--import', 'tsx', '--import', 'perdure/register', 'examples/order/worker.ts'], {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return {
    ready: once(child.stdout, 'data'),
    stop() {
      child.kill('SIGTERM');
      return once(child, 'exit');
    },
  };
}
