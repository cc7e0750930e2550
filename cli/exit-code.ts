/**
 * Exit codes: 0 fine, 1 the input is wrong, 2 the environment, 3 not found, 4 conflict, 70 a bug of ours.
 */
import type { ErrorCode } from '../runtime/error-codes.ts';
import { PerdureError } from '../runtime/errors.ts';
import { StoreError } from '../runtime/store/errors.ts';

export type ExitCode = 0 | 1 | 2 | 3 | 4 | 70;

/** What the command itself finds wrong. */
export class CliError extends Error {
  readonly exitCode: ExitCode;

  constructor(message: string, exitCode: ExitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

const EXIT_CODES: Partial<Record<ErrorCode, ExitCode>> = {
  store_in_use: 2,
  store_missing: 2,
  pglite_missing: 2,
  corrupt_state: 2,
  format_version: 2,
  artifact_missing: 2,
  artifact_hash: 2,
  abi_version: 2,
  store_url: 1,
  run_missing: 3,
  schedule_missing: 3,
  no_such_cycle: 3,
  unknown_workflow: 3,
  unknown_query: 3,
  token_unknown: 3,
  run_exists: 4,
  run_ended: 4,
  not_in_doubt: 4,
  run_parked: 4,
  not_parked: 4,
  not_failed: 4,
  does_not_fit: 4,
  query_early: 4,
  no_reply: 4,
  ask_timeout: 4,
  token_decided: 4,
  token_expired: 4,
};

export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof CliError) return error.exitCode;
  if (error instanceof PerdureError) return EXIT_CODES[error.code] ?? (error instanceof StoreError ? 2 : 1);
  // The file system refuses something: its errors name the call and the path.
  if (error instanceof Error && 'syscall' in error && 'code' in error) return 2;
  return 70;
}
