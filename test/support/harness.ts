/**
 * Runs one compiled workflow module in memory, in the executions of ARCHITECTURE.md: with its state left alone, left
 * alone but compared with its log (kept), encoded and decoded at every suspension, rebuilt from deltas, or moved from one
 * version of its program to another and back.
 */
import { dirname, resolve } from 'node:path';
import { compileProgram, printDiagnostic, type CompiledModule, type SourceHost } from '../../compiler/index.ts';
import { diskFiles } from '../../compiler/disk.ts';
import { Packages } from '../../compiler/npm/packages.ts';
import { fromDocument, toDocument } from '../../runtime/codec/border.ts';
import { applyDelta, compact, emptyState } from '../../runtime/codec/fold.ts';
import { type Json, type StateDocument, writeDocument } from '../../runtime/codec/format.ts';
import { errorDocument, type OutcomeDocument } from '../../runtime/codec/outcome.ts';
import { makeArtifact, type Artifact } from '../../runtime/engine/artifact.ts';
import type { Arrival } from '../../runtime/engine/arrival.ts';
import { evaluate, image } from '../../runtime/engine/cycle.ts';
import { fittedState } from '../../runtime/engine/fit.ts';
import { Program } from '../../runtime/engine/program.ts';
import { type Clock, Run } from '../../runtime/engine/run.ts';
import type { Message } from './oracle-waiting.ts';

export type Mode = 'plain' | 'kept' | 'every' | 'delta' | 'moved';

export type Effects = Record<string, (...args: unknown[]) => unknown>;

/** Implementations of the effects that fixtures declare. */
export const EFFECTS: Effects = {
  tick: (value) => value,
  fail: (message) => {
    throw new Error(String(message));
  },
};

const STEPS_MAX = 100_000;

export function hostFor(root: string, files: Record<string, string> = {}): SourceHost {
  const read = (file: string): string | undefined => files[file.slice(root.length + 1)] ?? diskFiles.read(file);
  const real = (file: string): string => (file.slice(root.length + 1) in files ? file : diskFiles.real(file));
  return {
    read,
    packages: new Packages({ read, real }),
    idOf: (file) => file.slice(root.length + 1),
    resolve: (specifier, from) => resolve(dirname(from), specifier.replace(/\.js$/, '.ts')),
  };
}

/** Compiles a module and what it imports; throws with the diagnostics printed. */
export function compileModules(file: string, files: Record<string, string> = {}, root = dirname(file)): CompiledModule[] {
  const compilation = compileProgram(file, hostFor(root, files));
  if (!compilation.ok) {
    throw new Error(compilation.diagnostics.map((d) => printDiagnostic(d, compilation.sources.get(d.file))).join('\n\n'));
  }
  return compilation.modules;
}

export function compileFile(file: string, files: Record<string, string> = {}, root = dirname(file)): Artifact {
  const modules = compileModules(file, files, root);
  return makeArtifact(
    modules.at(-1)!.id,
    modules.map(({ id, code, manifest, map }) => ({ id, code, manifest, map })),
  );
}

/** A source as it may be later: other lines, and a function that nobody knew of. */
export const laterVersion = (source: string): string => `// A later version.\n${source}\nfunction laterOn(): string {\n  return 'it has this';\n}\n`;

const BEGINNING = 1_700_000_000_000;

export interface RunOptions {
  mode: Mode;
  /** Another version of the program, to be moved to. */
  other?: Artifact | undefined;
  workflow?: string;
  args?: unknown[];
  messages?: Message[];
  effects?: Effects;
  /** Told of each line as it is printed: a run that fails has printed some. */
  print?: (line: string) => void;
  /** Goes on with a run after its first cycle, in another process for example. */
  handOver?: (suspended: Suspended) => Ended;
}

/** A run between two cycles, as another process can take it over. */
export interface Suspended {
  state: StateDocument;
  queue: Arrival[];
  timers: Timer[];
  time: number;
}

