/**
 * Runs that are not over.
 */

/** Their statuses, as a list of SQL. */
export const OPEN = `('pending', 'running', 'parked')`;
