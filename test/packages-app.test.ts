/**
 * An app whose workflows use a package: with the loader, built, and embedded. It imports the same package itself, as
 * it is, and has it installed as npm does or as pnpm does.
 */
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { AppFolder } from './support/app-folder.ts';
import { freshDatabase } from './support/database.ts';

// Each test starts several processes, beside whatever else the machine does.
vi.setConfig({ testTimeout: 240_000 });

const FLOW = `import tally, { Tally } from 'tally';
import { plural } from './words.wf.ts';

export declare function tick(n: number): Promise<number>;
export declare function weigh(t: Tally): Promise<Tally>;
export { Tally };

export async function count(words: string[]) {
  const tallies = new Map<string, Tally>();
  for (const word of words) {
    tallies.set(word, tally(tallies.get(word)));
    await tick(1);
  }
  const weighed = await weigh(tallies.get('a')!);
  tallies.set('c', weighed.more());
  return plural([...tallies.values()].map((t) => t.count).join());
}
`;

const PACKAGE: Record<string, string> = {
  'package.json': '{ "name": "tally", "version": "1.0.0", "type": "module", "exports": "./lib/index.js", "types": "./lib/index.d.ts" }',
  'lib/index.js': "import { Tally } from './tally.js';\nexport { Tally };\nexport default (t = new Tally()) => t.more();\n",
  'lib/tally.js': 'export class Tally {\n  count = 0;\n  more() {\n    this.count++;\n    return this;\n  }\n}\n',
  'lib/index.d.ts': 'export declare class Tally { count: number; more(): this }\nexport default function tally(t?: Tally): Tally;\n',
};

const APP = `import { open } from 'perdure/engine';
import native, { Tally } from 'tally';
import * as flow from './flow.wf.js';

const engine = await open({ store: process.env.STORE });
engine.provide(flow, { tick: (n) => n, weigh: (t) => (t instanceof flow.Tally ? t.more() : null) });
await engine.work();
const run = await engine.start(flow.count, { args: [['a', 'b', 'a']] });
console.log(await run.result(), native().count, flow.Tally === Tally);
await engine.close();
`;

function appWith(folder: string): AppFolder {
  return new AppFolder({
    'perdure.config.json': '{ "bundle": ["tally"] }',
    'src/flow.wf.ts': FLOW,
    'src/words.wf.ts': "export const plural = (text: string): string => text + ' times';\n",
    'src/app.js': APP,
    ...Object.fromEntries(Object.entries(PACKAGE).map(([name, text]) => [`${folder}/${name}`, text])),
  });
}

describe('an app whose workflows use a package', () => {
  let store: string;
  let app: AppFolder;
  let linked: AppFolder;
  beforeAll(async () => {
    store = await freshDatabase();
    app = appWith('packages/tally');
    symlinkSync('../packages/tally', app.file('node_modules/tally'));
    linked = appWith('elsewhere/.pnpm/tally@1.0.0/node_modules/tally');
    mkdirSync(linked.file('node_modules'), { recursive: true });
    symlinkSync('../elsewhere/.pnpm/tally@1.0.0/node_modules/tally', linked.file('node_modules/tally'));
  });
  afterAll(() => Promise.all([app.remove(), linked.remove()]));

  const expectRuns = async (...args: string[]): Promise<void> => {
    expect(await app.node(args, { STORE: store })).toEqual({ code: 0, stdout: '2,1,4 times 1 false\n', stderr: '' });
  };

  test('check and explain', async () => {
    expect(await app.perdure(['check', 'src/*.wf.ts'])).toEqual({ code: 0, stdout: 'fine 4 modules\n', stderr: '' });
    const { stdout } = await app.perdure(['explain', 'src/flow.wf.ts', '--stage', 'manifest']);
    expect((JSON.parse(stdout) as { imports: string[] }).imports).toEqual(['npm:tally@1.0.0/lib/index.js', 'src/words.wf.ts']);
  });

  test('with the loader', () => expectRuns('--import', 'perdure/register', 'src/app.js'));

  test.each([[[]], [['--embed']]])('built %s', async (options) => {
    app.write({ 'dist/app.js': APP });
    const built = await app.perdure(['build', 'src/*.wf.ts', '--out', 'dist', ...options]);
    expect(built).toMatchObject({ code: 0, stderr: '' });
    expect(built.stdout).toContain('npm:tally@1.0.0/lib/tally.js  →  dist/npm/tally@1.0.0/lib/tally.js');
    await expectRuns('dist/app.js');
  });

  test('is the same program wherever the package is installed', async () => {
    const manifest = async (folder: AppFolder): Promise<unknown> => {
      expect(await folder.perdure(['build', 'src/*.wf.ts', '--out', 'dist'])).toMatchObject({ code: 0 });
      return JSON.parse(readFileSync(folder.file('dist/flow.wf.manifest.json'), 'utf8'));
    };
    const here = await manifest(app);
    expect(await manifest(linked)).toEqual(here);
    const other = PACKAGE['lib/tally.js']!.replace('count++', 'count += 1');
    linked.write({ 'elsewhere/.pnpm/tally@1.0.0/node_modules/tally/lib/tally.js': other });
    expect((await manifest(linked)) as { hash: string }).not.toEqual(here);
  });

  test('TypeScript sees the types of the package', async () => {
    const options = ['--noEmit', '--module', 'nodenext', '--target', 'es2023', '--strict', '--allowImportingTsExtensions', '--skipLibCheck'];
    expect(await app.tsc(...options, 'src/flow.wf.ts')).toEqual({ code: 0, stdout: '', stderr: '' });
    app.write({ 'src/wrong.wf.ts': "import tally from 'tally';\nexport async function f() { return tally(1); }\n" });
    expect((await app.tsc(...options, 'src/wrong.wf.ts')).stdout).toContain("Argument of type 'number' is not assignable");
  });

  test('what cannot be compiled is said by the loader too', async () => {
    linked.write({ 'perdure.config.json': '{}' });
    const { code, stderr } = await linked.node(['--import', 'perdure/register', 'src/app.js'], { STORE: store });
    expect(code).toBe(1);
    expect(stderr).toContain('error[import_not_workflow]');
    expect(stderr).toContain('{ "bundle": ["tally"] }');
  });
});
