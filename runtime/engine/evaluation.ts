/**
 * The evaluation of a program's modules when a run starts (ECMA-262 16.2.1.5.2 and .3).
 *
 * A module that awaits at its top level has a machine for it; those that import it wait, others do not. While it
 * waits, the run is stored like any other, with what is left to do:
 *
 *     { workflow: 'src/order.wf.ts#fulfil', args: […], pending: { 'src/order.wf.ts': 1 }, failed: {} }
 *
 * Everything else of the specification's records (order, parents, cycle roots) follows from the program.
 */
import { touched, touchWhole } from '../heap/touch.ts';
import { begin } from '../machine/drive.ts';
import { builtinClosure, cellOf } from '../machine/builtin-closure.ts';
import { inSourceWords } from '../machine/engine-words.ts';
import type { Frame } from '../machine/frame.ts';
import { newPromise, performThen, settle } from '../machine/promise.ts';
import { registers } from '../machine/registers.ts';
import type { Program } from './program.ts';
import type { Run } from './run.ts';

/** What a run has been started with, and what its modules wait for. */
export interface Start {
  workflow: string;
  args: unknown[];
  /** Of modules that have not begun: how many of those they import are still to end. */
  pending: Record<string, number>;
  /** Modules that threw, or import one that did. */
  failed: Record<string, true>;
}

/** Evaluates the modules as far as they go. When the entry is evaluated, `run.started` says so. */
export function evaluateModules(run: Run, workflow: string, args: unknown[]): void {
  const start: Start = { workflow, args, pending: {}, failed: {} };
  run.main = newPromise();
  const evaluation = new Evaluation(run, start);
  const { schedule } = evaluation;
  try {
    for (const id of run.program.modules.keys()) {
      const module = schedule.modules.get(id)!;
      if (module.pending > 0) start.pending[id] = module.pending;
      else evaluation.execute(id);
    }
  } catch (error) {
    if (registers.fault !== null) throw error;
    settle(run.main, true, inSourceWords(error));
    return;
  }
  if (!schedule.modules.get(schedule.entry)!.isAsync) run.started = start;
}

class Evaluation {
  private readonly run: Run;
  private readonly start: Start;
  readonly schedule: Schedule;

  constructor(run: Run, start: Start) {
    this.run = run;
    this.start = start;
    this.schedule = scheduleOf(run.program);
  }

  /** ExecuteModule, or ExecuteAsyncModule (16.2.1.5.2.2). */
  execute(id: string): void {
    const { code, manifest } = this.run.program.modules.get(id)!;
    // The Env may have been stored while another module waited, and a top level has no barriers.
    const env = this.run.envs.get(id)!;
    if (env.$m !== undefined) touchWhole(env.$m);
    const frame = code.init() as Frame | undefined;
    if (!manifest.awaits) return;
    const promise = begin(frame!);
    const result = startCell(id, this.start);
    performThen(promise, { kind: 'then', to: newPromise(), fulfilled: moduleEvaluated(result), rejected: moduleFailed(result) });
  }

  /** AsyncModuleExecutionFulfilled (16.2.1.5.3.4). */
  fulfilled(id: string): void {
    if (id in this.start.failed) return;
    if (id === this.schedule.entry) this.run.started = this.start;
    const ready: string[] = [];
    this.gather(id, ready);
    ready.sort((a, b) => this.schedule.modules.get(a)!.order - this.schedule.modules.get(b)!.order);
    for (const next of ready) {
      if (next in this.start.failed) continue;
      try {
        this.execute(next);
      } catch (error) {
        this.rejected(next, inSourceWords(error));
        continue;
      }
      if (!this.run.program.modules.get(next)!.manifest.awaits && next === this.schedule.entry) this.run.started = this.start;
    }
  }

  /** GatherAvailableAncestors (16.2.1.5.3.3). */
  private gather(id: string, ready: string[]): void {
    for (const parent of this.schedule.modules.get(id)!.parents) {
      const { root } = this.schedule.modules.get(parent)!;
      if (ready.includes(parent) || root in this.start.failed) continue;
      touched(this.start.pending);
      if (--this.start.pending[parent]! > 0) continue;
      ready.push(parent);
      if (!this.run.program.modules.get(parent)!.manifest.awaits) this.gather(parent, ready);
    }
  }

  /** AsyncModuleExecutionRejected (16.2.1.5.3.5). */
  rejected(id: string, error: unknown): void {
    if (id in this.start.failed) return;
    touched(this.start.failed);
    this.start.failed[id] = true;
    for (const parent of this.schedule.modules.get(id)!.parents) this.rejected(parent, error);
    if (id === this.schedule.entry) settle(this.run.main!, true, error);
  }
}

const startCell = cellOf((module?: string, start?: Start) => ({ $m: undefined, $up: undefined, module, start }));

const moduleEvaluated = builtinClosure('%Module/evaluated', (env) => () => {
  new Evaluation(registers.host as Run, env.start as Start).fulfilled(env.module as string);
});

const moduleFailed = builtinClosure('%Module/failed', (env) => (error: unknown) => {
  new Evaluation(registers.host as Run, env.start as Start).rejected(env.module as string, error);
});

// ——— What follows from the program ———

interface Scheduled {
  /** It awaits, or imports a module that does. */
  isAsync: boolean;
  /** The order in which it was found to be so. */
  order: number;
  /** How many of the modules it imports it waits for. */
  pending: number;
  /** The modules that wait for it. */
  parents: string[];
  /** The first module of its import cycle; itself if it is in none. */
  root: string;
}

interface Schedule {
  entry: string;
  modules: ReadonlyMap<string, Scheduled>;
}

const schedules = new WeakMap<Program, Schedule>();

function scheduleOf(program: Program): Schedule {
  let schedule = schedules.get(program);
  if (!schedule) {
    schedule = { entry: [...program.modules.keys()].at(-1)!, modules: inOrder(program) };
    schedules.set(program, schedule);
  }
  return schedule;
}

/** InnerModuleEvaluation (16.2.1.5.2.1), without executing anything. */
function inOrder(program: Program): Map<string, Scheduled> {
  const modules = new Map<string, Scheduled & { index: number; ancestor: number }>();
  const stack: string[] = [];
  let asyncs = 0;
  const visit = (id: string): void => {
    const module = { isAsync: false, order: 0, pending: 0, parents: [], root: id, index: modules.size, ancestor: modules.size };
    modules.set(id, module);
    stack.push(id);
    const { manifest } = program.modules.get(id)!;
    for (const required of manifest.imports) {
      if (!modules.has(required)) visit(required);
      const known = modules.get(required)!;
      const isOpen = stack.includes(required);
      if (isOpen) module.ancestor = Math.min(module.ancestor, known.ancestor);
      const awaited = isOpen ? known : modules.get(known.root)!;
      if (!awaited.isAsync) continue;
      module.pending++;
      awaited.parents.push(id as never);
    }
    if (module.pending > 0 || manifest.awaits) {
      module.isAsync = true;
      module.order = asyncs++;
    }
    if (module.ancestor !== module.index) return;
    for (let member = stack.pop()!; ; member = stack.pop()!) {
      modules.get(member)!.root = id;
      if (member === id) return;
    }
  };
  // The entry is the last; all others are reached from it.
  visit([...program.modules.keys()].at(-1)!);
  return modules;
}
