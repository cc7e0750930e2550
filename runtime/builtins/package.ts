/**
 * What programs import from package perdure, by name; the compiler knows the same names.
 */
import { CancelledError, TimeoutError } from '../errors.ts';
import { start } from './children.ts';
import { query } from './query.ts';
import { scope, withTimeout } from './scope.ts';
import { channel, sleep } from './waiting.ts';

export const PACKAGE = 'perdure';
export const PACKAGE_VALUES = { channel, query, sleep, scope, withTimeout, start, CancelledError, TimeoutError };
