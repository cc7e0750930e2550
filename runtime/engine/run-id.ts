/**
 * The ids that users choose for runs: what a URL or a file name may be.
 */
import { PerdureError } from '../errors.ts';

const RUN_ID = /^[\w.:@/+=-]{1,200}$/;

export function checkRunId(id: string): void {
  if (RUN_ID.test(id)) return;
  throw new PerdureError('run_id', `'${id}' is no run id: up to 200 letters, digits and any of . : @ / + = _ -`);
}
