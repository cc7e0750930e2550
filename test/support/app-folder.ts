/**
 * An app in a folder of its own, as a user has it: sources, a package.json, and the package perdure linked into its
 * node_modules. It uses what `npm run build` has made.
 */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const CLI = join(ROOT, 'dist/cli/main.js');
const TSC = join(ROOT, 'node_modules/typescript/bin/tsc');

export interface Finished {
  code: number | null;
  stdout: string;
  stderr: string;
}

export class AppFolder {
  readonly path: string;
  private readonly children = new Set<ChildProcess>();

  constructor(files: Record<string, string>) {
    if (!existsSync(CLI)) throw new Error('there is no dist/: run `npm run build`');
    this.path = realpathSync(mkdtempSync(join(tmpdir(), 'perdure-app-')));
    this.write({ 'package.json': '{ "name": "shop", "type": "module", "private": true }\n', ...files });
    mkdirSync(join(this.path, 'node_modules'));
    symlinkSync(ROOT, join(this.path, 'node_modules/perdure'));
    for (const name of ['tsx', 'typescript', '@types']) symlinkSync(join(ROOT, 'node_modules', name), join(this.path, 'node_modules', name));
  }

  write(files: Record<string, string>): void {
    for (const [name, text] of Object.entries(files)) {
      const path = join(this.path, name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
    }
  }

  file(name: string): string {
    return join(this.path, name);
  }

  perdure(args: string[], env: NodeJS.ProcessEnv = {}): Promise<Finished> {
    return this.node([CLI, ...args], env);
  }

  tsc(...args: string[]): Promise<Finished> {
    return this.node([TSC, ...args]);
  }

  /** Runs Node to its end. The environment is only what is given: no colours, no store of this machine. */
  node(args: string[], env: NodeJS.ProcessEnv = {}): Promise<Finished> {
    return new Promise((resolve) => {
      const child = execFile(
        process.execPath,
        args,
        { cwd: this.path, env: { PATH: process.env.PATH, ...env }, timeout: 120_000 },
        (_error, stdout, stderr) => {
          this.children.delete(child);
          resolve({ code: child.exitCode, stdout, stderr });
        },
      );
      this.children.add(child);
    });
  }

  /** Starts Node and resolves when it prints a line `ready`. */
  async serve(args: string[], env: NodeJS.ProcessEnv = {}): Promise<ChildProcess> {
    const child = spawn(process.execPath, args, { cwd: this.path, env: { PATH: process.env.PATH, ...env } });
    this.children.add(child);
    let output = '';
    await new Promise<void>((resolve, reject) => {
      const heard = (chunk: Buffer): void => {
        output += chunk.toString();
        if (/^ready$/m.test(output)) resolve();
      };
      child.stdout.on('data', heard);
      child.stderr.on('data', heard);
      child.once('exit', (code) => reject(new Error(`the app ended with ${code}: ${output}`)));
    });
    return child;
  }

  async stop(child: ChildProcess, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    this.children.delete(child);
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.kill(signal);
    await ended;
  }

  async remove(): Promise<void> {
    for (const child of this.children) await this.stop(child);
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** An app that works on a store, and the command beside it. */
export class ServedApp {
  /** What the app has said since it was ready. */
  said = '';
  private readonly folder: AppFolder;
  private readonly env: { PERDURE_STORE: string };

  /** `flow` is the workflow module `flow.wf.ts`, `app` the program that serves it and prints a line `ready`. */
  constructor(flow: string, app: string, store: string) {
    this.folder = new AppFolder({ 'flow.wf.ts': flow, 'app.js': app });
    this.env = { PERDURE_STORE: store };
  }

  async start(): Promise<void> {
    const process = await this.folder.serve(['--import', 'perdure/register', 'app.js'], this.env);
    process.stdout!.on('data', (chunk: Buffer) => (this.said += chunk.toString()));
  }

  write(name: string, text: string): void {
    this.folder.write({ [name]: text });
  }

  readonly perdure = (...args: string[]): Promise<Finished> => this.folder.perdure(args, this.env);

  /** stdout of a command that succeeds, and has nothing to complain about. */
  readonly text = async (...args: string[]): Promise<string> => {
    const { code, stdout, stderr } = await this.perdure(...args);
    if (code !== 0 || stderr !== '') throw new Error(`perdure ${args.join(' ')} ended with ${code}: ${stderr}`);
    return stdout;
  };

  readonly json = async (...args: string[]): Promise<any> => JSON.parse(await this.text(...args, '--json'));

  remove(): Promise<void> {
    return this.folder.remove();
  }
}
