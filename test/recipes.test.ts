/**
 * The ways to run an app with workflows, each in a folder of its own as a user has it. What works here is what the
 * documentation may promise.
 *
 *     node --import perdure/register app.js                     JavaScript; workflows are compiled as they are imported
 *     node --import tsx --import perdure/register app.ts        TypeScript; in this order or the other
 *     tsc && perdure build 'src/**\/*.wf.ts' --out dist         production: node dist/app.js
 *
 * `tsc` writes a `.wf.js` of its own for every workflow that the app imports, and its output is the workflow as a
 * plain function: so `perdure build` comes after it. In the wrong order the app refuses to run. With workflows in a
 * project of their own that emits only declarations (`references`, `emitDeclarationOnly`), any order is right.
 */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { AppFolder, type Finished } from './support/app-folder.ts';
import { freshDatabase } from './support/database.ts';

// Each test starts several processes, beside whatever else the machine does.
vi.setConfig({ testTimeout: 240_000 });

const TYPES = `export interface Order {
  id: string;
  total: number;
}
export interface Receipt {
  id: string;
  cents: number;
}
`;

const MONEY = `export function cents(total: number): number {
  if (total < 0) throw new RangeError('negative ' + total);
  return Math.round(total * 100);
}
`;

const order = (extension: 'ts' | 'js'): string => `import { channel } from 'perdure';
import type { Order, Receipt } from './types.${extension}';
import { cents } from './money.wf.${extension}';

export declare function charge(order: Order, cents: number): Promise<Receipt>;
export const note = channel<{ text: string }>('note');
export class Refused extends Error {}

async function pay(order: Order): Promise<Receipt> {
  const receipt = await charge(order, cents(order.total));
  if (receipt.cents > 1000)
    throw new Refused('too much');
  return receipt;
}

export async function fulfil(order: Order): Promise<Receipt> {
  return await pay(order);
}
`;

/** An app that runs a workflow twice; there are hardly any types to write. */
const app = (extension: 'ts' | 'js'): string => `import { open } from 'perdure/engine';
import * as orders from './order.wf.${extension}';

const engine = await open({ store: process.env.STORE! });
engine.provide(orders, { charge: (order, cents) => ({ id: order.id, cents }) });
await engine.work();
for (const total of [5, 50]) {
  const run = await engine.start(orders.fulfil, { args: [{ id: 'o-1', total }] });
  try {
    const receipt = await run.result();
    console.log('charged', receipt.cents);
  } catch (error) {
    console.log(error instanceof orders.Refused, (error as Error).stack);
  }
}
await engine.close();
`;

const javascript = (source: string): string => source.replaceAll('!', '').replace('(error as Error)', 'error');

const OUTPUT = `charged 500
true Error: too much
    at pay (src/order.wf.ts:12:11)
    at async fulfil (src/order.wf.ts:17:10)
`;

/** The configurations that docs/running.md shows, in this order. */
const [DOCUMENTED, REFERENCING, WORKFLOWS] = [...readFileSync('docs/running.md', 'utf8').matchAll(/^```json\n(.*?)^```/gms)]
  .map(([, text]) => JSON.parse(text!) as Record<string, object>)
  .filter((json) => 'compilerOptions' in json || 'references' in json) as [Record<string, object>, object, object];

const TSCONFIG = { ...DOCUMENTED, compilerOptions: { ...DOCUMENTED.compilerOptions, sourceMap: true } };

let store: string;
beforeAll(async () => {
  store = await freshDatabase();
});

function sources(extension: 'ts' | 'js'): Record<string, string> {
  return {
    'src/types.ts': TYPES,
    'src/money.wf.ts': MONEY,
    'src/order.wf.ts': order(extension),
    'src/app.ts': app(extension),
    'tsconfig.json': JSON.stringify(TSCONFIG),
  };
}

