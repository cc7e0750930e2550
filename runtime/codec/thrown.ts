/**
 * What an app throws may be anything: a frozen error, one whose getters throw, a Proxy. Whoever wants to know something of it
 * asks here, and what it answers to that is never thrown further.
 */

/** What `read` returns, or `otherwise` if it throws. */
export function safely<T>(read: () => T, otherwise: T): T {
  try {
    return read();
  } catch {
    return otherwise;
  }
}

const NOTHING = 'something that cannot be described was thrown';

/** The message of an error, or the text of anything else. */
export const messageOf = (thrown: unknown): string => safely(() => String(thrown instanceof Error ? thrown.message : thrown), NOTHING);

/** As it is shown in a line: `TypeError: x is not a function`. */
export const lineOf = (thrown: unknown): string => safely(() => String(thrown), NOTHING);

/** As it is shown at length: with its stack, where it has one. */
export const stackOf = (thrown: unknown): string => safely(() => String((thrown as Error | null | undefined)?.stack ?? thrown), NOTHING);
