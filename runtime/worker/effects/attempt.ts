/**
 * One attempt at an effect: a call of its implementation, with a context, a signal and a limit of time.
 *
 * It ends once by what the implementation does. Before that it may be given up, because it takes too long: then
 * nobody knows whether it has happened, and it may still end.
 */
import { fromDocument, toDocument } from '../../codec/border.ts';
import type { Json } from '../../codec/format.ts';
import { Unstorable } from '../../codec/unstorable.ts';
import { pathWithin } from '../../engine/path.ts';
import { PerdureError } from '../../errors.ts';
import { host, type Timer } from '../../host.ts';
import { hostProgram } from '../../publish.ts';
import { idempotencyKey, type EffectCall } from './call.ts';
import { runInContext } from './context.ts';

export type Run = (...args: unknown[]) => unknown;

export type Ending =
  | { kind: 'returned'; value: Json }
  /** It returned what cannot be stored: no further attempt would help. */
  | { kind: 'refused'; error: PerdureError }
  | { kind: 'threw'; error: unknown }
  /** It was told to stop, and says that it did: nobody knows whether it has happened. */
  | { kind: 'stopped'; error: unknown }
  /** It was given up. */
  | { kind: 'lost'; error: PerdureError };

export interface Limits {
  /** How long it may take, and what that comes from. */
  timeout: { ms: number; message: string } | null;
}

export class Attempt {
  readonly call: EffectCall;
  /** From 1. */
  readonly number: number;
  private readonly controller = new AbortController();
  private readonly ended: (attempt: Attempt, ending: Ending) => void;
  private timer: Timer | null = null;
  /** The implementation has ended. */
  hasEnded = false;

  constructor(call: EffectCall, number: number, ended: (attempt: Attempt, ending: Ending) => void) {
    this.call = call;
    this.number = number;
    this.ended = ended;
  }

  start(run: Run, limits: Limits): void {
    const { call, number } = this;
    const { timeout } = limits;
    if (timeout) this.timer = host.after(timeout.ms, () => this.giveUp(new PerdureError('effect_timeout', timeout.message)));
    const context = {
      idempotencyKey: idempotencyKey(call),
      attempt: number,
      signal: this.controller.signal,
      run: call.run,
      effect: call.effect,
    };
    runInContext(context, () => invoke(run, call)).then(
      (value) => this.end(returned(call, value)),
      (error: unknown) => this.end({ kind: isEcho(error, this.controller.signal) ? 'stopped' : 'threw', error: withoutOurFrames(error) }),
    );
  }

  /** Tells the implementation to stop. How it ends is its own affair. */
  abort(reason: Error): void {
    this.controller.abort(reason);
  }

  /** Nobody wants to know any more how it ends, or when. */
  dismiss(): void {
    this.timer?.cancel();
  }

  private giveUp(error: PerdureError): void {
    this.abort(error);
    this.ended(this, { kind: 'lost', error });
  }

  private end(ending: Ending): void {
    this.hasEnded = true;
    this.timer?.cancel();
    this.ended(this, ending);
  }
}

function returned(call: EffectCall, value: unknown): Ending {
  try {
    return { kind: 'returned', value: toDocument(value, hostProgram) };
  } catch (error) {
    const message = error instanceof Unstorable ? `${pathWithin(value, 'the result', error.value)}: ${error.message}` : String(error);
    return { kind: 'refused', error: new PerdureError('unstorable_result', `What ${call.effect} returned cannot reach the workflow: ${message}`) };
  }
}

function isEcho(error: unknown, signal: AbortSignal): boolean {
  if (!signal.aborted) return false;
  const { name, cause } = (error ?? {}) as { name?: unknown; cause?: unknown };
  return error === signal.reason || cause === signal.reason || name === 'AbortError';
}

/** Takes our own frames off the end of a stack. */
function withoutOurFrames(error: unknown): unknown {
  if (!(error instanceof Error) || typeof error.stack !== 'string') return error;
  const lines = error.stack.split('\n');
  const ours = lines.findIndex((line) => line.includes('at invoke (') && line.includes('/effects/attempt.'));
  if (ours !== -1) error.stack = lines.slice(0, ours).join('\n');
  return error;
}

async function invoke(run: Run, call: EffectCall): Promise<unknown> {
  // A copy: decoding takes the document apart.
  const args = fromDocument(JSON.parse(JSON.stringify(call.args)) as Json, hostProgram, 'args') as unknown[];
  return run(...args);
}
