/**
 * What an app gives to `provide`, typed by the workflow module itself.
 */
import type { TransactionClient } from '../store/transaction.ts';
import type { LimitOptions } from '../worker/effects/limits.ts';
import type { AttemptPolicy, EffectPolicy } from '../worker/effects/policy.ts';
import type { Token } from '../worker/effects/context.ts';

type AsyncFunction = (...args: never[]) => Promise<unknown>;

/**
 * What implements an effect: a function of the same arguments, or one with a policy, or a transaction; or processes that serve a
 * queue. One that is completed later returns its token.
 */
export type EffectImplementation<F> = F extends (...args: infer A) => Promise<infer R>
  ? Made<EffectPolicy<A, R>, A, R | Token> | TransactionImplementation<EffectPolicy<A, R>, A, R> | Queued<A>
  : never;

/** What makes an effect of a queue. */
export type ServedImplementation<F> = F extends (...args: infer A) => Promise<infer R>
  ? Made<AttemptPolicy<A, R>, A, R> | TransactionImplementation<AttemptPolicy<A, R>, A, R>
  : never;

type Made<P, A extends unknown[], R> = ((...args: A) => R | Promise<R>) | (P & { run: (...args: A) => R | Promise<R> });

type Queued<A extends unknown[]> = LimitOptions<A> & { queue: string };

/** A method, so that the client may be declared as what it is there: `ClientBase` of `pg`. */
type TransactionImplementation<P, A extends unknown[], R> = Omit<P, 'idempotent' | 'onInDoubt'> & {
  transaction(client: TransactionClient, ...args: A): R | Promise<R>;
  /** It has happened when it is committed, and is made again otherwise. */
  idempotent?: never;
  onInDoubt?: never;
};

/** Implementations for the effects of a workflow module, typed by `typeof import('./order.wf.ts')`. */
export type Implementations<M> = {
  [K in keyof M as M[K] extends AsyncFunction ? K : never]?: EffectImplementation<M[K]>;
};

/** What makes effects of a queue, by their names or as `module#name`; typed by the workflow module if that is given as a type. */
export type ServedImplementations<M> = {
  [K in keyof M as M[K] extends AsyncFunction ? K | (K extends string ? `${string}#${K}` : never) : never]?: ServedImplementation<M[K]>;
};

/** A module of which nothing is known but that it has effects. */
export type AnyModule = Record<string, (...args: any[]) => Promise<any>>;

export interface ServeOptions {
  /** How many attempts this process makes at a time. Default: 1. */
  concurrency?: number;
}
