/**
 * `perdure check`: the document of --json, warnings, and --watch, which looks at the programs that a change concerns
 * and at no others, and ends when it is asked to.
 */
import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AppFolder } from './support/app-folder.ts';

const CLI = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));

const FILES = {
  'src/order.wf.ts': "import { add } from './sub/sum.wf.ts';\nexport async function main() { return add(1, 2); }\n",
  'src/sub/sum.wf.ts': 'export const add = (a: number, b: number) => a + b;\n',
  'src/alone.wf.ts': 'export async function alone() { return 1; }\n',
};

let app: AppFolder;
beforeEach(() => {
  app = new AppFolder(FILES);
});
afterEach(() => app.remove());

const all = (): string[] => readdirSync(app.path, { recursive: true }).map(String).sort();

describe('once', () => {
  test('every file with errors is told, whatever kind they are', async () => {
    app.write({ 'src/a.wf.ts': 'export async function a() { let let = 1; }\n', 'src/b.wf.ts': 'export async function b() { return fetch; }\n' });
    const { stdout } = await app.perdure(['check', 'src/**/*.wf.ts', '--json']);
    const { diagnostics, modules } = JSON.parse(stdout);
    expect(diagnostics.map((d: { code: string; file: string }) => `${d.code} ${d.file}`)).toEqual(['syntax_error src/a.wf.ts', 'host_global src/b.wf.ts']);
    expect(modules).toEqual(['src/a.wf.ts', 'src/alone.wf.ts', 'src/b.wf.ts', 'src/order.wf.ts', 'src/sub/sum.wf.ts']);
  });

  test('the document says what was looked at and what is wrong, and nothing is written', async () => {
    app.write({ 'src/bad.wf.ts': 'export declare function pay(): Promise<void>;\nexport async function bad() {\n  pay();\n  return fetch(1);\n}\n' });
    const before = all();
    const { code, stdout, stderr } = await app.perdure(['check', 'src/**/*.wf.ts', '--json']);
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(JSON.parse(stdout)).toEqual({
      ok: false,
      modules: ['src/alone.wf.ts', 'src/bad.wf.ts', 'src/order.wf.ts', 'src/sub/sum.wf.ts'],
      diagnostics: [
        {
          code: 'floating_promise', severity: 'hazard', message: expect.any(String), help: expect.any(String), label: 'the promise is dropped',
          file: 'src/bad.wf.ts', line: 3, column: 3, endLine: 3, endColumn: 8, suggestion: null,
        },
        {
          code: 'host_global', severity: 'unsupported', message: expect.any(String), help: expect.any(String), label: 'not available here',
          file: 'src/bad.wf.ts', line: 4, column: 10, endLine: 4, endColumn: 15,
          suggestion: { module: expect.stringMatching(/^export declare/), app: expect.stringMatching(/^engine\.provide\(bad, /) },
        },
      ],
    });
    expect(all()).toEqual(before);
  });

  test('warnings are told, and stop neither check nor build', async () => {
    app.write({ 'src/alone.wf.ts': 'async function pay() {}\nexport async function alone() {\n  pay();\n}\n' });
    const { code, stdout, stderr } = await app.perdure(['check', 'src/**/*.wf.ts']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^warning\[floating_promise\]: .*\n --> src\/alone\.wf\.ts:3:3\n/);
    expect(stdout).toMatch(/\n1 warning\nfine 3 modules\n$/);
    const built = await app.perdure(['build', 'src/**/*.wf.ts', '--out', 'dist']);
    expect(built.code).toBe(0);
    expect(built.stdout).toMatch(/^warning\[floating_promise\][^]*compiled 3 modules into dist\n$/);
  });
});

interface Report {
  ok: boolean;
  modules: string[];
  checked: string[];
  diagnostics: { code: string; file: string }[];
}

/** A watching process: `next()` is what its next check says. */
class Watching {
  readonly child: ChildProcess;
  private readonly lines: AsyncIterator<string>;

  constructor(...args: string[]) {
    this.child = spawn(process.execPath, [CLI, 'check', ...args, '--watch', '--json'], { cwd: app.path, stdio: ['ignore', 'pipe', 'inherit'] });
    this.lines = createInterface({ input: this.child.stdout! })[Symbol.asyncIterator]();
  }

  async next(): Promise<Report> {
    const { value } = await this.lines.next();
    return JSON.parse(String(value)) as Report;
  }

  /** Ends it with a signal; returns its exit code, and what it printed until then. */
  async end(signal: NodeJS.Signals = 'SIGINT'): Promise<{ code: number | null; rest: string[] }> {
    const ended = new Promise<number | null>((resolve) => this.child.once('exit', resolve));
    this.child.kill(signal);
    const rest: string[] = [];
    for (let line = await this.lines.next(); !line.done; line = await this.lines.next()) rest.push(line.value);
    return { code: await ended, rest };
  }
}

describe('watching', () => {
  let watching: Watching;
  afterEach(() => {
    watching.child.kill('SIGKILL');
  });
  const brief = ({ checked, diagnostics }: Report): unknown[] => [checked, diagnostics.map((d) => `${d.code} ${d.file}`)];

  test('a change is a check of the programs that have read the file', async () => {
    watching = new Watching('src/**/*.wf.ts');
    expect(await watching.next()).toEqual({
      ok: true,
      modules: ['src/alone.wf.ts', 'src/order.wf.ts', 'src/sub/sum.wf.ts'],
      checked: ['src/alone.wf.ts', 'src/order.wf.ts', 'src/sub/sum.wf.ts'],
      diagnostics: [],
    });
    app.write({ 'src/alone.wf.ts': 'export async function alone() { return fetch; }\n' });
    expect(brief(await watching.next())).toEqual([['src/alone.wf.ts'], ['host_global src/alone.wf.ts']]);
    // What is wrong stays said until it is mended, whatever else changes.
    app.write({ 'src/sub/sum.wf.ts': 'export const sum = 1;\n' });
    expect(brief(await watching.next())).toEqual([
      ['src/order.wf.ts', 'src/sub/sum.wf.ts'],
      ['host_global src/alone.wf.ts', 'import_missing src/order.wf.ts'],
    ]);
    app.write({ 'src/sub/sum.wf.ts': FILES['src/sub/sum.wf.ts'] });
    expect(brief(await watching.next())).toEqual([['src/order.wf.ts', 'src/sub/sum.wf.ts'], ['host_global src/alone.wf.ts']]);
    app.write({ 'src/alone.wf.ts': FILES['src/alone.wf.ts'] });
    expect(brief(await watching.next())).toEqual([['src/alone.wf.ts'], []]);
    expect(await watching.end()).toEqual({ code: 0, rest: [] });
  });

  test('files that come, go and are replaced; folders that are new', async () => {
    watching = new Watching('src/**/*.wf.ts');
    await watching.next();
    mkdirSync(app.file('src/new/deep'), { recursive: true });
    app.write({ 'src/new/deep/more.wf.ts': "import { x } from './later.wf.ts';\nexport async function more() { return x; }\n" });
    expect(brief(await watching.next())).toEqual([['src/new/deep/more.wf.ts'], ['import_unresolved src/new/deep/more.wf.ts']]);
    app.write({ 'src/new/deep/later.wf.ts': 'export const x = 1;\n' });
    expect(brief(await watching.next())).toEqual([['src/new/deep/later.wf.ts', 'src/new/deep/more.wf.ts'], []]);
    // As editors save: written beside and moved into place.
    writeFileSync(app.file('src/.alone.tmp'), 'export async function alone() { return process; }\n');
    renameSync(app.file('src/.alone.tmp'), app.file('src/alone.wf.ts'));
    expect(brief(await watching.next())).toEqual([['src/alone.wf.ts'], ['host_global src/alone.wf.ts']]);
    rmSync(app.file('src/alone.wf.ts'));
    expect(brief(await watching.next())).toEqual([[], []]);
    rmSync(app.file('src/new'), { recursive: true });
    expect((await watching.next()).modules).toEqual(['src/order.wf.ts', 'src/sub/sum.wf.ts']);
    expect((await watching.end('SIGTERM')).code).toBe(0);
  });

  test('one file by its name, with what it imports from elsewhere; what does not matter is not told', async () => {
    watching = new Watching('src/order.wf.ts');
    expect((await watching.next()).checked).toEqual(['src/order.wf.ts']);
    app.write({ 'src/alone.wf.ts': 'nonsense', 'src/readme.md': 'x' });
    await new Promise((resolve) => setTimeout(resolve, 300));
    app.write({ 'src/sub/sum.wf.ts': 'export const add = (a: number) => a * 2;\n' });
    expect(brief(await watching.next())).toEqual([['src/order.wf.ts'], []]);
    expect(await watching.end()).toEqual({ code: 0, rest: [] });
  });
});

test('a person sees when, what changed, what is wrong, and how long it took', async () => {
  const child = spawn(process.execPath, [CLI, 'check', 'src/**/*.wf.ts', '-w'], { cwd: app.path, stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    let output = '';
    const until = (pattern: RegExp): Promise<void> =>
      new Promise((resolve) => {
        const look = (): void => {
          if (pattern.test(output)) {
            child.stdout!.off('data', look);
            resolve();
          }
        };
        child.stdout!.on('data', look);
        look();
      });
    child.stdout!.on('data', (chunk: Buffer) => (output += chunk.toString()));
    await until(/^fine 3 modules\n3 programs checked in \S+; watching, Ctrl-C ends\n$/);
    output = '';
    app.write({ 'src/alone.wf.ts': 'export async function alone() {\n  return fetch;\n}\n' });
    await until(/Ctrl-C ends\n$/);
    expect(output).toMatch(/^\d{4}-\d\d-\d\d \S+ {2}src\/alone\.wf\.ts\n\nerror\[host_global\][^]*\n1 error\n1 program checked in \S+; watching, Ctrl-C ends\n$/);
    child.kill('SIGINT');
    expect(await new Promise((resolve) => child.once('exit', (code, signal) => resolve([code, signal])))).toEqual([0, null]);
  } finally {
    child.kill('SIGKILL');
  }
});

test('a pattern that matches nothing is refused at once', async () => {
  expect(await app.perdure(['check', 'lib/**', '--watch'])).toEqual({ code: 1, stdout: '', stderr: 'error: No workflow module (*.wf.ts) matches lib/**.\n' });
});
