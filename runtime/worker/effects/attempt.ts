/**
 * One attempt at an effect: a call of its implementation, with a context, a signal and limits of time.
 *
 * It ends once by what the implementation does. Before that it may be given up, because it takes too long or has
 * fallen silent: then nobody knows whether it has happened, and it may still end.
 */
import { fromDocument, toDocument } from '../../codec/border.ts';
import type { Json, Props } from '../../codec/format.ts';
import { errorDocument } from '../../codec/outcome.ts';
import { lineOf, messageOf, safely, stackOf } from '../../codec/thrown.ts';
import { Unstorable } from '../../codec/unstorable.ts';
import { pathWithin } from '../../engine/path.ts';
import { PerdureError } from '../../errors.ts';
import { host, type Timer } from '../../host.ts';
import { hostProgram } from '../../publish.ts';
import { idempotencyKey, type EffectCall } from './call.ts';
import { runInContextOf, type EffectContext, type Token } from './context.ts';
import type { LaterOptions } from './later.ts';

export type Run = (...args: unknown[]) => unknown;

/** How an attempt is made. Rejects with what the implementation throws. The signal is made for who asks for it. */
export type Perform = (call: EffectCall, attempt: { readonly signal: AbortSignal }) => Promise<Ending>;

export type Ending =
  | { kind: 'returned'; value: Json }
  /** Its result is in the run's inbox. */
  | { kind: 'stored' }
  /** Another worker has taken the run, and nothing has happened. */
  | { kind: 'overtaken' }
  /** It returned what cannot be stored: no further attempt would help. */
  | { kind: 'refused'; error: PerdureError }
  /** Whoever has its token completes it. */
  | { kind: 'later' }
  | { kind: 'threw'; error: unknown }
  /** It was told to stop, and says that it did: nobody knows whether it has happened. */
  | { kind: 'stopped' }
  /** It was given up. */
  | { kind: 'lost'; error: PerdureError };

/** What is known of an attempt when it begins. */
export interface AttemptTerms {
  /** How long it may take, and what to say if it takes longer. */
  timeout: { ms: number; message: string } | null;
  /** How long it may be silent. */
  heartbeatMs: number | null;
  /** What is stopped has not happened: an attempt that is given up fails. */
  undone: boolean;
  /** What the attempts before have told of themselves last. */
  lastHeartbeat: Heartbeat | null;
}

/** Whoever makes attempts. */
export interface Maker {
  /** Told of every heartbeat; null: without details. */
  beat(attempt: Attempt, heartbeat: Heartbeat | null): void;
  /** Stores a token. */
  later(attempt: Attempt, options: LaterOptions): Promise<Token>;
  ended(attempt: Attempt, ending: Ending): void;
}

/** The details of a heartbeat. */
export interface Heartbeat {
  details: Json;
}

export class Attempt {
  readonly call: EffectCall;
  /** From 1. */
  readonly number: number;
  private readonly terms: AttemptTerms;
  private readonly maker: Maker;
  private controller: AbortController | null = null;
  private shown: EffectContext | null = null;
  private timeout: Timer | null = null;
  private silence: Timer | null = null;
  private heardAt = host.monotonic();
  private givenUp: PerdureError | null = null;
  private token: Promise<Token> | null = null;
  /** It has a token: it is completed from outside. */
  isLater = false;
  /** The implementation has ended. */
  hasEnded = false;

  constructor(call: EffectCall, number: number, terms: AttemptTerms, maker: Maker) {
    this.call = call;
    this.number = number;
    this.terms = terms;
    this.maker = maker;
  }

  get signal(): AbortSignal {
    return (this.controller ??= new AbortController()).signal;
  }

  get context(): EffectContext {
    return (this.shown ??= this.makeContext());
  }

  private makeContext(): EffectContext {
    const { call, number } = this;
    const { lastHeartbeat } = this.terms;
    const signal = (): AbortSignal => this.signal;
    return {
      idempotencyKey: idempotencyKey(call),
      attempt: number,
      get signal() {
        return signal();
      },
      run: call.run,
      effect: call.effect,
      lastHeartbeat: lastHeartbeat === null ? undefined : copyOf(lastHeartbeat.details, 'heartbeat'),
      heartbeat: (...details: [unknown?]) => this.beat(details),
      later: (options: LaterOptions = {}) => this.later(options),
    };
  }

  start(perform: Perform): void {
    const { timeout } = this.terms;
    if (timeout) this.timeout = host.after(timeout.ms, () => this.giveUp(new PerdureError('effect_timeout', timeout.message)));
    this.listen();
    runInContextOf(this, () => perform(this.call, this)).then(
      (ending) => this.end(ending),
      (error: unknown) => this.end(this.thrown(error)),
    );
  }

  /** Tells the implementation to stop. How it ends is its own affair. */
  abort(reason: Error): void {
    const controller = (this.controller ??= new AbortController());
    // Who listens to the signal is a part of the implementation.
    runInContextOf(this, () => controller.abort(reason));
  }

  /** Nobody wants to know any more how it ends, or when. */
  dismiss(): void {
    this.timeout?.cancel();
    this.silence?.cancel();
  }

  private beat(details: [unknown?]): void {
    this.heardAt = host.monotonic();
    if (this.controller?.signal.aborted) return;
    this.maker.beat(this, details.length === 0 ? null : { details: portable(details[0], `The heartbeat of ${this.call.effect}`, 'details') });
  }

