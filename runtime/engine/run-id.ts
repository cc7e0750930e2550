/**
 * The ids that users choose for runs: what a URL or a file name may be.
 */
import { PerdureError } from '../errors.ts';

const RUN_ID = /^[\w.:@/+=-]{1,200}$/;

export function checkRunId(id: unknown): asserts id is string {
  if (typeof id === 'string' && RUN_ID.test(id)) return;
  throw new PerdureError('run_id', `${typeof id === 'string' ? `'${id}'` : `What is no text (${String(id)})`} is no run id: up to 200 letters, digits and any of . : @ / + = _ -`);
}
