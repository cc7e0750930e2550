/**
 * Databases for tests: a fresh one per use, on the server that the setup has started.
 */
import { inject } from 'vitest';
import { createDatabase } from './postgres.ts';

/** The URL of a new, empty database. */
export const freshDatabase = (): Promise<string> => createDatabase(inject('postgresUrl'));
