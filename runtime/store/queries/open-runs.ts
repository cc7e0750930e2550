/**
 * Runs that are not over.
 */

/** Their statuses, as a list of SQL. */
export const OPEN = `('pending', 'running', 'parked')`;

/** … and of those that people may let go on again. */
export const CAN_GO_ON = `('pending', 'running', 'parked', 'failed')`;
