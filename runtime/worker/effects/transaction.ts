/**
 * An effect that is a transaction: its result goes into the run's inbox in the very transaction that makes it, so it
 * happens exactly once.
 *
 *     BEGIN · what the app does · is the run still held by who began this? then store the result · COMMIT
 *
 * The run's row is locked from that check to the end of the transaction: nobody takes the run, and so nobody makes the
 * effect again, before the database has decided. When the run leaves the worker, what has not come to its COMMIT is rolled
 * back: the run may come back under the same name, when another has made the effect. An answer to COMMIT that is lost is asked
 * for by the number of the transaction.
 */
import type { Json } from '../../codec/format.ts';
import { PerdureError } from '../../errors.ts';
import { writeEntry } from '../../engine/inbox.ts';
import { ClientSql } from '../../store/client-sql.ts';
import { StoreError } from '../../store/errors.ts';
import { lend } from '../../store/lent-client.ts';
import { Store } from '../../store/store.ts';
import { CommitUnknown, Undone, untilAborted, type TransactionClient } from '../../store/transaction.ts';
import { Pauses } from '../pauses.ts';
import { copyOf, resultOf, type Ending, type Perform, type Run } from './attempt.ts';
import type { EffectCall } from './call.ts';

/** Stores a result from inside the transaction. Returns the number of that, or null if the attempt is somebody else's by now. */
export type StoreResult = (store: Store, value: Json) => Promise<{ transaction: string } | null>;

/** `pauses`: of the engine, which end when it closes. */
export const performInTransaction =
  (store: Store, pauses: Pauses, run: Run, storeResult: StoreResult): Perform =>
  (call, { signal }) =>
    new Transaction(store, pauses, run, storeResult, call, signal).perform();

/** Of a run that `worker` holds: the name under which the attempt was claimed. */
export const storingHeld =
  ({ uid, request }: EffectCall, worker: string): StoreResult =>
  (store, value) =>
    store.inbox.sendHeld(uid, worker, writeEntry({ kind: 'result', request, value }));

/** The run is held by somebody else: what the app did is rolled back. */
class Overtaken extends Error {}

class Transaction {
  private readonly store: Store;
  private readonly untilClosed: Pauses;
  private readonly run: Run;
  private readonly storeResult: StoreResult;
  private readonly call: EffectCall;
  private readonly signal: AbortSignal;
  /** Before another try: they end when the attempt is aborted. */
  private readonly pauses = new Pauses();
  /** The number of the last one whose result was stored. */
  private number = '';

  constructor(store: Store, untilClosed: Pauses, run: Run, storeResult: StoreResult, call: EffectCall, signal: AbortSignal) {
    this.store = store;
    this.untilClosed = untilClosed;
    this.run = run;
    this.storeResult = storeResult;
    this.call = call;
    this.signal = signal;
  }

  async perform(): Promise<Ending> {
    for (let pauseMs = 50; ; pauseMs = Math.min(pauseMs * 2, 5000)) {
      try {
        await this.store.sql.transaction!((client) => this.inside(client), this.signal);
        return { kind: 'stored' };
      } catch (error) {
        if (error instanceof Overtaken) return { kind: 'overtaken' };
        if (error instanceof CommitUnknown) {
          const became = await this.whatBecame();
          if (became === 'committed') return { kind: 'stored' };
          if (became === undefined) return { kind: 'overtaken' };
        } else if (!(error instanceof Undone)) throw error;
        await untilAborted(this.signal, () => this.pauses.pause(pauseMs), () => this.pauses.endAll());
      }
    }
  }

  private async inside(client: TransactionClient): Promise<void> {
    const { call } = this;
    const returned = await this.callApp(client);
    const status = (client as { getTransactionStatus?(): unknown }).getTransactionStatus?.();
    if (status === 'I') throw new PerdureError('transaction_ended', `${call.effect} has ended its transaction itself: its result would not be part of it.`);
    const value = resultOf(call, returned);
    const sent = await this.storeResult(new Store(new ClientSql(client)), value).catch((error: unknown) => {
      // The database asks to try again, as when others have locked in another order: that is no failure of the effect.
      if (!(error instanceof StoreError) || error.kind !== 'unreachable') throw error;
      throw new Undone(error.kind, error.code, error.message, error);
    });
    if (sent === null) throw new Overtaken();
    this.number = sent.transaction;
  }

  /** From its end on, not from that of the transaction: what came while its result is stored, and failed, would undo that unseen. */
  private async callApp(client: TransactionClient): Promise<unknown> {
    const { call, signal } = this;
    let hasEnded = false;
    const lent = lend(client, call.effect, () => hasEnded || signal.aborted);
    try {
      return await this.run(lent, ...(copyOf(call.args, 'args') as unknown[]));
    } finally {
      hasEnded = true;
    }
  }

  /**
   * Waits until the database says what has become of it: a transaction may still be under way without its connection. Undefined if
   * the engine closes before: who takes the run reads it in the inbox, or makes the effect again.
   */
  private whatBecame(): Promise<'committed' | 'aborted' | undefined> {
    return this.untilClosed.keepTrying(async () => {
      const status = await this.store.transactionStatus(this.number);
      // Asked after that: what it has committed is there to be seen.
      if (status === 'committed') return (await this.store.isResultStored(this.call.uid, this.call.request)) ? 'committed' : 'aborted';
      return status === 'aborted' ? 'aborted' : undefined;
    });
  }
}