/** The app charges, and a refusal has a stack in terms of the source. */
async function expectRuns(folder: AppFolder, ...args: string[]): Promise<void> {
  expect(await folder.node(args, { STORE: store })).toEqual({ code: 0, stdout: OUTPUT, stderr: '' });
}

function expectNotCompiled({ code, stdout, stderr }: Finished, what: string): void {
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toContain(`PerdureError: ${what} is not compiled.`);
  expect(stderr).toContain('`node --import perdure/register`');
  expect(stderr).toContain("`perdure build 'src/**/*.wf.ts' --out dist` after `tsc`");
  expect(stderr).toContain("code: 'not_compiled'");
}

describe.each(['ts', 'js'] as const)('imports of ./order.wf.%s', (extension) => {
  let folder: AppFolder;
  beforeAll(() => {
    folder = new AppFolder({ ...sources(extension), 'src/plain.js': javascript(app(extension)) });
  });
  afterAll(() => folder.remove());

  test('a JavaScript app with the loader', () => expectRuns(folder, '--import', 'perdure/register', 'src/plain.js'));

  test('a TypeScript app with tsx and the loader', () =>
    expectRuns(folder, '--import', 'tsx', '--import', 'perdure/register', 'src/app.ts'));

  test('… in the other order', () => expectRuns(folder, '--import', 'perdure/register', '--import', 'tsx', 'src/app.ts'));

  test('tsx alone is refused', async () => {
    expectNotCompiled(await folder.node(['--import', 'tsx', 'src/app.ts'], { STORE: store }), 'The module given to `provide`');
  });

  test('production: tsc, then perdure build', async () => {
    expect(await folder.tsc()).toEqual({ code: 0, stdout: '', stderr: '' });
    expectNotCompiled(await folder.node(['dist/app.js'], { STORE: store }), 'The module given to `provide`');
    expect(await folder.perdure(['build', 'src/**/*.wf.ts', '--out', 'dist'])).toMatchObject({ code: 0 });
    await expectRuns(folder, 'dist/app.js');
    await expectRuns(folder, '--enable-source-maps', 'dist/app.js');
    expect(readFileSync(folder.file('dist/order.wf.d.ts'), 'utf8')).toContain('export declare function charge(');
    // tsc writes over it again: the app says so.
    expect((await folder.tsc()).code).toBe(0);
    expectNotCompiled(await folder.node(['dist/app.js'], { STORE: store }), 'The module given to `provide`');
  });

  test('… and embedded, without source maps beside', async () => {
    expect((await folder.tsc('--sourceMap', 'false')).code).toBe(0);
    expect(await folder.perdure(['build', 'src/**/*.wf.ts', '--out', 'dist', '--embed'])).toMatchObject({ code: 0 });
    await expectRuns(folder, 'dist/app.js');
  });
});

describe('workflows as a project that emits only declarations', () => {
  let folder: AppFolder;
  beforeAll(() => {
    folder = new AppFolder({
      ...sources('ts'),
      'tsconfig.json': JSON.stringify({ ...TSCONFIG, ...REFERENCING }),
      'tsconfig.workflows.json': JSON.stringify(WORKFLOWS),
    });
  });
  afterAll(() => folder.remove());

  test('perdure build and tsc, in any order', async () => {
    const build = async (): Promise<void> => expect(await folder.perdure(['build', 'src/**/*.wf.ts', '--out', 'dist'])).toMatchObject({ code: 0 });
    await build();
    expect(await folder.tsc('-b', '--force')).toEqual({ code: 0, stdout: '', stderr: '' });
    await expectRuns(folder, 'dist/app.js');
    await build();
    await expectRuns(folder, 'dist/app.js');
  });
});

