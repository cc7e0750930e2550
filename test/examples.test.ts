/**
 * The examples, run as their users run them: processes over a real PostgreSQL, and the demo on an embedded store.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { open } from 'perdure/engine';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { serve, Shop } from '../examples/order/shop.ts';
import { freshDatabase } from './support/database.ts';
import { startWorker } from './support/example-worker.ts';

const ROOT = new URL('..', import.meta.url).pathname;
let url: string;
const folder = mkdtempSync(join(tmpdir(), 'perdure-examples-'));

beforeAll(async () => {
  url = await freshDatabase();
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

interface Ran {
  code: number | null;
  output: string;
}

/** Runs node; `watch` sees the output as it grows. */
function run(args: string[], env: Record<string, string>, watch: (output: string) => void = () => {}): Promise<Ran> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd: ROOT, env: { ...process.env, NO_COLOR: '1', ...env } });
    let output = '';
    const hear = (chunk: Buffer): void => {
      output += chunk.toString();
      watch(output);
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.on('close', (code) => resolve({ code, output }));
  });
}

const example = (file: string, args: string[] = [], env: Record<string, string> = {}, watch?: (output: string) => void): Promise<Ran> =>
  run(['--import', 'tsx', '--import', 'perdure/register', join('examples', file), ...args], { DATABASE_URL: url, ...env }, watch);

const perdure = (...args: string[]): Promise<Ran> => run(['dist/cli/main.js', ...args], { PERDURE_STORE: url });

describe('order', () => {
  test('an order is fulfilled by a flaky shop, and its receipt printed', async () => {
    const { code, output } = await example('order/main.ts');
    expect(output).toMatch(/total: 2100,\s+payment: 'pay-\d+',\s+tracking: 'parcel-\d+'/);
    expect(code).toBe(0);
  });

  test.each([
    ['a declined card', 'mallory', 'tea', undefined, 'CardDeclined: the card is stolen'],
    ['a missing article', 'ada', 'moon', undefined, 'OutOfStock: moon is out of stock'],
    ['a cancellation', 'ada', 'tea', 'too slow', 'Cancelled: too slow'],
  ])('%s undoes what was done', async (_, customer, sku, reason, message) => {
    const shop = new Shop();
    const { url: SHOP, server } = await serve(shop);
    const worker = startWorker(ROOT, { DATABASE_URL: url, SHOP });
    await worker.ready;
    const engine = await open({ store: url });
    try {
      const stock = { ...shop.state.stock };
      const id = `order-${customer}-${sku}-${reason ?? ''}`.replaceAll(' ', '-');
      const order = {
        id,
        customer,
        lines: [{ sku: 'cup', count: 1, price: 100 }, { sku, count: 2, price: 100 }],
        grace: reason ? '1 hour' : '10ms',
      };
      expect((await perdure('start', 'fulfil', '--id', id, '--args', JSON.stringify([order]))).code).toBe(0);
      if (reason) await perdure('send', id, 'cancellation', JSON.stringify(reason));
      const run = await engine.run(id);
      await expect(run.result()).rejects.toThrow(message.split(': ')[1]!);
      expect(shop.state.stock).toEqual(stock);
      expect(shop.state).toMatchObject({ reservations: {}, charges: {}, parcels: {} });
      expect((await perdure('show', id)).output).toContain(message);
    } finally {
      await engine.close();
      await worker.stop();
      server.close();
    }
  });
});

test('approval: reminders, escalation, a stranger’s answer ignored, a human’s answer from the CLI', async () => {
  let answered = false;
  const { code, output } = await example('approval/main.ts', [], { PATIENCE: '2s' }, (so) => {
    if (answered || !so.includes('mail to linus: Escalated to you')) return;
    answered = true;
    void perdure('send', 'expense-7', 'decision', '{"by": "eve", "approved": true}').then(() =>
      perdure('send', 'expense-7', 'decision', '{"by": "grace", "approved": true, "comment": "fine"}'),
    );
  });
  expect(output).toContain('mail to grace: Reminder 2: alan asks for 480.00: a better chair');
  expect(output).toContain('mail to eve: expense-7 is not yours to decide');
  expect(output).toContain('mail to alan: a better chair: approved');
  expect(output).toMatch(/approved: true,\s+by: 'grace',\s+comment: 'fine',\s+asked: Map\(2\) \{ 'grace' => 3, 'linus' => \d \}/);
  expect(code).toBe(0);
});

test('import: every row of the file is stored or refused, and the sums are those of the stored rows', async () => {
  const out = join(folder, 'batches');
  const { code, output } = await example('import/main.ts', ['examples/import/sales.csv', out]);
  expect(code).toBe(0);
  const rows = readFileSync(join(ROOT, 'examples/import/sales.csv'), 'utf8').trimEnd().split('\n').length - 1;
  const [, stored, batches, refused] = /(\d+) rows stored in (\d+) batches, (\d+) refused/.exec(output)!.map(Number);
  expect(stored! + refused!).toBe(rows);
  const files = readdirSync(out);
  expect(files).toHaveLength(batches!);
  const sales = files.flatMap((file) => readFileSync(join(out, file), 'utf8').trimEnd().split('\n')).map((line) => JSON.parse(line));
  expect(sales).toHaveLength(stored!);
  const overseas = sales.filter((sale) => sale.region === 'overseas');
  const cents = overseas.reduce((sum, sale) => sum + sale.cents, 0);
  expect(output).toContain(`overseas  ${overseas.length} sales, ${(cents / 100).toFixed(2)}`);
});

test('the demo: killed while it waits and in the middle of a charge, it prints its receipt', { timeout: 300_000 }, async () => {
  const { code, output } = await run(['--import', 'tsx', 'examples/order/demo.ts'], {});
  expect(output).toContain('const payment = await charge(order.customer, invoice.total);');
  expect(output).toMatch(/receipt of order-1001\n {4}3 × tea at 4\.50\n {4}1 × cup at 12\.00\n {4}total 25\.50/);
  expect(output).toContain('and charged 1 time');
  expect(output).toMatch(/effect ship .* in doubt/);
  expect(output).toContain('2 parcels were sent and 2 charges made, for 2 orders.');
  expect(code).toBe(0);
});
