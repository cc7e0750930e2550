/**
 * Whether what is left in the store is right: the state is the fold of the log, from the beginning and from an image; of what was
 * under way nothing is left.
 */
import { isDeepStrictEqual } from 'node:util';
import { foldHistory } from '../../runtime/engine/history.ts';
import type { StoredRun } from '../../runtime/store/runs.ts';
import type { Store } from '../../runtime/store/store.ts';

const OVER = ['completed', 'failed', 'cancelled', 'terminated'];

export async function judgeStore(store: Store, runs: StoredRun[]): Promise<string[]> {
  const wrong: string[] = [];
  for (const run of runs) {
    const say = (what: string): void => void wrong.push(`${run.id}: ${what}`);
    if (!OVER.includes(run.status)) say(`it is ${run.status}${run.reason === null ? '' : `: ${run.reason}`}`);
    const log = await store.log.read(run.uid, 0, 10_000);
    const { image, log: after, claims, inbox, errands } = await store.log.load(run.uid);
    const { heap, ...state } = foldHistory(null, log).state; // checks the chain of hashes
    const folded = foldHistory(image, after).state;
    const kept = Object.fromEntries(Object.keys(folded.heap).map((id) => [id, heap[id]]));
    if (!isDeepStrictEqual({ ...state, heap: kept }, { ...folded })) say('its state is not the fold of its log');
    if (Object.keys(folded.requests).length > 0 && run.status !== 'terminated') say(`it has ended, and waits for ${JSON.stringify(folded.requests)}`);
    if (claims.length > 0) say(`it has ended, and there are claims: ${JSON.stringify(claims)}`);
    if (errands.size > 0) say(`it has ended, and there are errands: ${[...errands].join()}`);
    for (const { entry } of inbox) if (/^\{"message":/.test(entry)) say(`it has ended, and there is a message: ${entry}`);
  }
  return wrong;
}