describe('types', () => {
  const check = async (lines: string): Promise<string> => {
    const folder = new AppFolder({
      ...sources('ts'),
      'src/app.ts': `import { open } from 'perdure/engine';
import type { Receipt } from './types.ts';
import * as orders from './order.wf.ts';
const engine = await open({ store: 'x' });
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <A, B>(_: Same<A, B>): void => {};
${lines}`,
    });
    try {
      const { stdout } = await folder.tsc('--noEmit');
      return stdout.replaceAll(/^src\/app\.ts\((\d+),\d+\): error /gm, (_, line: string) => `${Number(line) - 6}: `);
    } finally {
      await folder.remove();
    }
  };

  test('are inferred from the module: arguments, results, messages, implementations', async () => {
    const found = await check(`
engine.provide(orders, {
  charge: (order, cents) => { same<typeof order.id, string>(true); same<typeof cents, number>(true); return { id: order.id, cents }; },
});
engine.provide(orders, {
  charge: { run: async (order, cents) => ({ id: order.id, cents }), idempotent: true, retry: { attempts: 3 } },
});
const run = await engine.start(orders.fulfil, { id: 'x', args: [{ id: 'o', total: 1 }] });
const receipt = await run.result();
same<typeof receipt, Receipt>(true);
await run.send(orders.note, { text: 'x' });
`);
    expect(found).toBe('');
  });

  test('wrong use does not compile', async () => {
    const found = await check(`engine.provide(orders, { chrage: () => ({ id: '', cents: 1 }) });
engine.provide(orders, { charge: (order) => order.total });
await engine.start(orders.fulfil, { args: [{ id: 1, total: 1 }] });
await engine.start(orders.fulfil, { args: ['x', 2] });
await engine.start(orders.note, {});
const run = await engine.start(orders.fulfil, { args: [{ id: 'o', total: 1 }] });
(await run.result()).amount;
await run.send(orders.note, { txet: 'x' });
`);
    expect([...new Set([...found.matchAll(/^(\d+): /gm)].map((match) => Number(match[1])))]).toEqual([1, 2, 3, 4, 5, 7, 8]);
  });
});

test('an uncompiled workflow is refused by start, too', async () => {
  const folder = new AppFolder({
    'order.wf.ts': 'export async function fulfil() { return 1; }\n',
    'app.ts': `import { open } from 'perdure/engine';
import { fulfil } from './order.wf.ts';
const engine = await open({ store: process.env.STORE! });
await engine.start(fulfil).finally(() => engine.close());
`,
  });
  try {
    const finished = await folder.node(['--import', 'tsx', 'app.ts'], { STORE: store });
    expectNotCompiled(finished, "The workflow 'fulfil' given to `start`");
  } finally {
    await folder.remove();
  }
});

test('with --enable-source-maps, what the app itself calls of a built module is traced to its source', async () => {
  const folder = new AppFolder({
    'src/money.wf.ts': MONEY,
    'src/app.js': "import { cents } from './money.wf.js';\ntry { cents(-1); } catch (error) { console.log(error.stack); }\n",
  });
  try {
    expect((await folder.perdure(['build', 'src/*.wf.ts', '--out', 'src'])).code).toBe(0);
    const { stdout } = await folder.node(['--enable-source-maps', 'src/app.js']);
    expect(stdout.split('\n').slice(0, 2)).toEqual(['RangeError: negative -1', `    at cents (${folder.file('src/money.wf.ts')}:2:24)`]);
  } finally {
    await folder.remove();
  }
});

test('a workflow that does not compile stops the app with the diagnostics', async () => {
  const folder = new AppFolder({
    'order.wf.ts': 'export async function fulfil() {\n  return fetch(1);\n}\n',
    'app.js': "import './order.wf.ts';\n",
  });
  try {
    const { code, stderr } = await folder.node(['--import', 'perdure/register', 'app.js']);
    expect(code).toBe(1);
    expect(stderr).toContain('order.wf.ts does not compile.\n\nerror[host_global]: ');
    expect(stderr).toContain(' --> order.wf.ts:2:10\n');
  } finally {
    await folder.remove();
  }
});
