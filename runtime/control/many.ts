/**
 * What is done to all runs that a filter lets through: page by page, so that it may be a million. Runs that come or change
 * meanwhile may or may not be among them.
 */
import { cancelRun } from '../control.ts';
import { terminateRun } from './terminate.ts';
import { PerdureError } from '../errors.ts';
import type { RunFilter, StoredRun } from '../store/runs.ts';
import type { Store } from '../store/store.ts';

const PAGE = 500;
/** Runs that are dealt with at the same time. */
const AT_ONCE = 16;

/** The runs, newest first. */
export async function* pagesOf(store: Store, filter: RunFilter): AsyncGenerator<StoredRun[]> {
  let cursor: string | null = null;
  do {
    const page: StoredRun[] = await store.runs.list({ ...filter, limit: PAGE, ...(cursor === null ? {} : { cursor }) });
    if (page.length > 0) yield page;
    cursor = page.length === PAGE ? page.at(-1)!.cursor : null;
  } while (cursor !== null);
}

/** Lets the parked ones go on. Returns how many. */
export async function resumeRuns(store: Store, filter: RunFilter): Promise<number> {
  let count = 0;
  for await (const page of pagesOf(store, narrowed(filter, ['parked']))) {
    count += await store.runs.resumeAll(page.map(({ uid }) => uid));
    store.sql.announce();
  }
  return count;
}

/** Asks those that are not over to stop. Returns how many. */
export function cancelRuns(store: Store, filter: RunFilter, cancellation: Parameters<typeof cancelRun>[2]): Promise<number> {
  return eachOpen(store, filter, (run) => cancelRun(store, run, cancellation));
}

/** Ends those that are not over. Returns how many. */
export function terminateRuns(store: Store, filter: RunFilter, reason: string | undefined): Promise<number> {
  return eachOpen(store, filter, (run) => terminateRun(store, run, reason));
}

async function eachOpen(store: Store, filter: RunFilter, body: (run: StoredRun) => Promise<unknown>): Promise<number> {
  let count = 0;
  for await (const page of pagesOf(store, narrowed(filter, ['pending', 'running', 'parked']))) {
    for (let from = 0; from < page.length; from += AT_ONCE) {
      const done = await Promise.all(page.slice(from, from + AT_ONCE).map((run) => unlessOver(() => body(run))));
      count += done.filter(Boolean).length;
    }
  }
  return count;
}

/** Does something to a run that may have ended or gone meanwhile. */
export async function unlessOver(body: () => Promise<unknown>): Promise<boolean> {
  try {
    await body();
    return true;
  } catch (error) {
    if (error instanceof PerdureError && (error.code === 'run_ended' || error.code === 'run_missing')) return false;
    throw error;
  }
}

/** The filter, and of its statuses these only. */
export function narrowed(filter: RunFilter, to: StoredRun['status'][]): RunFilter {
  const asked = filter.status === undefined ? to : [filter.status].flat();
  return { ...filter, status: to.filter((status) => asked.includes(status)) };
}
