/**
 * Pruning: runs that have been over for a while go for good, with all that is stored of them, and then programs that nobody
 * needs. In small batches with pauses between, so that what runs hardly feels it.
 */
import { host } from '../host.ts';
import type { FinalStatus, PruneRule } from '../store/pruning.ts';
import type { Store } from '../store/store.ts';

/** Of its time, a sweep spends so much on waiting for others. */
const PAUSE_SHARE = 3;
const PAUSE_MIN_MS = 20;
/** An app shows more often what it has in hand (`artifacts.used_at`). */
export const PROGRAM_UNUSED_MS = 7 * 86_400_000;

export const FINAL: readonly FinalStatus[] = ['completed', 'failed', 'cancelled', 'terminated'];

/** How long runs are kept after their end, by how they have ended: in ms; null: for good. */
export type Ages = Partial<Record<FinalStatus, number | null>>;

export interface RetentionPolicy {
  ages: Ages;
  /** Workflows for which something else holds, by `module#name` or name. */
  workflows: ReadonlyMap<string, Ages>;
}

export const nameOf = (workflow: string): string => workflow.slice(workflow.indexOf('#') + 1);

/** What a policy means for the workflows that have runs that are over. */
export function rulesOf({ ages, workflows }: RetentionPolicy, found: readonly string[]): PruneRule[] {
  return found.flatMap((workflow) => {
    const own = { ...ages, ...workflows.get(nameOf(workflow)), ...workflows.get(workflow) };
    return FINAL.flatMap((status) => {
      const ageMs = own[status];
      return ageMs === undefined || ageMs === null ? [] : [{ workflow, status, ageMs }];
    });
  });
}

export interface Sweep {
  rules: readonly PruneRule[];
  /** Entry modules; null: all. */
  entries: readonly string[] | null;
  /** Resolves after so many ms; sooner if nothing is to be done any more. */
  pause(ms: number): Promise<void>;
  isStopped(): boolean;
}

/** Prunes until nothing is left to do. Returns how many runs have gone. */
export async function sweep(store: Store, { rules, entries, pause, isStopped }: Sweep): Promise<number> {
  let count = 0;
  const began = host.monotonic();
  for (let isMore = true; isMore && !isStopped(); ) {
    const from = host.monotonic();
    // What others have left behind comes first: it is of runs that are gone already.
    isMore = await store.pruning.clear();
    if (!isMore && rules.length > 0) {
      // What comes of age meanwhile is for the next sweep: there may be more of it than goes.
      const gone = await store.pruning.prune(rules.map((rule) => ({ ...rule, ageMs: rule.ageMs + Math.floor(from - began) })), entries);
      count += gone;
      isMore = gone > 0;
    }
    if (isMore) await pause(Math.max(PAUSE_MIN_MS, (host.monotonic() - from) * PAUSE_SHARE));
  }
  return count;
}

export interface Pruned {
  runs: number;
  programs: number;
}

/** Prunes by rules, at once and everywhere; or only tells what would go. What `onRound` throws, before each statement, ends it. */
export async function prune(
  store: Store,
  policy: RetentionPolicy,
  only: (workflow: string) => boolean,
  { dryRun, onRound }: { dryRun: boolean; onRound?: () => void },
): Promise<Pruned> {
  const rules = rulesOf(policy, (await store.pruning.workflows()).filter(only));
  if (dryRun) {
    return { runs: await store.pruning.count(rules, null), programs: await store.pruning.countUnusedArtifacts(PROGRAM_UNUSED_MS) };
  }
  const pause = (ms: number): Promise<void> => new Promise((resolve) => void host.after(ms, resolve));
  const isStopped = (): boolean => {
    onRound?.();
    return false;
  };
  const runs = await sweep(store, { rules, entries: null, pause, isStopped });
  return { runs, programs: await store.pruning.pruneArtifacts(PROGRAM_UNUSED_MS) };
}
