/**
 * Puts calls that have to wait into the store, many in one statement; and takes them back.
 *
 * From then on nothing of them is in memory: whoever makes them puts the outcome into the run's inbox.
 */
import { writeDocument } from '../../codec/format.ts';
import { host } from '../../host.ts';
import type { NewErrand } from '../../store/errands.ts';
import type { Store } from '../../store/store.ts';
import { copyOf } from './attempt.ts';
import type { CallKey, EffectCall } from './call.ts';
import { laneName, type Lane } from './limits.ts';

export interface ErrandSenderContext {
  readonly store: Store;
  worker(): string;
  /** The last inbox entry that was seen of the call's run; null: the run is not held here, or does not wait for the call. */
  mailSeen(call: CallKey): number | null;
}

interface Waiting {
  call: EffectCall;
  errand: Omit<NewErrand, 'mail' | 'worker'>;
  resolve(put: boolean): void;
  reject(error: unknown): void;
}

const BATCH_MAX = 500;

export class ErrandSender {
  private readonly context: ErrandSenderContext;
  private queue: Waiting[] = [];

  constructor(context: ErrandSenderContext) {
    this.context = context;
  }

  /** Throws what the key of its lane throws. Returns how to put it: that is false if the run has mail that was not seen. */
  prepare(call: EffectCall, attempt: number, lane: Lane): () => Promise<boolean> {
    const { uid, request, effect, args, since } = call;
    const name = laneName(effect, lane, lane.key === null ? [] : (copyOf(args, 'args') as unknown[]));
    const errand = { uid, request, attempt, effect, args: writeDocument(args), askedMs: since, queue: lane.queue, lane: name };
    return () =>
      new Promise((resolve, reject) => {
        this.queue.push({ call, errand, resolve, reject });
        if (this.queue.length === 1) host.soon(() => void this.flush());
      });
  }

  private async flush(): Promise<void> {
    const all = this.queue;
    this.queue = [];
    while (all.length > 0) await this.put(all.splice(0, BATCH_MAX));
  }

  private async put(batch: Waiting[]): Promise<void> {
    const errands: NewErrand[] = [];
    const sent = batch.filter(({ call, errand, resolve }) => {
      const mail = this.context.mailSeen(call);
      if (mail === null) resolve(false);
      else errands.push({ ...errand, mail, worker: this.context.worker() });
      return mail !== null;
    });
    if (sent.length === 0) return;
    try {
      const put = await this.context.store.errands.put(errands);
      for (const { call, resolve } of sent) resolve(put.has(call.uid));
    } catch (error) {
      for (const { reject } of sent) reject(error);
    }
  }
}