  private later(options: LaterOptions): Promise<Token> {
    if (this.controller?.signal.aborted) return Promise.reject(this.controller.signal.reason as Error);
    if (this.hasEnded) return Promise.reject(new PerdureError('later', `This attempt at ${this.call.effect} has ended.`));
    this.token ??= this.maker.later(this, options).then((token) => {
      if (this.givenUp) throw this.givenUp; // meanwhile: a token that nobody has does not count
      this.isLater = true;
      return token;
    });
    return this.token;
  }

  /** Gives up when nothing has been heard for too long. */
  private listen(): void {
    const { heartbeatMs } = this.terms;
    if (heartbeatMs === null) return;
    const leftMs = this.heardAt + heartbeatMs - host.monotonic();
    if (leftMs > 0) this.silence = host.after(leftMs, () => this.listen());
    else this.giveUp(new PerdureError('effect_silent', `${this.call.effect} has given no heartbeat for ${heartbeatMs} ms`));
  }

  private giveUp(error: PerdureError): void {
    this.dismiss();
    this.givenUp = error;
    this.abort(error);
    if (!this.terms.undone) this.maker.ended(this, this.isLater ? { kind: 'later' } : { kind: 'lost', error });
  }

  private thrown(error: unknown): Ending {
    if (isRefused(error)) return { kind: 'refused', error };
    if (!this.controller || !isEcho(error, this.controller.signal)) return { kind: 'threw', error };
    return this.terms.undone && this.givenUp ? { kind: 'threw', error: this.givenUp } : { kind: 'stopped' };
  }

  private end(ending: Ending): void {
    if (this.token && !this.isLater && !this.hasEnded) {
      // The implementation has not waited for its token.
      this.hasEnded = true;
      this.token.then(() => this.end(ending), () => this.end(ending));
      return;
    }
    this.hasEnded = true;
    this.dismiss();
    this.maker.ended(this, this.isLater && ending.kind !== 'threw' ? { kind: 'later' } : ending);
  }
}

/** A result that cannot be stored. */
class Refused extends PerdureError {}

const isRefused = (error: unknown): error is Refused => safely(() => error instanceof Refused, false);

/** What an implementation has returned, as a document. Throws what ends the attempt as refused. */
export function resultOf(call: EffectCall, value: unknown): Json {
  try {
    return portable(value, `What ${call.effect} returned`, 'the result');
  } catch (error) {
    throw new Refused('unstorable_result', messageOf(error));
  }
}

/** A copy of a value that the app hands over. Throws `unstorable_result`, with the way to what cannot be copied. */
function portable(value: unknown, what: string, name: string): Json {
  try {
    return toDocument(value, hostProgram);
  } catch (error) {
    throw new PerdureError('unstorable_result', `${what} cannot reach the workflow: ${whyUnstorable(error, value, name)}`);
  }
}

/** `error` is ours, or what a getter of the value has thrown: and one may throw again while the way is looked for. */
const whyUnstorable = (error: unknown, value: unknown, name: string): string =>
  safely(() => (error instanceof Unstorable ? `${pathWithin(value, name, error.value)}: ${error.message}` : null), null) ?? lineOf(error);

/** A value made of a document, which stays whole: decoding takes it apart. */
export const copyOf = (document: Json, path: string): unknown => fromDocument(JSON.parse(JSON.stringify(document)) as Json, hostProgram, path);

function isEcho(error: unknown, signal: AbortSignal): boolean {
  if (!signal.aborted) return false;
  if (error === signal.reason) return true;
  const { name, cause } = safely(() => ({ name: (error as Error).name, cause: (error as Error).cause }), { name: '', cause: undefined });
  return cause === signal.reason || name === 'AbortError';
}

/** What an attempt has thrown, as a document, without our own frames at the end of its stack. The error itself is the app's. */
export function thrownDocument(thrown: unknown): Json {
  const document = errorDocument(thrown, hostProgram);
  const { graph, heap } = (document ?? {}) as { graph?: { '@'?: number } | null; heap?: Record<string, { error?: Props }> };
  const own = heap?.[graph?.['@'] ?? '']?.error;
  if (typeof own?.stack === 'string') own.stack = withoutOurFrames(own.stack);
  return document;
}

/** Something is wrong with us, and what an attempt has done cannot be handled: that is the failure of the attempt. */
export function mishandled({ run, effect }: EffectCall, error: unknown): PerdureError {
  host.warn(`perdure: the end of ${effect} of the run '${run}' could not be handled. This is a bug of Perdure; please report it: ${stackOf(error)}`);
  return new PerdureError('internal_error', `The end of ${effect} could not be handled: ${lineOf(error)}. This is a bug of Perdure; please report it.`);
}

function withoutOurFrames(stack: string): string {
  const lines = stack.split('\n');
  const ours = lines.findIndex((line) => /at (async )?invoke \(/.test(line) && line.includes('/effects/attempt.'));
  return ours === -1 ? stack : lines.slice(0, ours).join('\n');
}

/** Calls an ordinary implementation. */
export const performing = (run: Run): Perform =>
  async function invoke(call) {
    return { kind: 'returned', value: resultOf(call, await run(...(copyOf(call.args, 'args') as unknown[]))) };
  };
