/**
 * Worker processes that judge tests. A test that takes too long takes its process with it; a process that ends gets
 * a successor.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { watchdog } from '../support/watchdog.ts';
import type { Task } from './judge.ts';
import type { Judged } from './verdict.ts';

const WORKER = fileURLToPath(new URL('./worker.ts', import.meta.url));

export interface PoolOptions {
  jobs: number;
  timeoutMs: number;
  judged(judged: Judged): void;
}

/** Resolves when all tests are judged. */
export async function judgeAll(paths: readonly string[], task: Task, options: PoolOptions): Promise<void> {
  const queue = paths[Symbol.iterator]();
  await Promise.all(Array.from({ length: Math.max(1, Math.min(options.jobs, paths.length)) }, () => work(queue, task, options)));
}

/** Node keeps the realms that tests have run in natively, so a process is not given more than so many. */
const TESTS_OF_A_PROCESS = 250;

async function work(queue: Iterator<string>, task: Task, { timeoutMs, judged }: PoolOptions): Promise<void> {
  let worker: ChildProcess | null = null;
  let given = 0;
  for (let next = queue.next(); !next.done; next = queue.next()) {
    if (given++ % TESTS_OF_A_PROCESS === 0) {
      worker?.disconnect();
      worker = null;
    }
    worker ??= fork(WORKER, [JSON.stringify(task)], { execArgv: EXEC_ARGV, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    const result = await ask(worker, next.value, timeoutMs);
    judged(result);
    if (result.soiled || worker.exitCode !== null || worker.signalCode !== null) worker = null;
  }
  worker?.disconnect();
}

const EXEC_ARGV = ['--experimental-vm-modules', '--no-warnings', '--import', 'tsx'];

function ask(worker: ChildProcess, path: string, timeoutMs: number): Promise<Judged> {
  return new Promise((resolve) => {
    const settle = (judged: Judged): void => {
      limit.stop();
      worker.off('message', settle);
      worker.off('exit', died);
      resolve(judged);
    };
    const died = (code: number | null, signal: string | null): void =>
      settle({ path, verdict: { kind: 'wrong', reason: signal === 'SIGKILL' ? `timeout after ${timeoutMs} ms` : `its process ended with ${code ?? signal}` } });
    const limit = watchdog(timeoutMs, () => worker.kill('SIGKILL'));
    worker.on('message', settle);
    worker.on('exit', died);
    worker.send(path);
  });
}
