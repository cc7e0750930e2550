/**
 * Reads the options that an app gives for an effect. What is wrong is told with the effect and the option.
 */
import { durationMs } from '../../builtins/duration.ts';
import { PerdureError } from '../../errors.ts';

export class Options {
  private readonly effect: string;

  constructor(effect: string) {
    this.effect = effect;
  }

  wrong(option: string, why: string): never {
    throw new PerdureError('effect_policy', `The policy of effect '${this.effect}' is wrong: ${option} ${why}`);
  }

  /** Refuses keys that are no options. `within` is the option that holds them, with a dot. */
  checkKeys(given: object, known: readonly string[], within = ''): void {
    for (const key of Object.keys(given)) {
      if (!known.includes(key)) this.wrong(`${within}${key}`, `is no option; there are ${known.join(', ')}`);
    }
  }

  checkType(option: string, value: unknown, type: 'boolean' | 'function', what: string): void {
    if (value !== undefined && typeof value !== type) this.wrong(option, `must be ${what}`);
  }

  duration(option: string, value: number | string): number {
    try {
      return durationMs(value);
    } catch (error) {
      return this.wrong(option, `: ${(error as Error).message}`);
    }
  }

  /** A duration that may be left out. */
  durationOrNull(option: string, value: number | string | undefined): number | null {
    return value === undefined ? null : this.duration(option, value);
  }

  wholeNumber(option: string, value: unknown): number {
    if (typeof value !== 'number' || !Number.isInteger(value) || value < 1) this.wrong(option, 'must be a whole number from 1 on');
    return value;
  }
}
