/**
 * What an app gives to `provide`, typed by the workflow module itself.
 */
import type { TransactionClient } from '../store/transaction.ts';
import type { EffectPolicy } from '../worker/effects/policy.ts';

type AsyncFunction = (...args: never[]) => Promise<unknown>;

/** What implements an effect: a function of the same arguments, or one with a policy, or a transaction. */
export type EffectImplementation<F> = F extends (...args: infer A) => Promise<infer R>
  ? ((...args: A) => R | Promise<R>) | (EffectPolicy<A, R> & { run: (...args: A) => R | Promise<R> }) | TransactionImplementation<A, R>
  : never;

/** A method, so that the client may be declared as what it is there: `ClientBase` of `pg`. */
type TransactionImplementation<A extends unknown[], R> = Omit<EffectPolicy<A, R>, 'idempotent' | 'onInDoubt'> & {
  transaction(client: TransactionClient, ...args: A): R | Promise<R>;
  /** It is never in doubt. */
  idempotent?: never;
  onInDoubt?: never;
};

/** Implementations for the effects of a workflow module, typed by `typeof import('./order.wf.ts')`. */
export type Implementations<M> = {
  [K in keyof M as M[K] extends AsyncFunction ? K : never]?: EffectImplementation<M[K]>;
};
