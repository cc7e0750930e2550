/**
 * Runs that go on with another version of their program: a workflow that was at fault is corrected, and what waits for that goes
 * on from where it is. The log says so in an entry of its own,
 *
 *     cause {"moved": {"from": "<hash>", "to": "<hash>"}}      delta {"program": "<hash>"}
 *
 * and with it goes an image: the state that fits (`engine/fit.ts`). A retry may do the same, in its own entry.
 */
import { nextHash } from '../chain.ts';
import type { StateDocument } from '../codec/format.ts';
import { findRun, reading, resumeRun, type RunName } from '../control.ts';
import { writeCause } from '../engine/arrival.ts';
import { readArtifact, type Artifact } from '../engine/artifact.ts';
import { fittedState } from '../engine/fit.ts';
import { foldHistory } from '../engine/history.ts';
import { PerdureError } from '../errors.ts';
import type { StoredRun } from '../store/runs.ts';
import type { Store } from '../store/store.ts';

/** A program that is stored, and its workflow, `module#name`, if it was said. */
export interface Onto {
  program: Artifact;
  workflow?: string;
}

/**
 * Lets a parked run go on from its last checkpoint with another program. Throws `run_missing`, `not_parked`, `does_not_fit`.
 */
export async function resumeOnto(store: Store, name: RunName, onto: Onto): Promise<void> {
  const run = await findRun(store, name);
  if (run.status !== 'parked') throw new PerdureError('not_parked', `The run '${run.id}' is not parked: it is ${run.status}.`);
  if (onto.program.hash === run.artifact) return resumeRun(store, { uid: run.uid });
  await reading(store, run, async () => {
    const { image, log } = await store.log.load(run.uid);
    const { state, isFresh, seq, hash } = foldHistory(image, log);
    const fitted = await fit(store, run, run.artifact, onto, { state, isFresh });
    const cause = writeCause({ kind: 'moved', program: { from: run.artifact, to: onto.program.hash } });
    const delta = JSON.stringify({ program: onto.program.hash });
    const next = { uid: run.uid, seq: seq + 1, prev: hash, hash: nextHash(hash, cause, delta), cause, delta };
    if (!(await store.log.move(next, onto.program.hash, fitted))) await resumeOnto(store, { uid: run.uid }, onto); // somebody else was faster
  });
  store.sql.announce();
}

/**
 * The state with which the run goes on, as text; null if nothing of it has been evaluated, or that was by this very program. `from` is the hash
 * of the program it was evaluated by. Throws `does_not_fit`.
 */
export async function fit(
  store: Store,
  run: StoredRun,
  from: string,
  { program, workflow }: Onto,
  { state, isFresh }: { state: StateDocument; isFresh: boolean },
): Promise<string | null> {
  const entry = run.workflow.slice(0, run.workflow.indexOf('#'));
  const hasWorkflow = program.modules.some(({ id, manifest }) => id === entry && manifest.workflows.includes(run.workflow.slice(entry.length + 1)));
  if (program.entry !== entry || !hasWorkflow || (workflow !== undefined && workflow !== run.workflow)) {
    throw new PerdureError('does_not_fit', `'${run.id}' is a run of ${run.workflow}, and that is not ${workflow ?? `a workflow of ${program.entry}`}.`);
  }
  if (isFresh || from === program.hash) return null;
  return fittedState(state, readArtifact(from, await store.artifacts.load(from)), program);
}
