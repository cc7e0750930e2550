/**
 * Asking runs (`engine/query.ts`), by any process that has their programs, or trusts those of the store.
 */
import type { OutcomeDocument } from '../codec/outcome.ts';
import type { Json } from '../codec/format.ts';
import { findRun, reading, type RunName } from '../control.ts';
import { hashModules, type Artifact } from '../engine/artifact.ts';
import { foldHistory } from '../engine/history.ts';
import { Program } from '../engine/program.ts';
import { answerQuery, hasBegun, queryNamed } from '../engine/query.ts';
import { PerdureError } from '../errors.ts';
import type { Store } from '../store/store.ts';

/** Programs that are kept for the next question. */
const PROGRAMS_MAX = 20;

export class Queries {
  private readonly store: Store;
  private readonly limitMs: number;
  private readonly check: (artifact: Artifact) => void;
  /** Instances that no worker evaluates with: one that is stopped in the middle of a question may not be whole any more. */
  private readonly programs = new Map<string, Program>();

  /** `check` throws for programs whose code shall not run in this process. */
  constructor(store: Store, limitMs: number, check: (artifact: Artifact) => void) {
    this.store = store;
    this.limitMs = limitMs;
    this.check = check;
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
      return answerQuery(program, state, { query: meant, args, nowMs: Math.floor(nowMs), limitMs: this.limitMs });
    } catch (error) {
      if (error instanceof PerdureError && error.code === 'query_time') this.programs.delete(run.artifact);
      throw error;
    }
  }

  private async programOf(hash: string): Promise<Program> {
    const known = this.programs.get(hash);
    if (known) return known;
    const artifact = await this.load(hash);
    this.check(artifact);
    const program = Program.of(artifact);
    if (this.programs.size === PROGRAMS_MAX) this.programs.delete(this.programs.keys().next().value!);
    this.programs.set(hash, program);
    return program;
  }

  private async load(hash: string): Promise<Artifact> {
    const content = await this.store.artifacts.load(hash);
    if (content === null) throw new PerdureError('artifact_missing', `The program ${hash} of this run is not stored.`);
    const altered = (): PerdureError => new PerdureError('artifact_hash', `The stored program ${hash} does not have that hash: it was changed in the database.`);
    let artifact: Artifact;
    try {
      artifact = JSON.parse(content) as Artifact;
      if (artifact.hash !== hash || hashModules(artifact.entry, artifact.modules) !== hash) throw altered();
    } catch (error) {
      throw error instanceof PerdureError ? error : altered();
    }
    return artifact;
  }
}
