/**
 * The order example killed on purpose, on the embedded store: `npm run demo`.
 *
 * The shop runs here; each worker is a process of its own and dies by SIGKILL. Everything about the runs is asked
 * through the `perdure` command, as an operator would.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Order, Receipt } from './order.wf.ts';
import { serve, Shop } from './shop.ts';

const CLI = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const WORKER = fileURLToPath(new URL('worker.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'perdure-demo-'));

// A payment and a courier take their time, so that there is a middle to be killed in.
const shop = new Shop({ slowMs: 3000 });
const { url, server } = await serve(shop);
const color = process.stdout.isTTY && !process.env.NO_COLOR ? { FORCE_COLOR: '1' } : { NO_COLOR: '1' };
const env = { ...process.env, ...color, PERDURE_STORE: folder, DATABASE_URL: folder, SHOP: url };

const bold = (text: string): string => ('FORCE_COLOR' in color ? `\u001b[1m${text}\u001b[22m` : text);
const say = (text: string): void => console.log(`\n${bold(text)}`);

/** Runs a `perdure` command and returns what it prints. Throws if it fails. */
function ask(...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, ...args], { env, encoding: 'utf8' });
  if (status !== 0) throw new Error(`perdure ${args.join(' ')} ended with ${status}:\n${stderr}`);
  return stdout;
}

const quote = (word: string): string => (/^[\w./:=-]+$/.test(word) ? word : `'${word}'`);

/** Runs a `perdure` command before the reader's eyes. */
function perdure(...args: string[]): void {
  console.log(`\n$ perdure ${args.map(quote).join(' ')}`);
  console.log(ask(...args).trimEnd().replaceAll(/^(?=.)/gm, '  '));
}

interface Shown {
  status: string;
  requests: { kind: string; name: string; inDoubt: boolean }[];
  outcome: { ok: Receipt } | null;
}

const shown = (run: string): Shown => JSON.parse(ask('show', run, '--json')) as Shown;

let worker: ChildProcess | undefined;

async function startWorker(): Promise<void> {
  worker = spawn(process.execPath, ['--import', 'tsx', '--import', 'perdure/register', WORKER], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(worker.stdout!, 'data')) as [Buffer];
  console.log(line.toString().trimEnd());
}

async function end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
  const ending = worker!;
  worker = undefined;
  const ended = once(ending, 'exit');
  ending.kill(signal);
  await ended;
  if (signal === 'SIGKILL') console.log(`worker ${ending.pid} is dead (SIGKILL)`);
}

const PATIENCE_MS = 120_000;

async function until(what: string, happened: () => boolean): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while (!happened()) {
    if (Date.now() > deadline) throw new Error(`Waited two minutes in vain until ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function printReceipt(run: string): void {
  const { lines, total, payment, tracking } = shown(run).outcome!.ok;
  console.log(`\n  receipt of ${run}`);
  for (const line of lines) console.log(`    ${line}`);
  console.log(`    total ${(total / 100).toFixed(2)}, paid as ${payment}, sent as ${tracking}`);
}

const order = (id: string, grace: string): Order => ({
  id,
  customer: 'ada',
  lines: [
    { sku: 'tea', count: 2, price: 450 },
    { sku: 'cup', count: 1, price: 1200 },
    { sku: 'tea', count: 1, price: 450 },
  ],
  grace,
});

try {
  say('1. An order is started, and its worker killed while the run waits for the customer');
  console.log('(the first start creates the database, which takes a few seconds)');
  await startWorker();
  perdure('start', 'fulfil', '--id', 'order-1001', '--args', JSON.stringify([order('order-1001', '10 seconds')]));
  await until('the run waits', () => shown('order-1001').requests.some((r) => r.kind === 'receive'));
  await end('SIGKILL');
  perdure('show', 'order-1001');

  say('2. A new worker goes on, and is killed in the middle of the charge');
  await startWorker();
  await until('the charge has begun', () => Object.keys(shop.state.charges).length > 0);
  await end('SIGKILL');
  perdure('show', 'order-1001');
  console.log('\nThe charge is declared idempotent: it is made again, with the same key.');

  say('3. A new worker goes on, to the end');
  await startWorker();
  await until('the order is fulfilled', () => shown('order-1001').status === 'completed');
  perdure('logs', 'order-1001');
  printReceipt('order-1001');
  console.log(`  the shop was asked to charge ${shop.state.begun['/charges']} times and charged ${Object.keys(shop.state.charges).length} time`);

  say('4. Another order: the worker is killed while the courier, who knows no idempotency keys, is called');
  const parcels = (): string[] => Object.keys(shop.state.parcels);
  const before = parcels().length;
  perdure('start', 'fulfil', '--id', 'order-1002', '--args', JSON.stringify([order('order-1002', '1 second')]));
  await until('the courier is called', () => parcels().length > before);
  await end('SIGKILL');
  await startWorker();
  await until('the effect is in doubt', () => shown('order-1002').requests.some((r) => r.inDoubt));
  perdure('show', 'order-1002');
  console.log(`\nNobody knows whether it was sent. The courier's own list says: ${parcels().at(-1)} is on its way.`);
  perdure('resolve', 'order-1002', 'ship', '--result', JSON.stringify(parcels().at(-1)));
  await until('the order is fulfilled', () => shown('order-1002').status === 'completed');
  printReceipt('order-1002');
  await end('SIGTERM');
  console.log(`\nThree workers were killed; ${parcels().length} parcels were sent and ${Object.keys(shop.state.charges).length} charges made, for 2 orders.`);
} finally {
  (worker as ChildProcess | undefined)?.kill('SIGKILL');
  server.close();
  rmSync(folder, { recursive: true, force: true });
}
