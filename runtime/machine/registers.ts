/**
 * The machine's registers. A cycle is synchronous and one runs at a time in a process, so there is one set.
 */
import type { Fault } from '../errors.ts';
import type { Env, Frame } from './frame.ts';
import type { Promise } from './promise.ts';
import type { Scope, Scopes } from './scope.ts';

/** What evaluation asks of the run it belongs to. All of it is data: nothing outside happens. */
export interface Host {
  /** Requests an effect, a timer or a message; its outcome goes to `to`. */
  request(request: Request, to: Frame | Promise): void;
  /** Answers a question: with the checkpoint of this cycle. */
  answer(answer: Answer): void;
  now(): number;
  random(): number;
  randomUUID(): string;
  print(level: string, args: unknown[]): void;
  /** Gives a young object its stamp before a checkpoint reaches it. */
  stamp(object: object): void;
  readonly scoping: Scopes;
}

export type Request =
  | { kind: 'effect'; name: string; args: unknown[] }
  | { kind: 'sleep'; duration: number | string | Date }
  | { kind: 'start'; workflow: unknown; args: unknown[]; options: ChildOptions }
  /** To a child, by the cell of its handle. */
  | { kind: 'tell'; child: Env; entry: { channel: string; message: unknown } | { reason: string | undefined } }
  | { kind: 'end'; child: Env }
  /** `iterate`: the outcome is an iterator result, for `for await`. */
  | { kind: 'receive'; channel: string; timeout?: number | string | undefined; iterate?: boolean };

export interface Answer {
  channel: string;
  key: string;
  failed: boolean;
  value: unknown;
}

export interface ChildOptions {
  id?: string;
  whenParentEnds?: string;
  deadline?: number | string | Date;
  priority?: number;
  tags?: Record<string, unknown>;
}

interface Registers {
  /** The result of a step, or what a frame is resumed with. */
  value: unknown;
  /** The value is a rejection. */
  failed: boolean;
  /** A generator is resumed by `return`, with the value. */
  returning: boolean;
  /** The step was entered by the driver, with nothing else of the current job on the native stack. */
  direct: boolean;
  /** Set by a fault: the cycle will be thrown away, whatever the program catches. */
  fault: Fault | null;
  /** The run whose cycle this is. */
  host: Host | null;
  /** The scope that code belongs to which runs now; null: the run itself. */
  scope: Scope | null;
  /** The frame that has awaited a pending promise last in this cycle, and that promise. */
  waiting: Frame | null;
  waitsFor: Promise | null;
}

export const registers: Registers = {
  value: undefined,
  failed: false,
  returning: false,
  direct: false,
  fault: null,
  host: null,
  scope: null,
  waiting: null,
  waitsFor: null,
};

/**
 * While `on`, constructors of workflow classes return at once: the codec wants an object of their shape. `forward` is
 * for the next constructor that begins: it does no more than call `super` with its arguments.
 */
export const restoring = { on: false, forward: false };

/** After a cycle was stopped from outside, which runs no `finally`. */
export function resetRegisters(): void {
  Object.assign(registers, { value: undefined, failed: false, returning: false, direct: false, fault: null, host: null, waiting: null, waitsFor: null });
  Object.assign(restoring, { on: false, forward: false });
}

/** Ends the cycle, whatever the program does with the exception. */
export function raise(fault: Fault): never {
  registers.fault ??= fault;
  throw fault;
}
