/**
 * What this process remembers of calls that the store does not know: which attempt it has begun last and how that has
 * ended, and which calls have been told to stop.
 *
 * A run may leave this worker and come back. An attempt that was claimed in this worker's name is then known here, or
 * it has never begun: its claim was made by a statement that was thought lost. So an attempt is remembered until the
 * store tells what has come of it to whoever loads the run. A load that is under way may have been answered before the
 * store knew: while the run is here or comes here, nothing of it is forgotten.
 */
import type { Json } from '../../codec/format.ts';
import type { CallKey } from './call.ts';

/** What this process has done about an attempt that it has begun. */
export interface Begun {
  attempt: number;
  /** Its outcome has been told: to the run, or to the inbox. */
  settled: boolean;
  /** It has failed, which the store does not know. */
  failure: { document: Json; pauseMs: number } | null;
  /** The store knows what has come of it. */
  stored: boolean;
}

interface RunMemory {
  /** The last attempt that this process has begun, by request. */
  begun: Map<number, Begun>;
  /** Requests that were told to stop; null as long as there were none. */
  aborted: Set<number> | null;
}

export interface CallMemoryContext {
  holds(uid: string): boolean;
  /** Does this worker hold the run, or is it taking it? */
  isHere(uid: string): boolean;
}

export class CallMemory {
  private readonly runs = new Map<string, RunMemory>();
  private readonly context: CallMemoryContext;

  constructor(context: CallMemoryContext) {
    this.context = context;
  }

  /** How many runs it remembers anything of, or might soon, because they are held. */
  get size(): number {
    return this.runs.size;
  }

  begin({ uid, request }: CallKey, attempt: number): void {
    this.run(uid).begun.set(request, { attempt, settled: false, failure: null, stored: false });
  }

  /** What this process has done about an attempt. */
  of({ uid, request }: CallKey, attempt: number): Begun | undefined {
    const last = this.runs.get(uid)?.begun.get(request);
    return last?.attempt === attempt ? last : undefined;
  }

  settled({ uid, request }: CallKey): void {
    const begun = this.runs.get(uid)?.begun.get(request);
    if (begun) begun.settled = true;
  }

  /** The store knows what has come of its last attempt. */
  stored({ uid, request }: CallKey): void {
    const begun = this.runs.get(uid)?.begun.get(request);
    if (!begun) return;
    begun.stored = true;
    if (!this.context.isHere(uid)) this.remove(uid, (run) => run.begun.delete(request));
  }

  /** Its attempt has not happened, and is still to be made should the run come back. */
  undone({ uid, request }: CallKey): void {
    this.remove(uid, ({ begun, aborted }) => {
      begun.delete(request);
      if (!this.context.isHere(uid)) aborted?.delete(request);
    });
  }

  abort({ uid, request }: CallKey): void {
    (this.run(uid).aborted ??= new Set()).add(request);
  }

  isAborted({ uid, request }: CallKey): boolean {
    return this.runs.get(uid)?.aborted?.has(request) ?? false;
  }

  /** How it was told to stop has been answered. */
  answered({ uid, request }: CallKey): void {
    this.remove(uid, ({ aborted }) => aborted?.delete(request));
  }

  /** The call is settled, and that is committed. */
  drop({ uid, request }: CallKey): void {
    this.remove(uid, ({ begun, aborted }) => {
      begun.delete(request);
      aborted?.delete(request);
    });
  }

  /** The run leaves this worker, and attempts at these requests of it are still under way here. */
  forget(uid: string, underWay: ReadonlySet<number>): void {
    const run = this.runs.get(uid);
    if (!run) return;
    const { begun, aborted } = run;
    for (const [request, { stored }] of begun) if (stored) begun.delete(request);
    for (const request of aborted ?? []) if (!underWay.has(request)) aborted?.delete(request);
    this.forgetEmpty(uid, run);
  }

  /** The run has ended. */
  dropAll(uid: string): void {
    this.runs.delete(uid);
  }

  private run(uid: string): RunMemory {
    let run = this.runs.get(uid);
    if (!run) this.runs.set(uid, (run = { begun: new Map(), aborted: null }));
    return run;
  }

  private remove(uid: string, body: (run: RunMemory) => void): void {
    const run = this.runs.get(uid);
    if (!run) return;
    body(run);
    // Most runs that are held have their next attempt soon; `forget` takes along what is empty.
    if (!this.context.holds(uid)) this.forgetEmpty(uid, run);
  }

  private forgetEmpty(uid: string, { begun, aborted }: RunMemory): void {
    if (begun.size === 0 && (aborted?.size ?? 0) === 0) this.runs.delete(uid);
  }
}
