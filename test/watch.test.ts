/**
 * Turns under a limit of time, which another thread watches.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { runInThisContext } from 'node:vm';
import { beforeAll, expect, test } from 'vitest';
import { Watch, type TurnEnd } from '../runtime/watch.ts';
import { pause, until } from './support/app.ts';

const watch = new Watch('watch');
beforeAll(() => watch.begun());

const end = (limitMs: number, body: () => void): Promise<TurnEnd> =>
  new Promise((resolve) => watch.add(limitMs, { prepare: () => {}, body, over: resolve }));

/** Takes a turn; resolves with whether it came to its end by itself. */
const take = async (limitMs: number, body: () => void): Promise<boolean> => (await end(limitMs, body)) === 'in time';

const busy = (ms: number): void => {
  for (const end = performance.now() + ms; performance.now() < end; );
};

test.each<[what: string, body: (heard: string[]) => void]>([
  ['a loop', () => { for (;;); }],
  ['one that catches', (heard) => { for (;;) try { for (;;); } catch { heard.push('catch'); } finally { heard.push('finally'); } }],
  ['a regular expression', () => void /^(a+)+$/.test(`${'a'.repeat(40)}b`)],
  ['a sort', () => { for (const array = Array.from({ length: 1e5 }, (_, i) => i % 7); ; ) array.sort(); }],
])('%s is stopped, and nothing else of the process', async (_, body) => {
  const heard: string[] = [];
  const others = Promise.all([
    new Promise((resolve) => setImmediate(() => setImmediate(resolve))),
    new Promise((resolve) => setTimeout(resolve, 1)),
    new Promise<void>((resolve) => process.nextTick(resolve)),
    take(100, () => {}),
  ]);
  const turn = take(100, () => body(heard));
  const behind = [take(100, () => {}), take(100, () => { for (;;); }), take(100, () => {})];
  const from = performance.now();
  expect(await turn).toBe(false);
  expect(performance.now() - from).toBeGreaterThan(90); // each of the watcher's eight timers may be early by a moment
  expect(await Promise.all(behind)).toEqual([true, false, true]);
  await others;
  expect(heard).toEqual([]);
});

test('it is told where a turn was stopped', async () => {
  const script = `(function outer(inner) { inner(); })(function endless() {
    for (;;);
  })`;
  const stopped = await end(50, () => void runInThisContext(script, { filename: 'perdure:endless' }));
  const stack = (stopped as { stack: NodeJS.CallSite[] }).stack.filter((site) => site.getFileName() === 'perdure:endless');
  expect(stack.map((site) => [site.getFunctionName(), site.getLineNumber()])).toEqual([['endless', 2], ['outer', 1], [null, 1]]);
});

test('a turn whose time is over as it ends is stopped or not; what comes after it never is', async () => {
  let stopped = 0;
  for (let i = 0; i < 200; i++) {
    if (!(await take(4, () => busy(4 + (i % 16) / 3)))) stopped++;
    busy(1); // if this were terminated, the test would never end
  }
  expect(stopped).toBeGreaterThan(0);
  expect(stopped).toBeLessThan(200);
});

test('what throws is an error of the process, and is not watched any more', async () => {
  const listeners = process.listeners('uncaughtException');
  const thrown: unknown[] = [];
  process.removeAllListeners('uncaughtException').on('uncaughtException', (error) => thrown.push(error.message));
  try {
    void take(20, () => {
      throw new Error('wrong');
    });
    await until('it is thrown', () => thrown.length === 1);
    for (let i = 0; i < 10; i++) {
      busy(10);
      await pause(0);
    }
  } finally {
    process.removeAllListeners('uncaughtException');
    for (const listener of listeners) process.on('uncaughtException', listener);
  }
  expect([thrown, await take(20, () => {})]).toEqual([['wrong'], true]);
});

test('a turn sees nothing of an AsyncLocalStorage of whoever asks for it, or asked for the first', async () => {
  const storage = new AsyncLocalStorage<string>();
  const another = new Watch('another watch');
  const seen: unknown[] = ['none'];
  await storage.run('mine', async () => {
    await another.begun();
    await new Promise((over) => another.add(100, { prepare: () => {}, body: () => seen.push(storage.getStore()), over }));
  });
  expect(seen).toEqual(['none', undefined]);
});

/** A process that waits until it watches, then executes `source`, which may `take` turns and tells whether they end in time. */
function apart(limitMs: number, source: string): ChildProcess {
  const module = `
    import { Watch } from ${JSON.stringify(new URL('../runtime/watch.ts', import.meta.url).href)};
    const watch = new Watch('watch');
    const take = (body) => watch.add(${limitMs}, { prepare: () => {}, body, over: (end) => console.log(end === 'in time') });
    await watch.begun();
    ${source}`;
  return spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', module], { stdio: ['ignore', 'pipe', 'inherit'] });
}

test('a process waits for its turns, and for nothing else', { timeout: 20_000 }, async () => {
  const child = apart(400, 'take(() => {}); take(() => { for (;;); });');
  expect(await text(child.stdout!)).toBe('true\nfalse\n');
});

test('for the time that a process is stopped no turn is to blame', { timeout: 20_000 }, async () => {
  const child = apart(3000, `take(() => {
    process.stdout.write('begun\\n');
    // Computes for so long, by a clock that does not count pauses.
    for (let last = performance.now(), now = last, spent = 0; spent < 1000; last = now) spent += Math.min((now = performance.now()) - last, 5);
  });`);
  const said = text(child.stdout!);
  await once(child.stdout!, 'data');
  await pause(900); // the watcher has seen the turn
  child.kill('SIGSTOP');
  await pause(3500);
  child.kill('SIGCONT');
  expect(await said).toBe('begun\ntrue\n');
});
