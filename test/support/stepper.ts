/**
 * One run in memory, cycle by cycle: for tests that look at what a single checkpoint writes, or at the state between
 * two of them. `runCompiled` runs to the end; this stops after each cycle.
 */
import { compileFile, EFFECTS, ending } from './harness.ts';
import { fromDocument, toDocument } from '../../runtime/codec/border.ts';
import { type Json, type StateDocument, writeDocument } from '../../runtime/codec/format.ts';
import type { Artifact } from '../../runtime/engine/artifact.ts';
import type { Arrival } from '../../runtime/engine/arrival.ts';
import { type Checkpoint, evaluate, image } from '../../runtime/engine/cycle.ts';
import { Program } from '../../runtime/engine/program.ts';
import { type Clock, Run } from '../../runtime/engine/run.ts';

const CLOCK: Clock = { now: () => 1_700_000_000_000, latest: () => 1_700_000_000_000 };

/** Compiles a module that is given as text. */
export const compileText = (source: string): Artifact => compileFile('/virtual/main.wf.ts', { 'main.wf.ts': source });

export class Stepper {
  readonly artifact: Artifact;
  readonly lines: string[] = [];
  run: Run;
  private program: Program;
  private readonly queue: Arrival[];

  constructor(artifact: Artifact, args: unknown[] = []) {
    this.artifact = artifact;
    this.program = Program.of(artifact);
    this.run = Run.fresh(this.program);
    this.queue = [{ kind: 'start', workflow: `${artifact.entry}#main`, args: toDocument(args, this.program) }];
  }

  /** One cycle: delivers what is due next. Null at the end. */
  step(): Checkpoint | null {
    const arrival = this.queue.shift();
    if (!arrival) return null;
    const checkpoint = evaluate(this.run, [arrival], CLOCK);
    for (const [, line] of checkpoint.capture?.console ?? []) this.lines.push(String(line));
    if (checkpoint.outcome) this.lines.push(ending(checkpoint.outcome, this.program));
    for (const [n, request] of checkpoint.requests) if ('effect' in request) this.queue.push(this.perform(n, request));
    return checkpoint;
  }

  private perform(request: number, { effect, args }: { effect: string; args: Json }): Arrival {
    const implementation = EFFECTS[effect.slice(effect.indexOf('#') + 1)]!;
    const given = fromDocument(JSON.parse(JSON.stringify(args)) as Json, this.program, 'args') as unknown[];
    return { kind: 'result', request, value: toDocument(implementation(...given), this.program) };
  }

  /** The run's state, as it would be stored. */
  image(): string {
    return writeDocument(image(this.run));
  }

  /** Drops the run and restores it from its stored state. */
  reload(text = this.image()): void {
    this.program = Program.of(this.artifact);
    this.run = Run.restore(this.program, JSON.parse(text) as StateDocument);
  }

  /** Runs to the end, restored from its image at every suspension. Returns what it printed. */
  finish(): string[] {
    for (let checkpoint = this.step(); checkpoint !== null && !checkpoint.outcome; checkpoint = this.step()) this.reload();
    return this.lines;
  }
}
