/**
 * Takes runs into memory: loads what a worker has claimed, gives it what has arrived and what workers before this one
 * have left behind. One bad run stops no other: it is parked with the reason, or left to a worker that can run it.
 */
import { stackOf } from '../codec/thrown.ts';
import { readArtifact } from '../engine/artifact.ts';
import { isOutcome, readCause, type Arrival } from '../engine/arrival.ts';
import { foldHistory, type History } from '../engine/history.ts';
import type { Program } from '../engine/program.ts';
import { CorruptState, PerdureError } from '../errors.ts';
import { host } from '../host.ts';
import { hostProgram } from '../publish.ts';
import { StoreError } from '../store/errors.ts';
import type { LoadedRun } from '../store/log.ts';
import type { ClaimedRun } from '../store/runs.ts';
import { HeldRun, type HeldContext, type PendingEffect } from './held-run.ts';
import { parseEntry } from '../engine/inbox.ts';
import { reasonText } from './reason.ts';
import type { Registry } from './registry.ts';

/** How long runs of a program that this worker cannot run are left to others before it takes one again. */
const ELSEWHERE_MS = 60_000;
/** Why a run is left to another worker. */
const ELSEWHERE = new Set<string>(['effects_missing', 'abi_version', 'artifact_missing', 'artifact_unknown']);

export class Intake {
  private readonly context: HeldContext;
  private readonly registry: Registry;
  private readonly held: Map<string, HeldRun>;
  /** Programs that this worker cannot run, told once. */
  private readonly told = new Set<string>();
  /** Until when it takes no runs of them, by the monotonic clock. By their hashes. */
  private readonly left = new Map<string, number>();
  /** Runs that are being loaded. */
  private readonly taking = new Set<string>();

  /** `held` is where the runs go that are in memory, by uid. */
  constructor(context: HeldContext, registry: Registry, held: Map<string, HeldRun>) {
    this.context = context;
    this.registry = registry;
    this.held = held;
  }

  isTaking(uid: string): boolean {
    return this.taking.has(uid);
  }

  /** The programs whose runs are left to others, by their hashes. */
  elsewhere(): string[] {
    const now = host.monotonic();
    for (const [hash, until] of this.left) if (until <= now) this.left.delete(hash);
    return [...this.left.keys()];
  }

  /** Takes a claimed run into memory and lets it go on. */
  async adopt(claimed: ClaimedRun): Promise<void> {
    this.taking.add(claimed.uid);
    await this.take(claimed);
    this.taking.delete(claimed.uid);
    if (!this.held.has(claimed.uid)) this.context.dispatcher.forget(claimed.uid);
  }

  private async take(claimed: ClaimedRun): Promise<void> {
    let cycle = 0;
    try {
      const program = await this.programOf(claimed.artifact);
      const loaded = await this.context.store.log.load(claimed.uid);
      cycle = loaded.log.at(-1)?.seq ?? 0;
      if (this.held.has(claimed.uid)) return; // it was started here a moment ago
      const history = foldHistory(loaded.image, loaded.log);
      // Since it was claimed: the next look tells of it, and lets it go.
      if (history.state.over === 'terminated') return;
      const held = new HeldRun(this.context, claimed, program, history);
      this.held.set(claimed.uid, held);
      cycle = history.seq + 1;
      await this.goOn(held, history, loaded, claimed.mail);
    } catch (error) {
      await this.quarantine(claimed, cycle, error);
    }
  }

  private async goOn(held: HeldRun, history: History, loaded: LoadedRun, mail: number): Promise<void> {
    // Before anything arrives: what is under way now was claimed by somebody before.
    const pending = held.pendingEffects();
    for (const { request } of loaded.claims) held.hasClaims(request);
    try {
      await held.pinned(async () => {
        if (history.isFresh) held.arrive(...beginning(loaded));
        await this.takeEntries(held, loaded.inbox);
        // A run that has gone back has not consumed what stood in its inbox last, and that is not put back if it was a failure.
        held.mailSeen = Math.max(held.mailSeen, mail);
        // What has arrived may have settled some.
        await this.resumeEffects(held, pending.filter(({ call }) => held.awaits(call.request)), loaded);
        if (history.seq > 0) held.resumeChildren();
      });
    } catch (error) {
      held.drop();
      throw error;
    }
    held.fireTimers(this.context.clock.earliest());
    this.context.changed(held);
  }

  private async programOf(hash: string): Promise<Program> {
    const known = this.registry.program(hash);
    if (known) return known;
    return this.registry.adopt(readArtifact(hash, await this.context.store.artifacts.load(hash)));
  }