/** What a run printed, and how it ended. */
export interface Ended {
  lines: string[];
  outcome: OutcomeDocument;
  /** It failed by a rejection that nobody can listen to. */
  unheard: boolean;
}

/** A run that will not end here: it waits for what nobody sends, or goes on and on. */
export class Endless extends Error {}

/** Runs a workflow to its end; returns what it printed, and how it ended as a last line. */
export function runCompiled(artifact: Artifact, options: RunOptions): string[] {
  const { lines, outcome } = execute(artifact, options);
  return [...lines, ending(outcome, Program.of(artifact))];
}

/** Runs a workflow to its end. */
export function execute(artifact: Artifact, options: RunOptions): Ended {
  const program = Program.of(artifact);
  const workflow = `${artifact.entry}#${options.workflow ?? 'main'}`;
  const queue: Arrival[] = [
    { kind: 'start', workflow, args: toDocument(options.args ?? [], program) },
    ...(options.messages ?? []).map(([channel, value], i): Arrival => ({ kind: 'message', mail: i + 1, channel, value: toDocument(value, program) })),
  ];
  return cycles(artifact, options, { state: emptyState(), queue, timers: [], time: BEGINNING }, Run.fresh(program));
}

/** Goes on with a run that another process has begun. */
export function takeOver(artifact: Artifact, options: RunOptions, suspended: Suspended): Ended {
  // The run is made out of its document.
  const document = JSON.parse(writeDocument(suspended.state)) as StateDocument;
  return cycles(artifact, options, suspended, Run.restore(Program.of(artifact), document));
}

function cycles(artifact: Artifact, options: RunOptions, suspended: Suspended, begun: Run): Ended {
  const lines: string[] = [];
  const { queue, timers } = suspended;
  let { time } = suspended;
  let stored = writeDocument(suspended.state);
  let run = begun;
  let [version, other] = [artifact, options.other ?? artifact];
  // Time stands still but for the timers that fire.
  const clock: Clock = { now: () => time, latest: () => time };

  for (let step = 0; step < STEPS_MAX; step++) {
    let arrival = queue.shift();
    if (!arrival) {
      const timer = nextTimer(timers);
      if (timer) {
        time = Math.max(time, timer.at);
        arrival = { kind: 'timer', request: timer.request };
      }
    }
    if (!arrival) throw new Endless('the run neither ended nor waits for anything');
    const checkpoint = evaluate(run, [arrival], clock);
    const unheard = run.rejected.size > 0;
    for (const [, line] of checkpoint.capture?.console ?? []) {
      lines.push(String(line));
      options.print?.(String(line));
    }
    if (options.mode !== 'plain') {
      stored = checkImage(stored, run, checkpoint.delta, options.mode);
    }
    if (options.mode === 'moved') {
      stored = fittedState(JSON.parse(stored) as StateDocument, version, other);
      [version, other] = [other, version];
    }
    if (options.mode === 'every' || options.mode === 'delta' || options.mode === 'moved') {
      run = Run.restore(Program.of(version), JSON.parse(stored) as StateDocument);
    }
    if (checkpoint.outcome) return { lines, outcome: checkpoint.outcome, unheard };
    for (const n of checkpoint.dropped) {
      const at = timers.findIndex(({ request }) => request === n);
      if (at !== -1) timers.splice(at, 1);
    }
    for (const [n, request] of checkpoint.requests) {
      if ('effect' in request) queue.push(perform(n, request.effect, request.args, run.program, options.effects ?? EFFECTS));
      else if ('sleep' in request) timers.push({ at: request.sleep, request: n });
      else if ('until' in request && request.until !== undefined) timers.push({ at: request.until, request: n });
    }
    if (step === 0 && options.handOver) {
      const rest = options.handOver({ state: JSON.parse(stored) as StateDocument, queue, timers, time });
      return { ...rest, lines: [...lines, ...rest.lines] };
    }
  }
  throw new Endless('the fixture does not end');
}

interface Timer {
  at: number;
  request: number;
}

