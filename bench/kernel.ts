/**
 * A kernel, twice: compiled, as a run of the engine, and as plain JavaScript with its types erased. Both are text
 * that `vm.Script` compiles, both are driven by the same loop, and both are timed from the moment a command is
 * given to the moment the next one is asked for. So the checkpoint after it is not in the time.
 *
 *     export function setup(): State           // makes what work is about
 *     export function work(state): number      // the work, and a number by which both sides are compared
 */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { Script } from 'node:vm';
import { eraseModule } from '../compiler/1-parse/erase.ts';
import { type Json, type StateDocument, writeDocument } from '../runtime/codec/format.ts';
import type { Arrival } from '../runtime/engine/arrival.ts';
import { evaluate, image } from '../runtime/engine/cycle.ts';
import { Program } from '../runtime/engine/program.ts';
import { type Clock, Run } from '../runtime/engine/run.ts';
import { compileFile, sourceFile } from './compile.ts';
import { cpuMs } from './measure.ts';

/** `make` keeps a state, `kept` works on it, `fresh` works on a new one. */
export type Command = 'make' | 'kept' | 'fresh';

export interface Step {
  ms: number;
  result: number;
}

/** One run of a kernel, on either side. */
export interface Subject {
  step(command: Command): Step | Promise<Step>;
}

const driver = (call: 'work' | 'await work'): string => `
export declare function next(result: number): Promise<string>;

export async function main(): Promise<void> {
  let kept = null;
  let result = 0;
  for (;;) {
    const command = await next(result);
    if (command === 'make') kept = setup();
    else if (command === 'fresh') result = ${call}(setup());
    else result = ${call}(kept);
  }
}
`;

export interface Kernel {
  compiled(): CompiledRun;
  plain(): PlainRun;
}

/** Loads `bench/<name>.wf.ts`. The compilation starts in the repository's root. */
export function loadKernel(name: string): Kernel {
  const file = sourceFile(name);
  const source = readFileSync(file, 'utf8');
  const text = source + driver(/export async function work/.test(source) ? 'await work' : 'work');
  const id = basename(file);
  const program = Program.of(compileFile(file, text));
  const main = loadPlain(text);
  return { compiled: () => CompiledRun.start(program, `${id}#main`), plain: () => new PlainRun(main) };
}

/** A run on the engine, without a store. */
export class CompiledRun implements Subject {
  private readonly run: Run;
  /** When the program last asked for something: its requests are stamped with the clock. */
  private asked = 0;
  private readonly clock: Clock = {
    now: () => {
      this.asked = cpuMs();
      return 1_700_000_000_000;
    },
    latest: () => 1_700_000_000_000,
  };
  /** The request that waits for a command. */
  private request: number;

  private constructor(run: Run, request: number) {
    this.run = run;
    this.request = request;
  }

  static start(program: Program, workflow: string): CompiledRun {
    const started = new CompiledRun(Run.fresh(program), 0);
    started.arrive({ kind: 'start', workflow, args: [] });
    return started;
  }

  /** The same run as it is after a restart: encoded and decoded. */
  restored(): CompiledRun {
    const state = JSON.parse(writeDocument(image(this.run))) as StateDocument;
    return new CompiledRun(Run.restore(this.run.program, state), this.request);
  }

  step(command: Command): Step {
    return this.arrive({ kind: 'result', request: this.request, value: command });
  }

  private arrive(arrival: Arrival): Step {
    const from = cpuMs();
    const { requests, outcome } = evaluate(this.run, [arrival], this.clock);
    const [next] = requests;
    if (!next || !('effect' in next[1])) throw new Error(`the kernel has ended: ${JSON.stringify(outcome)}`);
    this.request = next[0];
    return { ms: this.asked - from, result: (next[1].args as Json[])[0] as number };
  }
}

type Main = (next: (result: number) => Promise<Command>) => () => Promise<void>;

function loadPlain(text: string): Main {
  const code = eraseModule(text, () => '$next').code.replace(/^export /gm, '');
  return new Script(`(function plain($next) { "use strict"; ${code}\nreturn main; })`).runInThisContext() as Main;
}

/** The same run as plain JavaScript. */
export class PlainRun implements Subject {
  /** Whose turn it is: all runs share the code, and with it its `next`. */
  private static current: PlainRun;
  private static readonly mains = new WeakMap<Main, () => Promise<void>>();
  private resume!: (command: Command) => void;
  private asked = 0;
  private answer!: (result: number) => void;

  constructor(main: Main) {
    PlainRun.current = this;
    this.answer = () => {};
    let start = PlainRun.mains.get(main);
    if (!start) PlainRun.mains.set(main, (start = main((result) => PlainRun.current.ask(result))));
    void start();
  }

  private ask(result: number): Promise<Command> {
    this.asked = cpuMs();
    this.answer(result);
    return new Promise((resolve) => (this.resume = resolve));
  }

  async step(command: Command): Promise<Step> {
    PlainRun.current = this;
    const answered = new Promise<number>((resolve) => (this.answer = resolve));
    const from = cpuMs();
    this.resume(command);
    const result = await answered;
    return { ms: this.asked - from, result };
  }
}
