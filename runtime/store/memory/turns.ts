/** `queries/turns.ts` in memory. */
import { giveTurns, queuedKeys } from '../queries/turns.ts';
import { on, type Implementation } from './implementation.ts';
import type { RunRow, Tables } from './tables.ts';

/** The runs that wait for their turn and whose moment has come, in order. */
function waiting({ runs, now }: Tables): RunRow[] {
  const isDue = (run: RunRow): boolean => run.turn !== null && (run.startAt ?? 0) <= now();
  return runs
    .pending()
    .filter(isDue)
    .sort((a, b) => b.priority - a.priority || a.createdAt - b.createdAt);
}

/** Does it hold its place still? */
function hasTurn({ runs }: Tables, uid: string): boolean {
  const run = runs.byUid.get(uid);
  return run !== undefined && run.finishedAt === null && run.status !== 'pending';
}

export const turning: Implementation[] = [
  on(queuedKeys, (tables, after: string, limit: number) => {
    const keys = new Set(tables.runs.pending().flatMap(({ turn }) => turn?.key ?? []));
    const queue = waiting(tables);
    const isFree = (key: string): boolean => {
      const first = queue.find((run) => run.turn!.key === key);
      return first !== undefined && first.turn!.limit > [...(tables.turns.get(key)?.values() ?? [])].filter((uid) => hasTurn(tables, uid)).length;
    };
    return [...keys]
      .filter((key) => key > after)
      .sort()
      .slice(0, limit)
      .map((key) => ({ key, free: isFree(key) }));
  }),

  on(giveTurns, (tables, keys: string[]) => {
    const { runs, turns, now } = tables;
    const given: RunRow[] = [];
    for (const key of new Set(keys)) {
      let places = turns.get(key);
      if (!places) turns.set(key, (places = new Map()));
      for (const [place, uid] of places) if (!hasTurn(tables, uid)) places.delete(place);
      for (const run of waiting(tables)) {
        if (run.turn!.key !== key) continue;
        let place = 1;
        while (places.has(place)) place++;
        if (place > run.turn!.limit) break;
        places.set(place, run.uid);
        given.push(run);
      }
    }
    for (const run of given) runs.change(run, { status: 'running', wakeAt: now() });
    return given.map(({ uid }) => ({ uid }));
  }),
];