function nextTimer(timers: Timer[]): Timer | undefined {
  timers.sort((a, b) => a.at - b.at || a.request - b.request);
  return timers.shift();
}

function perform(n: number, effect: string, args: Json, program: Program, effects: Effects): Arrival {
  const implementation = effects[effect.slice(effect.indexOf('#') + 1)];
  if (!implementation) throw new Error(`the harness has no effect ${effect}`);
  try {
    const result = implementation(...(fromDocument(JSON.parse(JSON.stringify(args)) as Json, program, 'args') as unknown[]));
    return { kind: 'result', request: n, value: toDocument(result, program) };
  } catch (error) {
    return { kind: 'failure', request: n, error: errorDocument(error, program) };
  }
}

export function ending(outcome: OutcomeDocument, program: Program): string {
  if ('ok' in outcome) return `returned ${describe(fromDocument(outcome.ok, program, 'outcome'))}`;
  const error = fromDocument(outcome.error, program, 'outcome');
  return `threw ${error instanceof Error ? `${error.name}: ${error.message}` : describe(error)}`;
}

/** A result, as the last line of a run shows it. */
export const describe = (value: unknown): string => (value === undefined ? 'undefined' : JSON.stringify(value) ?? String(value));

/** The stored state after a delta; it must say what an image of the run says, for every object the image reaches. */
function checkImage(before: string, run: Run, delta: unknown, mode: Mode): string {
  const folded = JSON.parse(before) as StateDocument;
  applyDelta(folded, JSON.parse(writeDocument(delta)) as object);
  compact(folded);
  const text = writeDocument(image(run));
  const traced = JSON.parse(text) as StateDocument;
  for (const [id, record] of Object.entries(traced.heap)) {
    if (JSON.stringify(record) === JSON.stringify(folded.heap[id])) continue;
    const expected = JSON.stringify(canonical(record, traced.heap));
    const actual = JSON.stringify(canonical(folded.heap[id] ?? null, traced.heap));
    if (expected !== actual) throw new Error(`missing barrier: object ${id} is ${expected}, but the log says ${actual}`);
  }
  const rest = ({ heap: _, ...others }: StateDocument): string => JSON.stringify(sorted(others as unknown as Json));
  if (rest(folded) !== rest(traced)) throw new Error(`the log says ${rest(folded)}, the run ${rest(traced)}`);
  return mode === 'every' ? text : writeDocument(folded);
}

/**
 * The slots of a frame have no order. Nor have weak entries, and the log keeps those of keys that have become garbage.
 * Whether an array with holes is written as its elements or as its entries is told by how full it was when it was written.
 */
function canonical(record: Json, heap: Record<string, Json>): Json {
  if (typeof record !== 'object' || record === null || Array.isArray(record)) return record;
  if (Array.isArray(record.a) && record.a.some(isHole)) {
    const { a, ...others } = record;
    return { sparse: [a.length, a.flatMap((value, i) => (isHole(value) ? [] : [[i, value]]))], ...others };
  }
  if ('frame' in record && 'slots' in record) return { ...record, slots: sorted(record.slots!) };
  const alive = (key: Json): boolean => !isReference(key) || String(key['@']) in heap;
  const inOrder = (entries: Json[]): Json[] => entries.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  if (Array.isArray(record.weakMap)) return { ...record, weakMap: inOrder(record.weakMap.filter((e) => alive((e as Json[])[0]!))) };
  if (Array.isArray(record.weakSet)) return { ...record, weakSet: inOrder(record.weakSet.filter(alive)) };
  return record;
}

const isHole = (json: Json): boolean => typeof json === 'object' && json !== null && (json as { $?: Json }).$ === 'hole';

const isReference = (json: Json): json is { '@': number } => typeof json === 'object' && json !== null && '@' in json;

function sorted(json: Json): Json {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return json;
  return Object.fromEntries(Object.keys(json).sort().map((key) => [key, sorted(json[key]!)]));
}
