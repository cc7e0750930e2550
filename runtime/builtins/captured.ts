/**
 * Built-ins whose results come from outside: clock, randomness, console. They ask the run, which captures what
 * it answers in the log entry of the cycle. Outside a run, in the host view of a module, they are the host's.
 */
import { host } from '../host.ts';
import { registers } from '../machine/registers.ts';

const now = (): number => registers.host?.now() ?? host.now();

const LEVELS = ['log', 'info', 'warn', 'error', 'debug', 'trace', 'table', 'dir'] as const;

const print =
  (level: string) =>
  (...args: unknown[]): void => {
    if (registers.host) registers.host.print(level, args);
    else host.print(level, args);
  };

const tagged = (tag: string, object: object): object => Object.defineProperty(object, Symbol.toStringTag, { value: tag, configurable: true });

export const captured = {
  now,
  random: (): number => registers.host?.random() ?? host.random(),
  /** `new Date(…)`. */
  date: (...args: unknown[]): Date =>
    args.length === 0 ? new Date(now()) : (Reflect.construct(Date, args) as Date),
  console: Object.freeze(tagged('console', Object.fromEntries(LEVELS.map((level) => [level, print(level)])))),
};