  async takeNews(uid: string): Promise<void> {
    const held = this.held.get(uid);
    if (!held) return;
    const entries = await this.context.store.inbox.after(uid, held.mailSeen);
    try {
      await held.pinned(() => this.takeEntries(held, entries));
    } catch (error) {
      if (!(error instanceof CorruptState)) throw error;
      await held.park(error);
    }
  }

  private async takeEntries(held: HeldRun, entries: LoadedRun['inbox']): Promise<void> {
    const arrivals = entries.map(({ n, entry }) => ({ n, arrival: parseEntry(n, entry) }));
    for (const { n, arrival } of arrivals) {
      // An attempt whose outcome stands behind it has been made, perhaps here; or people have decided otherwise since.
      const isAnswered =
        arrival.kind === 'retry' && arrivals.some((other) => other.n > n && isOutcome(other.arrival) && other.arrival.request === arrival.request);
      await this.takeEntry(held, n, arrival, isAnswered);
    }
  }

  private async takeEntry(held: HeldRun, n: number, arrival: Arrival, isAnswered: boolean): Promise<void> {
    if (n <= held.mailSeen || held.isGone) return;
    // Before it counts as taken in: should the store fail now, it is taken again.
    if (arrival.kind === 'retry' && !isAnswered) await this.retryEffect(held, arrival);
    if (n <= held.mailSeen || held.isGone) return; // meanwhile somebody else has read it
    held.mailSeen = n;
    // A decision about an effect in doubt, or a late outcome: the store holds claims that it settles.
    if (isOutcome(arrival)) held.hasClaims(arrival.request);
    held.arrive(arrival);
  }

  private async retryEffect(held: HeldRun, { request, attempt }: { request: number; attempt: number }): Promise<void> {
    const claims = (await this.context.store.claims.of(held.uid)).filter((claim) => claim.request === request);
    const pending = held.pendingEffects().find(({ call }) => call.request === request);
    if (!pending || !held.awaits(request) || held.isGone) return;
    held.hasClaims(request);
    const doubtful = claims.find((claim) => claim.doubt && claim.attempt === attempt);
    if (doubtful) await this.context.dispatcher.retry(pending.call, doubtful);
    // Somebody has decided before; or this worker has taken the decision, and not heard of its claim.
    else await this.context.dispatcher.reconsider(pending.call, claims);
  }

  private async resumeEffects(held: HeldRun, pending: PendingEffect[], loaded: LoadedRun): Promise<void> {
    for (const { call, by, cancelled } of pending) {
      // It has just been dropped: who takes it next would think that this call is looked after.
      if (held.isGone) return;
      const further = loaded.claims.filter((claim) => claim.request === call.request);
      const earlier = { first: by, further, isErrand: loaded.errands.has(call.request) };
      if (cancelled) this.context.dispatcher.resumeAborted(call, earlier);
      else await this.context.dispatcher.resume(call, earlier);
      if (further.length === 0) held.hasClaims(call.request);
    }
  }

  /** One bad run stops no other: it is parked with the reason. */
  private async quarantine(run: ClaimedRun, cycle: number, error: unknown): Promise<void> {
    if (error instanceof StoreError) {
      this.context.uncertain(); // it is taken again when the store answers
      return;
    }
    try {
      if (error instanceof PerdureError && ELSEWHERE.has(error.code)) {
        this.tell(run, error);
        this.left.set(run.artifact, host.monotonic() + ELSEWHERE_MS);
        // At once: it is due, and whoever can run it need not wait because this worker cannot.
        const isFree = await this.context.store.runs.release(run.uid, this.context.worker(), run.mail, this.context.clock.earliest());
        if (isFree) this.context.store.sql.announce();
        else this.context.uncertain();
        return;
      }
      const reason = error instanceof PerdureError ? error : new PerdureError('load_failed', stackOf(error));
      await this.context.store.runs.park(run.uid, this.context.worker(), reasonText(run.id, cycle, reason, hostProgram));
      this.context.ended(run.uid, null);
    } catch {
      this.context.uncertain();
    }
  }

  /** Another worker may be able to run it: an older or newer one, while versions change. */
  private tell(run: ClaimedRun, error: PerdureError): void {
    const key = `${run.artifact} ${error.code}`;
    if (this.told.has(key)) return;
    this.told.add(key);
    host.warn(`perdure: the run '${run.id}' and others of its program wait for another worker (${error.code}): ${error.message}`);
  }
}

/** What a run begins with. Where it is cancelled already it hears of that first, and so does nothing. */
function beginning({ log, inbox }: LoadedRun): Arrival[] {
  const cancel = inbox.map(({ n, entry }) => parseEntry(n, entry)).find(({ kind }) => kind === 'cancel');
  const start = readCause(log[0]!.cause, 'log.0') as Arrival;
  return cancel ? [cancel, start] : [start];
}
