/**
 * Measurements in a process of their own: what V8 has learned from one must not colour the next.
 *
 *     const result = await inChild(import.meta.url, 'young', 3);   // calls this module's `measure('young', 3)`
 */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('./child-main.js', import.meta.url));
const FLAGS = ['--expose-gc', '--max-old-space-size=8192'];

/** Calls the export `measure` of a module in a new process; arguments and result must be JSON. */
export function inChild<R>(module: string, ...args: unknown[]): Promise<R> {
  return new Promise((resolve, reject) => {
    const child = fork(MAIN, [module, JSON.stringify(args)], { execArgv: FLAGS });
    let answer: { value: R } | null = null;
    child.on('message', (message) => (answer = message as { value: R }));
    child.on('error', reject);
    child.on('exit', (code) => {
      if (answer) resolve(answer.value);
      else reject(new Error(`the measurement ${module} ${JSON.stringify(args)} ended with ${code}`));
    });
  });
}
