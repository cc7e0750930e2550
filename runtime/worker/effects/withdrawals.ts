/**
 * Takes calls back that need not be made any more: who makes one is told to stop, what only waits is gone. All of a run in one
 * statement: each locks the run, and a run that is cancelled may wait for thousands.
 */
import { host } from '../../host.ts';
import type { Withdrawn } from '../../store/errands.ts';
import type { Store } from '../../store/store.ts';
import type { Pauses } from '../pauses.ts';
import type { CallKey, EffectOutcome } from './call.ts';

export interface WithdrawalContext {
  readonly store: Store;
  worker(): string;
  settled(call: CallKey, outcome: EffectOutcome, hasClaims: boolean): void;
  /** Something has been sent to this run from here. */
  sent(uid: string): void;
  /** Something has changed about what a worker makes. */
  asked(): void;
}

const BATCH_MAX = 500;
/** How long to wait for a grant that is under way. */
const AGAIN_MS = 50;

export class Withdrawals {
  private readonly context: WithdrawalContext;
  private readonly pauses: Pauses;
  /** Requests that are still to be taken back, of runs of which some are. */
  private readonly waiting = new Map<string, Set<number>>();

  constructor(context: WithdrawalContext, pauses: Pauses) {
    this.context = context;
    this.pauses = pauses;
  }

  /** Is something of this run being taken back? */
  isBusy(uid: string): boolean {
    return this.waiting.has(uid);
  }

  add({ uid, request }: CallKey): void {
    const others = this.waiting.get(uid);
    if (others) {
      others.add(request);
      return;
    }
    const waiting = new Set([request]);
    this.waiting.set(uid, waiting);
    host.soon(() => void this.takeBack(uid, waiting).finally(() => this.waiting.delete(uid)));
  }

  private async takeBack(uid: string, waiting: Set<number>): Promise<void> {
    const { context, pauses } = this;
    while (waiting.size > 0) {
      const batch = [...waiting].slice(0, BATCH_MAX);
      for (const request of batch) waiting.delete(request);
      const became = await pauses.keepTrying(() => context.store.errands.withdraw(uid, batch, context.worker()));
      if (became === undefined) return;
      // Of a run that is held elsewhere by now, whoever holds it takes them back.
      if (became !== null) await this.tell(uid, waiting, became);
    }
  }

  private async tell(uid: string, waiting: Set<number>, became: ReadonlyMap<number, Withdrawn>): Promise<void> {
    const { context } = this;
    const ways = new Set(became.values());
    // In doubt, or claimed by a worker that needed no grant.
    for (const [request, how] of became) if (how === 'none') context.settled({ uid, request }, { kind: 'aborted', begun: true }, true);
    if (ways.has('told')) context.asked();
    if (ways.has('ended') || ways.has('ending')) context.sent(uid);
    if (!ways.has('again')) return;
    for (const [request, how] of became) if (how === 'again') waiting.add(request);
    await this.pauses.pause(AGAIN_MS);
  }
}
