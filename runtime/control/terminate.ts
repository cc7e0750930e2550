/**
 * Ending runs from outside, and with them their children.
 */
import { FORMAT_VERSION, writeDocument } from '../codec/format.ts';
import { errorDocument } from '../codec/outcome.ts';
import { CANCEL_WAIT_MS, cancelRun, findRun, hasEnded, type RunName } from '../control.ts';
import { writeCause } from '../engine/arrival.ts';
import { fatesOf } from '../engine/children.ts';
import { foldHistory } from '../engine/history.ts';
import { PerdureError } from '../errors.ts';
import { host } from '../host.ts';
import type { Store } from '../store/store.ts';

const OUT_OF_STEP_MAX_MS = 20;

const NO_NAMES = { nameOf: () => undefined, symbols: false, reflective: false };

/**
 * Ends a run at once: nothing of it runs any more, its effects are aborted, and what they return is dropped. Throws
 * `run_missing` and `run_ended`.
 */
export async function terminateRun(store: Store, name: RunName, reason: string | undefined): Promise<void> {
  const cause = writeCause({ kind: 'terminate', ...(reason === undefined ? {} : { reason }) });
  const delta = writeDocument({ v: FORMAT_VERSION, over: 'terminated' }); // nothing else may be in its log
  let uid: string;
  for (let tries = 0; ; tries++) {
    // Not in step with a run in full career: it could commit in the middle of that statement every time.
    if (tries > 0) await new Promise<void>((resolve) => host.after(Math.min(tries, OUT_OF_STEP_MAX_MS), resolve));
    const run = await findRun(store, name);
    uid = run.uid;
    if (run.finishedMs !== null) throw hasEnded(run.id);
    const error = new PerdureError('run_terminated', `The run '${run.id}' was terminated${reason === undefined ? '' : `: ${reason}`}`);
    error.stack = String(error); // nothing of the run has thrown it
    const outcome = writeDocument({ error: errorDocument(error, NO_NAMES) });
    if (await store.log.terminate({ uid, cause, delta, outcome })) break;
  }
  await endOrphans(store, uid);
  store.sql.announce();
}

/** Children of one run that are looked for at once. */
const CHILDREN_MAX = 1000;

/**
 * Tells whoever makes an errand of a run that was terminated, and its children, as their starts have said. If this does not come to its
 * end, a worker does it again.
 */
export async function endOrphans(store: Store, uid: string): Promise<void> {
  await store.errands.drop(uid);
  const childrenAfter = (request: number) => store.families.openChildrenOf(uid, request, CHILDREN_MAX);
  let children = await childrenAfter(0);
  if (children.length > 0) {
    const { image, log } = await store.log.load(uid);
    const fates = fatesOf(foldHistory(image, log).state);
    for (; children.length > 0; children = await childrenAfter(children.at(-1)!.request)) {
      for (const { uid: child, request } of children) await endChild(store, child, fates(request), 'its parent was terminated');
    }
  }
  await store.families.orphansTold(uid);
}

/** Tells a child to stop. One that has ended need not be told. */
export async function endChild(store: Store, uid: string, how: 'cancel' | 'terminate' | 'leave', reason: string): Promise<void> {
  try {
    if (how === 'terminate') await terminateRun(store, { uid }, reason);
    else if (how === 'cancel') await cancelRun(store, { uid }, { reason, graceMs: CANCEL_WAIT_MS });
  } catch (error) {
    if (!(error instanceof PerdureError) || (error.code !== 'run_ended' && error.code !== 'run_missing')) throw error;
  }
}
