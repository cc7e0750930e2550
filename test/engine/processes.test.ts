/**
 * Apps in processes of their own on one PostgreSQL: kill -9, an orderly end, and two beside each other.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { effectContext, open, type Engine } from '../../runtime/client.ts';
import { openStore } from '../../runtime/store/open.ts';
import type { Store } from '../../runtime/store/store.ts';
import { compileApp } from '../support/app-source.ts';
import { freshDatabase } from '../support/database.ts';
import { PROCESS_APP } from '../support/process-app.ts';
import { thrownBy, until } from '../support/app.ts';

const SCRIPT = fileURLToPath(new URL('../support/worker-process.ts', import.meta.url));
const app = compileApp(PROCESS_APP, 'process');

interface Event {
  name: string;
  event: 'ready' | 'effect' | 'closed';
  run?: string;
  label?: string;
  key?: string;
  attempt?: number;
}

let url: string;
let engine: Engine;
let store: Store;
const events: Event[] = [];
const children: ChildProcess[] = [];

beforeAll(async () => {
  url = await freshDatabase();
  engine = await open({ store: url });
  store = await openStore(url);
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});
afterAll(async () => {
  await engine.close();
  await store.close();
});

const seen = (what: Partial<Event>): Event | undefined =>
  events.find((event) => Object.entries(what).every(([key, value]) => event[key as keyof Event] === value));

const hasEnded = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode !== null || signalCode !== null;

async function startProcess(name: string, target = url, options: string[] = []): Promise<ChildProcess> {
  const child = spawn(process.execPath, [...options, '--import', 'tsx', SCRIPT, target, name], {
    stdio: ['ignore', 'pipe', options.length > 0 ? 'ignore' : 'inherit'], // what Node says of memory that runs out is long
  });
  children.push(child);
  createInterface({ input: child.stdout! }).on('line', (line) => {
    if (line.startsWith('{')) events.push(JSON.parse(line) as Event);
  });
  await until(`${name} to be ready`, () => seen({ name, event: 'ready' }) ?? hasEnded(child));
  return child;
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  const exit = once(child, 'exit');
  child.kill(signal);
  await exit;
}

test('two beside each other, kill -9, and an orderly end', async () => {
  // Each step is made once, by one of the two.
  const many = await Promise.all(Array.from({ length: 12 }, (_, i) => engine.start(app.steps, { id: `many-${i}`, args: [5, 10] })));
  const [first, second] = await Promise.all([startProcess('first'), startProcess('second')]);
  for (const run of many) expect(await run.result()).toHaveLength(5);
  const made = events.filter((event) => event.event === 'effect');
  expect(made).toHaveLength(60);
  expect(new Set(made.map((event) => event.key)).size).toBe(60);

  // Both die. Whoever comes then knows them to be dead by their pids, though their leases last an hour.
  const draws = await engine.start(app.draws, { id: 'draws' });
  const careful = await engine.start(app.careful, { id: 'careful', args: [60_000] });
  const doomed = await until('the effects', () => seen({ event: 'effect', run: 'careful' }) && seen({ event: 'effect', run: 'draws' }));
  const cause = JSON.parse((await store.log.read(draws.uid, 1, 1))[0]!.capture!) as { now: [number, number][]; uuids: string[] };
  await Promise.all([end(first, 'SIGKILL'), end(second, 'SIGKILL')]);
  const third = await startProcess('third');
  const again = await until('the second attempt', () => seen({ name: 'third', event: 'effect', run: 'draws' }));
  expect(again).toMatchObject({ key: doomed.key, attempt: 2 });
  await until('the doubt', async () => (await careful.status()).inDoubt);
  expect(seen({ name: 'third', run: 'careful' })).toBeUndefined();
  await engine.resolve(careful, 'act', { result: 'somebody looked it up' });
  expect(await careful.result()).toBe('somebody looked it up');
  await store.inbox.send('draws', JSON.stringify({ result: 1, value: 'sent' }));
  const [at, , uuid] = (await draws.result()) as [number, number, string];
  expect(cause.now[0]![0]).toBe(at);
  expect(cause.uuids).toEqual([uuid]);

  // An orderly end: the process ends by itself when the effect in hand is done, and nothing of it is left.
  const steps = await engine.start(app.steps, { id: 'steps', args: [30, 60] });
  await until('a step', () => seen({ event: 'effect', run: 'steps', label: 'step 2' }));
  await end(third, 'SIGTERM');
  expect(third.exitCode).toBe(0);
  expect(seen({ name: 'third', event: 'closed' })).toBeDefined();
  expect(await store.workers.list()).toEqual([]);
  expect(await store.runs.find('steps')).toMatchObject({ worker: null, inDoubt: false, status: 'running' });
  const byThird = events.filter((event) => event.event === 'effect' && event.run === 'steps').map((event) => event.label);
  expect(byThird.length).toBeLessThan(30);

  const here: unknown[] = [];
  engine.provide(app, { act: () => '', safe: (label: unknown) => here.push(label) });
  await engine.work();
  expect(await steps.result()).toHaveLength(30);
  expect([...byThird, ...here]).toEqual(Array.from({ length: 30 }, (_, i) => `step ${i}`));
}, 60_000);

test('an embedded store: beside the process that holds it, and after its end by kill -9', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'perdure-embedded-'));
  try {
    const client = await open({ store: directory });
    await client.start(app.draws, { id: 'embedded' });
    await client.close();
    const child = await startProcess('holder', directory);
    const doomed = await until('the effect', () => seen({ event: 'effect', run: 'embedded' }));
    const refused = await thrownBy(open({ store: directory }));
    expect(refused).toMatchObject({ code: 'store_in_use' });
    expect(refused.message).toContain(`process ${child.pid}`);
    const visitor = await openStore(directory, { shared: true });
    const run = (await visitor.runs.find('embedded'))!;
    const { uuids } = JSON.parse((await visitor.log.read(run.uid, 1, 1))[0]!.capture!) as { uuids: string[] };
    await end(child, 'SIGKILL');
    expect(await thrownBy(visitor.runs.find('embedded'))).toMatchObject({ code: 'store_connection' });
    await visitor.close();

    const heir = await open({ store: directory });
    let key = '';
    heir.provide(app, { act: () => '', safe: { run: () => (key = effectContext().idempotencyKey), idempotent: true } });
    await heir.work();
    expect(((await (await heir.run('embedded')).result()) as unknown[])[2]).toBe(uuids[0]);
    expect(key).toBe(doomed.key);
    await heir.close();
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}, 60_000);

test('a run that ends the workers that hold it is parked, and the next worker lives', { timeout: 120_000 }, async () => {
  const target = await freshDatabase(); // nobody but the processes below works on it
  const client = await open({ store: target });
  const run = await client.start(app.hoards, { id: 'hoarder' });
  const little = ['--max-old-space-size=300'];
  for (const name of ['doomed', 'doomed too']) {
    const child = await startProcess(name, target, little);
    await until(`${name} to end`, () => hasEnded(child), 60_000);
  }
  await startProcess('survivor', target, little);
  const error = await thrownBy(run.result());
  expect(error).toMatchObject({ code: 'cycle_crash' });
  expect(error.message).toMatch(/^Run 'hoarder', cycle 2: 2 workers ended .* It said: .*heap/);
  const other = await client.start(app.steps, { args: [1, 1] });
  expect(await other.result()).toEqual(['step 0 by survivor']);
  await client.close();
});
