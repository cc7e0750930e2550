/**
 * Options as apps give them, read and checked: what is wrong is told with its name, by the code of what it was given to.
 *
 * An option that there is not is refused too: it was meant to do something, and a limit, a key or a deadline that is misspelt
 * would be missed only when it is needed.
 */
import { durationMs } from '../builtins/duration.ts';
import type { ErrorCode } from '../error-codes.ts';
import { PerdureError } from '../errors.ts';

export class Options {
  private readonly code: ErrorCode;
  /** How its messages begin. */
  private readonly what: string;

  constructor(code: ErrorCode, what: string) {
    this.code = code;
    this.what = what;
  }

  wrong(option: string, why: string): never {
    return this.refuse(`${option} ${why}`);
  }

  refuse(why: string): never {
    throw new PerdureError(this.code, `${this.what}: ${why}.`);
  }

  /** Refuses what is no object, and keys that are no options. `within` is the option that holds them. */
  checkKeys(given: unknown, known: readonly string[], within?: string): void {
    if (typeof given !== 'object' || given === null || Array.isArray(given)) this.refuse(`${within ?? 'what is given'} must be an object of options: ${known.join(', ')}`);
    for (const key of Object.keys(given)) {
      if (!known.includes(key)) this.wrong(within === undefined ? key : `${within}.${key}`, `is no option; there are ${known.join(', ')}`);
    }
  }

  checkType(option: string, value: unknown, type: 'boolean' | 'function', what: string): void {
    if (value !== undefined && typeof value !== type) this.wrong(option, `must be ${what}`);
  }

  duration(option: string, value: unknown): number {
    try {
      return durationMs(value);
    } catch (error) {
      return this.refuse(`${option}: ${(error as Error).message}`);
    }
  }

  /** One that is longer than nothing: what is done again and again after it would be done without end, what has it as a limit never. */
  pause(option: string, value: unknown): number {
    const ms = this.duration(option, value);
    return ms > 0 ? ms : this.wrong(option, 'must be longer than nothing');
  }

  /** A duration that may be left out. */
  durationOrNull(option: string, value: unknown): number | null {
    return value === undefined ? null : this.duration(option, value);
  }

  wholeNumber(option: string, value: unknown): number {
    if (typeof value !== 'number' || !Number.isInteger(value) || value < 1) this.wrong(option, 'must be a whole number from 1 on');
    return value;
  }
}
