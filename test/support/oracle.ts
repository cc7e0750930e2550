/**
 * The oracle: a workflow module as plain JavaScript, its types erased, run by Node itself.
 */
import { createRequire } from 'node:module';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { formatWithOptions } from 'node:util';
import { basename, dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { eraseModule } from '../../compiler/1-parse/erase.ts';
import { describe, EFFECTS, hostFor, type Effects } from './harness.ts';
import { type Message, OracleWaiting } from './oracle-waiting.ts';

/** What a program does in plain Node. */
export interface NativeRun {
  /** What it prints, and how it ends as a last line. */
  lines: string[];
  /** Reasons of rejections that nobody listened to in time: Node would end there, the oracle goes on. */
  unheard: unknown[];
  /** Node refuses to load its modules, as for an error of syntax. */
  refused: boolean;
  /** How many lines it had printed when first a value could not be copied to an effect or from it; a run's may hold more. */
  uncopied: number;
}

const nativeImport = createRequire(import.meta.url)('./native-import.cjs') as (url: string) => Promise<unknown>;

/** Loaded before anything of the program is evaluated, so the program's own part begins here. */
const PERDURE = 'globalThis.perdureWaiting.begin();\nexport const { sleep, channel, query, scope, withTimeout, CancelledError, TimeoutError } = globalThis.perdureWaiting;\n';

/** A module and what it imports, to be run any number of times, each time anew. */
export class Oracle {
  /** Texts by the names of their files; the entry is the first. */
  private readonly texts = new Map<string, string>();
  private readonly files: Record<string, string>;
  private readonly entry: string;

  /** Throws SyntaxError for what cannot be parsed. */
  constructor(file: string, files: Record<string, string> = {}) {
    this.files = files;
    this.entry = this.add(file, new Map());
  }

  async run({ messages = [], effects = EFFECTS }: { messages?: Message[]; effects?: Effects } = {}): Promise<NativeRun> {
    const run: NativeRun = { lines: [], unheard: [], refused: false, uncopied: Infinity };
    const waiting = new OracleWaiting(effects, () => (run.uncopied = Math.min(run.uncopied, run.lines.length)));
    (globalThis as { perdureWaiting?: OracleWaiting }).perdureWaiting = waiting;
    const folder = mkdtempSync(join(tmpdir(), 'perdure-oracle-'));
    const leave = listen(run);
    try {
      for (const [name, text] of this.texts) writeFileSync(join(folder, name), text);
      const begin = async (): Promise<unknown> => {
        const { main } = (await nativeImport(pathToFileURL(join(folder, this.entry)).href)) as { main: () => unknown };
        const result = main();
        waiting.deliver(messages);
        return result;
      };
      run.lines.push(`returned ${describe(await waiting.end(begin()))}`);
    } catch (error) {
      run.lines.push(`threw ${error instanceof Error ? `${error.name}: ${error.message}` : describe(error)}`);
    } finally {
      run.refused = !waiting.hasBegun;
      leave();
      rmSync(folder, { recursive: true, force: true });
    }
    return run;
  }

  /** Adds a module and what it imports, each once; returns the name of its file. */
  private add(file: string, known: Map<string, string>): string {
    const found = known.get(file);
    if (found !== undefined) return found;
    const name = basename(file).replace(/\.ts$/, `.${known.size}.mjs`);
    known.set(file, name);
    const { code, imports } = eraseModule(this.files[basename(file)] ?? readFileSync(file, 'utf8'), (effect) => `(...args) => globalThis.perdureWaiting.effect('${effect}', args)`);
    let text = known.size === 1 ? `import './perdure.mjs'; ${code}` : code;
    for (const specifier of new Set(imports)) {
      const target = this.target(specifier, file, known);
      text = text.replaceAll(`'${specifier}'`, `'${target}'`).replaceAll(`"${specifier}"`, `'${target}'`);
    }
    this.texts.set(name, text);
    this.texts.set('perdure.mjs', PERDURE);
    return name;
  }

  /** What plain Node imports in place of a specifier; packages as they are installed. */
  private target(specifier: string, from: string, known: Map<string, string>): string {
    if (specifier === 'perdure') return './perdure.mjs';
    const found = hostFor(dirname(from), this.files).packages!.requestedByWorkflow(specifier, from);
    if (found.kind === 'module') return pathToFileURL(found.file).href;
    return `./${this.add(resolve(dirname(from), specifier.replace(/\.js$/, '.ts')), known)}`;
  }
}

/** What the program prints and rejects goes to the run, until it is left. */
function listen({ lines, unheard }: NativeRun): () => void {
  const print = console.log;
  console.log = (...args: unknown[]) => void lines.push(formatWithOptions({ colors: false }, ...args));
  // A workflow may listen to a rejection later than Node would wait; a test runner would call it an error of its own.
  const others = process.listeners('unhandledRejection');
  process.removeAllListeners('unhandledRejection');
  process.on('unhandledRejection', (reason) => unheard.push(reason));
  return () => {
    console.log = print;
    process.removeAllListeners('unhandledRejection');
    for (const listener of others) process.on('unhandledRejection', listener);
  };
}

/** What a module prints in plain Node, and how it ends as a last line. */
export const runOracle = async (file: string, files: Record<string, string> = {}, messages: Message[] = []): Promise<string[]> =>
  (await new Oracle(file, files).run({ messages })).lines;
