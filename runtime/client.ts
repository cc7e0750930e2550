/**
 * `perdure/engine`: what an app uses.
 *
 *     const engine = await open({ store: process.env.DATABASE_URL ?? '.perdure' });
 *     engine.provide(orders, { charge: (order) => payments.charge(order) });
 *     await engine.work();
 *     const run = await engine.start(orders.fulfil, { args: [order] });
 *     const receipt = await run.result();
 */
export { open, type OpenOptions } from './client/open.ts';
export type { Completion, Resolution } from './client/decision.ts';
export { Engine } from './client/engine.ts';
export type { ManyOptions, Sent, StartOptions } from './client/start-options.ts';
export type { ScheduleOptions, ScheduleState } from './client/schedules.ts';
export type { Overlap } from './control/schedule.ts';
export type { PruneOptions, RetentionAges, RetentionOption } from './client/retention.ts';
export type { Pruned } from './control/prune.ts';
export type { AskOptions } from './client/ask.ts';
export type { CancelOptions, TerminateOptions } from './client/cancel.ts';
export type { ResumeOptions, RetryOptions } from './client/going-on.ts';
export { RunHandle, type RunState, type RunStatus } from './client/run-handle.ts';
export type { SendOptions } from './client/message.ts';
export type { ListOptions, RunFilter, RunPage } from './client/filter.ts';
export type { EffectImplementation, Implementations, ServedImplementation, ServedImplementations, ServeOptions } from './client/implementations.ts';
export { effectContext, type EffectContext, type Token } from './worker/effects/context.ts';
export type { LaterOptions } from './worker/effects/later.ts';
export type { Doubt, DoubtAnswer } from './worker/effects/doubts.ts';
export type { LimitOptions } from './worker/effects/limits.ts';
export type { AttemptPolicy, EffectPolicy } from './worker/effects/policy.ts';
export type { RetryPolicy } from './worker/effects/retry.ts';
export type { TransactionClient } from './store/transaction.ts';
export type { SqlClient } from './store/client-sql.ts';
export type { OnConflict } from './control/start.ts';
export { PerdureError, CancelledError, TimeoutError, CorruptState, Fault, type CancelledEffect } from './errors.ts';
