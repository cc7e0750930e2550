/**
 * Runs that several workers have held in vain are tried in a process of their own first: one after the other, however many they are.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { host } from '../../runtime/host.ts';
import type { TrialDocument } from '../../runtime/worker/trial.ts';
import { compileApp, until, World } from '../support/app.ts';
import { lastEntry } from '../support/log.ts';

const app = compileApp(`
  import { channel } from 'perdure';
  export const go = channel<number>('go');
  export async function waits() { return await go.receive(); }
`);

const IDS = Array.from({ length: 8 }, (_, n) => `run-${n}`);
const { runApart } = host;

let world: World | null = null;
afterEach(async () => {
  host.runApart = runApart;
  await world?.close();
  world = null;
});

/** A worker takes all runs, and dies before any of them goes on. */
async function holdInVain(world: World): Promise<void> {
  const engine = await world.working(app, {}, { restMs: 60_000 });
  const held = async (id: string): Promise<boolean> => (await world.store.runs.find(id))!.worker !== null;
  await until('all runs to be held', async () => (await Promise.all(IDS.map(held))).every(Boolean));
  engine.kill();
  await world.buryAll();
}

/** Trials that take a while; returns how many there were, and how many at once. */
function watchTrials(): { tried: number; most: number } {
  const seen = { tried: 0, most: 0 };
  let now = 0;
  host.runApart = async () => {
    seen.tried++;
    seen.most = Math.max(seen.most, ++now);
    await new Promise((resolve) => setTimeout(resolve, 20));
    now--;
    return { status: 'ended', said: '' };
  };
  return seen;
}

async function suspects(): Promise<World> {
  const opened = await World.open('memory');
  world = opened;
  const engine = opened.engine().provide(app);
  for (const id of IDS) await engine.start(app.waits, { id });
  const first = await opened.working(app, {}, { restMs: 60_000 });
  await until('their first cycles', async () => {
    const logs = await Promise.all(IDS.map(async (id) => lastEntry(opened.store, (await opened.store.runs.find(id))!.uid)));
    return logs.every(({ seq }) => seq >= 1);
  });
  first.kill();
  await opened.buryAll();
  await holdInVain(opened);
  return opened;
}

test('a process that was slow to begin has its time from then on', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'perdure-apart-'));
  const file = join(folder, 'slow.mjs');
  const wait = `await new Promise((resolve) => setTimeout(resolve, 1500));`;
  writeFileSync(file, `${wait} process.stdout.write('begun'); ${wait}`);
  expect(await host.runApart(pathToFileURL(file).href, [], '', 2500)).toEqual({ status: 'ended', said: '' });
  rmSync(folder, { recursive: true });
});

test('a trial whose worker is gone ends by itself', async () => {
  const endless = compileApp(`export async function main() { for (;;); }`, 'endless');
  const trial = fileURLToPath(new URL('../../dist/runtime/worker/trial-main.js', import.meta.url));
  const child = spawn(process.execPath, [trial], { stdio: ['pipe', 'ignore', 'inherit'] });
  const arrivals = JSON.stringify([{ kind: 'start', workflow: 'endless.wf.ts#main', args: [] }]);
  const document: TrialDocument = { artifact: JSON.stringify(endless.$perdure.artifact), state: null, arrivals, now: 0, limitMs: 300 };
  child.stdin.end(JSON.stringify(document));
  expect(await new Promise((resolve) => child.once('exit', resolve))).toBe(0);
});

test('a first cycle is tried with its arguments', async () => {
  world = await World.open('pglite');
  const sums = compileApp('export async function sum(a: number, b: number) { return a + b; }', 'sums');
  const run = await world.engine().provide(sums).start(sums.sum, { args: [1, 2] });
  await world.rows('UPDATE perdure.runs SET losses = 2 WHERE uid = $1', [run.uid]);
  const inputs: string[] = [];
  host.runApart = async (_file, _options, input) => {
    inputs.push(input);
    return { status: 'ended', said: '' };
  };
  const engine = await world.working(sums);
  expect(await (await engine.run(run.id)).result()).toBe(3);
  expect(inputs.map((input) => JSON.parse((JSON.parse(input) as TrialDocument).arrivals))).toEqual([[{ kind: 'start', workflow: 'sums.wf.ts#sum', args: [1, 2] }]]);
});

test('one trial at a time', async () => {
  const world = await suspects();
  const seen = watchTrials();
  const engine = await world.working(app);
  const runs = await Promise.all(IDS.map((id) => engine.run(id)));
  await Promise.all(runs.map((run, n) => run.send(app.go, n)));
  expect(await Promise.all(runs.map((run) => run.result()))).toEqual(IDS.map((_, n) => n));
  expect(seen).toEqual({ tried: IDS.length, most: 1 });
});

test('a worker that closes does not try what is left', async () => {
  const world = await suspects();
  const seen = watchTrials();
  const engine = await world.working(app);
  const runs = await Promise.all(IDS.map((id) => engine.run(id)));
  await Promise.all(runs.map((run, n) => run.send(app.go, n)));
  await until('a trial', () => seen.tried > 0);
  await engine.close();
  expect(seen.tried).toBeLessThan(IDS.length);
  const other = await world.working(app);
  expect(await Promise.all(IDS.map(async (id) => (await other.run(id)).result()))).toEqual(IDS.map((_, n) => n));
});
