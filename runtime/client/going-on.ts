/** Options of letting runs go on that are parked or have failed. */
import { Options } from '../engine/options.ts';
import type { AnyWorkflow } from './starter.ts';

export interface ResumeOptions {
  /**
   * Its workflow, as this app has it now: a workflow that was at fault is corrected, and the run goes on with that. Default: with the
   * program that it has had so far.
   */
  onto?: AnyWorkflow<never[], unknown>;
}

export interface RetryOptions extends ResumeOptions {
  /** The cycle to go on from. Default: the last before its workflow has ended. */
  from?: number;
}

export const checkResume = (options: ResumeOptions): void => new Options('options', 'Wrong options of a resume').checkKeys(options, ['onto']);

export const checkRetry = (options: RetryOptions): void => new Options('options', 'Wrong options of a retry').checkKeys(options, ['from', 'onto']);
