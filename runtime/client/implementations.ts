/**
 * What an app gives to `provide`, typed by the workflow module itself.
 */
import type { EffectPolicy } from '../worker/effects/policy.ts';

type AsyncFunction = (...args: never[]) => Promise<unknown>;

/** What implements an effect: a function of the same arguments, or one with a policy. */
export type EffectImplementation<F> = F extends (...args: infer A) => Promise<infer R>
  ? ((...args: A) => R | Promise<R>) | (EffectPolicy<A, R> & { run: (...args: A) => R | Promise<R> })
  : never;

/** Implementations for the effects of a workflow module, typed by `typeof import('./order.wf.ts')`. */
export type Implementations<M> = {
  [K in keyof M as M[K] extends AsyncFunction ? K : never]?: EffectImplementation<M[K]>;
};
