/**
 * Asking runs (`engine/query.ts`), by any process that has their programs, or trusts those of the store.
 */
import type { OutcomeDocument } from '../codec/outcome.ts';
import type { Json } from '../codec/format.ts';
import { findRun, reading, type RunName } from '../control.ts';
import { readArtifact, type Artifact } from '../engine/artifact.ts';
import { foldHistory } from '../engine/history.ts';
import { Program } from '../engine/program.ts';
import { answerQuery, hasBegun, queryNamed } from '../engine/query.ts';
import { PerdureError } from '../errors.ts';
import type { Store } from '../store/store.ts';

/** Programs that are kept for the next question. */
const PROGRAMS_MAX = 20;

/** Who asks. */
export interface Asker {
  /** How long an answer may take. */
  limitMs: number;
  /** Throws for programs whose code shall not run in this process. */
  check(artifact: Artifact): void;
  /** Where goes what queries print. */
  print(level: string, line: unknown): void;
}

export class Queries {
  private readonly store: Store;
  private readonly asker: Asker;
  /** Instances that no worker evaluates with: one that is stopped in the middle of a question may not be whole any more. */
  private readonly programs = new Map<string, Program>();

  constructor(store: Store, asker: Asker) {
    this.store = store;
    this.asker = asker;
  }

  /** Asks the query of this name, or `module#name`. Throws `run_missing`, `query_early` and what `answerQuery` throws. */
  async ask(name: RunName, query: string, args: Json): Promise<OutcomeDocument> {
    const run = await findRun(this.store, name);
    const program = await this.programOf(run.artifact);
    const meant = queryNamed(program, query);
    const { state, isFresh } = await reading(this.store, run, async () => {
      const { image, log } = await this.store.log.load(run.uid);
      return foldHistory(image, log);
    });
    if (isFresh || !hasBegun(program, state)) throw new PerdureError('query_early', `The run '${run.id}' has not begun: there is nothing to ask.`);
    const nowMs = await this.store.clock();
    try {
      return answerQuery(program, state, { query: meant, args, nowMs: Math.floor(nowMs), limitMs: this.asker.limitMs, print: this.asker.print });
    } catch (error) {
      if (error instanceof PerdureError && error.code === 'query_time') this.programs.delete(run.artifact);
      throw error;
    }
  }

  private async programOf(hash: string): Promise<Program> {
    const known = this.programs.get(hash);
    if (known) return known;
    const artifact = readArtifact(hash, await this.store.artifacts.load(hash));
    this.asker.check(artifact);
    const program = Program.of(artifact);
    if (this.programs.size === PROGRAMS_MAX) this.programs.delete(this.programs.keys().next().value!);
    this.programs.set(hash, program);
    return program;
  }
}
