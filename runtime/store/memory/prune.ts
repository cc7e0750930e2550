/** `queries/prune.ts` in memory. */
import { clearRemains, countPrunable, countUnusedArtifacts, finishedWorkflows, pruneArtifacts, pruneRuns, RUNS_MAX } from '../queries/prune.ts';
import { on, type Implementation } from './implementation.ts';
import type { ArtifactRow, RunRow, Tables } from './tables.ts';

const finished = ({ runs }: Tables): RunRow[] => [...runs.byUid.values()].filter(({ finishedAt }) => finishedAt !== null);

function prunable(tables: Tables, workflows: string[], statuses: string[], ages: number[], entries: string[] | null): RunRow[] {
  const now = tables.now();
  const fits = (run: RunRow, i: number): boolean =>
    run.workflow === workflows[i] && run.status === statuses[i] && run.finishedAt! <= now - ages[i]!;
  return finished(tables)
    .filter((run) => workflows.some((_, i) => fits(run, i)))
    .filter((run) => run.worker === null && !run.owes && !run.orphans && (entries === null || entries.includes(run.entry)))
    .sort((a, b) => a.finishedAt! - b.finishedAt!);
}

/** Deletes rows of a run: its bounds are those of memory, which has no other. */
function clear(tables: Tables, uid: string): void {
  for (const table of [tables.log, tables.images, tables.inbox, tables.claims, tables.tokens, tables.sent, tables.asks]) table.delete(uid);
  for (const [key, errand] of tables.errands) if (errand.uid === uid) tables.errands.delete(key);
}

function unused({ artifacts, runs, now }: Tables, unusedMs: number): ArtifactRow[] {
  const newest = new Map([...artifacts.values()].map((artifact) => [artifact.entry, artifact.hash]));
  const used = new Set([...runs.byUid.values()].map(({ artifact }) => artifact));
  return [...artifacts.values()].filter(({ hash, entry, usedAt }) => usedAt < now() - unusedMs && newest.get(entry) !== hash && !used.has(hash));
}

export const pruning: Implementation[] = [
  on(pruneRuns, (tables, workflows: string[], statuses: string[], ages: number[], entries: string[] | null) => {
    const gone = prunable(tables, workflows, statuses, ages, entries).slice(0, RUNS_MAX);
    for (const run of gone) {
      tables.runs.delete(run);
      tables.remains.add(run.uid);
    }
    return gone.map(({ uid }) => ({ uid }));
  }),

  on(countPrunable, (tables, workflows: string[], statuses: string[], ages: number[], entries: string[] | null) => [
    { count: prunable(tables, workflows, statuses, ages, entries).length },
  ]),

  on(finishedWorkflows, (tables) => [...new Set(finished(tables).map(({ workflow }) => workflow))].sort().map((workflow) => ({ workflow }))),

  on(clearRemains, (tables) => {
    const some = [...tables.remains].slice(0, RUNS_MAX);
    for (const uid of some) {
      clear(tables, uid);
      tables.remains.delete(uid);
    }
    return [{ runs: some.length, done: some.length }];
  }),

  on(pruneArtifacts, (tables, unusedMs: number) => {
    const gone = unused(tables, unusedMs);
    for (const { hash } of gone) tables.artifacts.delete(hash);
    return gone.map(({ hash }) => ({ hash }));
  }),

  on(countUnusedArtifacts, (tables, unusedMs: number) => [{ count: unused(tables, unusedMs).length }]),
];
