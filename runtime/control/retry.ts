/**
 * Retry of failed runs: `engine/retry-plan.ts` says what it means.
 */
import { nextHash } from '../chain.ts';
import { applyDelta } from '../codec/fold.ts';
import { writeDocument, type DeltaDocument } from '../codec/format.ts';
import { findRun, reading, type RunName } from '../control.ts';
import { readArtifact } from '../engine/artifact.ts';
import { readCauses, writeCause, type Cause, type ProgramChange } from '../engine/arrival.ts';
import { writeEntry } from '../engine/inbox.ts';
import { foldHistory } from '../engine/history.ts';
import { planRetry } from '../engine/retry-plan.ts';
import { PerdureError } from '../errors.ts';
import { StoreError } from '../store/errors.ts';
import type { LogRow } from '../store/log.ts';
import type { RunFilter, StoredRun } from '../store/runs.ts';
import type { Store } from '../store/store.ts';
import { narrowed, pagesOf } from './many.ts';
import { fit, type Onto } from './move.ts';

export interface RetryOptions {
  /** The cycle to go on from. Default: the last before the workflow has ended. */
  from?: number | undefined;
  /** Another version of the program to go on with. */
  onto?: Onto | undefined;
}

/**
 * Lets a failed run go on from its last cycle before its workflow has ended, or from an earlier one, perhaps with another program.
 * Returns the cycle. Throws `run_missing`, `not_failed`, `no_such_cycle`, `does_not_fit`.
 */
export async function retryRun(store: Store, name: RunName, { from, onto }: RetryOptions = {}): Promise<number> {
  const run = await findRun(store, name);
  if (run.replacedBy !== null) throw new PerdureError('not_failed', `Another run has taken the id '${run.id}', so this one stays as it is.`);
  if (run.status !== 'failed') throw new PerdureError('not_failed', `The run '${run.id}' has not failed: it is ${run.status}.`);
  return reading(store, run, () => goBack(store, run, { from, onto }));
}

async function goBack(store: Store, run: StoredRun, { from, onto }: RetryOptions): Promise<number> {
  const { image, log } = await store.log.load(run.uid);
  const end = await endOf(store, run, log);
  const to = from ?? end.seq - 1;
  if (!Number.isInteger(to) || to < 0 || to >= end.seq) {
    throw new PerdureError('no_such_cycle', `The run '${run.id}' can go on from one of its cycles 0 to ${end.seq - 1}, not from ${to}.`);
  }
  const last = foldHistory(image, log);
  const before = await store.log.loadAt(run.uid, to);
  const { state, seq, isFresh } = foldHistory(before.image, before.log);
  if (seq !== to) throw new PerdureError('no_such_cycle', `The log of '${run.id}' does not reach back to cycle ${to}: it was pruned.`);
  if (state.over !== null) throw new PerdureError('no_such_cycle', `After cycle ${to} the run '${run.id}' was over; it can go on from one before.`);
  const causes = await causesAfter(store, run, to);
  const plan = planRetry(to, state, last.state, causes);
  const { inbox } = plan;
  // What the cycle was evaluated with: it may have gone on with other programs since.
  const then = causes.map(changeOf).find((change) => change !== null)?.from ?? run.artifact;
  const moved = onto ?? (then === run.artifact ? null : { program: readArtifact(run.artifact, await store.artifacts.load(run.artifact)) });
  const program = moved && moved.program.hash !== run.artifact ? { from: run.artifact, to: moved.program.hash } : null;
  const causeText = writeCause({ ...plan.cause, ...(program && { program }) });
  const deltaText = writeDocument({ ...plan.delta, ...(program && { program: program.to }) });
  applyDelta(state, plan.delta);
  const fitted = moved && (await fit(store, run, then, moved, { state, isFresh }));
  let number = run.mail;
  const entries = inbox.map(({ n, entry }) => ({ n: n ?? ++number, entry: writeEntry(entry) }));
  const isBack = await store.log.back({
    uid: run.uid,
    seq: last.seq + 1,
    prev: last.hash,
    hash: nextHash(last.hash, causeText, deltaText),
    cause: causeText,
    delta: deltaText,
    to,
    mail: { before: run.mail, after: number },
    entries,
    program: program && program.to,
    state: fitted,
  });
  if (!isBack) return retryRun(store, run, { from, onto }); // somebody else has just done so, which the next look finds
  if (run.turnKey !== null) await store.runs.giveTurns([run.turnKey]);
  store.sql.announce();
  return to;
}

/**
 * The same for all failed runs that a filter lets through. Returns how many. One that cannot go on stops none of the others:
 * `retry_some` tells of those at the end.
 */
export async function retryRuns(store: Store, filter: RunFilter): Promise<number> {
  let count = 0;
  const refused: string[] = [];
  for await (const page of pagesOf(store, narrowed(filter, ['failed']))) {
    for (const run of page) {
      if (run.replacedBy !== null) continue;
      try {
        await retryRun(store, run);
        count++;
      } catch (error) {
        if (!(error instanceof PerdureError) || error instanceof StoreError) throw error;
        if (error.code !== 'not_failed' && error.code !== 'run_missing') refused.push(`${run.id}: ${error.message}`);
      }
    }
  }
  if (refused.length === 0) return count;
  const more = refused.length > REFUSED_SHOWN ? `\n  … and ${refused.length - REFUSED_SHOWN} more` : '';
  throw new PerdureError('retry_some', `${count} runs go on, ${refused.length} cannot:\n  ${refused.slice(0, REFUSED_SHOWN).join('\n  ')}${more}`);
}

const REFUSED_SHOWN = 20;

/** The cycle in which the workflow has ended; effects may have come to an end after it. */
async function endOf(store: Store, run: StoredRun, log: readonly LogRow[]): Promise<{ seq: number }> {
  const isEnd = ({ delta }: { delta: string }): boolean => (JSON.parse(delta) as DeltaDocument).over !== undefined;
  const found = log.findLast((row, i) => i > 0 && isEnd(row));
  if (found) return found;
  let end: { seq: number } | undefined;
  for await (const row of rowsAfter(store, run.uid, 0)) if (isEnd(row)) end = row;
  if (!end) throw new PerdureError('no_such_cycle', `The log of '${run.id}' does not reach back to the cycle in which it has failed: it was pruned.`);
  return end;
}

/** The change of the program, where that is the cause or comes with it. */
const changeOf = (cause: Cause): ProgramChange | null => ('program' in cause ? (cause.program ?? null) : null);

const PAGE = 1000;

async function* rowsAfter(store: Store, uid: string, seq: number): AsyncGenerator<LogRow> {
  for (let from = seq + 1; ; ) {
    const page = await store.log.read(uid, from, PAGE);
    yield* page;
    if (page.length < PAGE) return;
    from = page.at(-1)!.seq + 1;
  }
}

async function causesAfter(store: Store, run: StoredRun, to: number): Promise<Cause[]> {
  const causes: Cause[] = [];
  for await (const { seq, cause } of rowsAfter(store, run.uid, to)) causes.push(...readCauses(cause, `log.${seq}`));
  return causes;
}
