/**
 * What can be cancelled as one: the run, whose number is 0.
 *
 * A cancellation takes two steps, because whoever cleans up must know what has happened. First the effects under way are
 * told to stop, and everything stands still until they have ended, or for so long. Then one CancelledError, with what has
 * become of each, is thrown at every await that waited (`cancellation.ts`).
 */
import type { Decoder } from '../codec/decode.ts';
import type { CancelDocument, Json, ScopeDocument } from '../codec/format.ts';
import { isObject, text } from '../codec/parts.ts';
import type { RecordWriter } from '../codec/records.ts';
import { CancelledError, type CancelledEffect, CorruptState } from '../errors.ts';
import type { Frame } from '../machine/frame.ts';
import type { Promise } from '../machine/promise.ts';

/** The number of the run itself. */
export const RUN = 0;

export class Scope {
  readonly number: number;
  /** There is at most one: who has been cancelled is not cancelled again while it cleans up. */
  cancellation: Cancellation | null = null;

  constructor(number: number) {
    this.number = number;
  }
}

export class Cancellation {
  readonly reason: string | undefined;
  /** Who gets the error, by the request that was waited for. */
  readonly targets = new Map<number, Frame | Promise>();
  /** What has become of the effects that were under way, by request. */
  readonly outcomes = new Map<number, CancelledEffect>();
  /** What was thrown, once it was. */
  error: CancelledError | null = null;

  constructor(reason: string | undefined) {
    this.reason = reason;
  }
}

export function writeScope(writer: RecordWriter, { cancellation }: Scope): ScopeDocument {
  return cancellation === null ? {} : { cancel: writeCancellation(writer, cancellation) };
}

function writeCancellation(writer: RecordWriter, { reason, targets, outcomes, error }: Cancellation): CancelDocument {
  const document: CancelDocument = {};
  if (reason !== undefined) document.reason = reason;
  if (targets.size > 0) document.targets = byNumber(targets, (to) => writer.continuation(to));
  if (outcomes.size > 0) document.outcomes = byNumber(outcomes, (outcome) => writer.value(outcome));
  if (error !== null) document.error = writer.value(error);
  return document;
}

const byNumber = <T>(map: ReadonlyMap<number, T>, write: (value: T) => Json): Record<string, Json> =>
  Object.fromEntries([...map].map(([n, value]) => [n, write(value)]));

export function readScope(decoder: Decoder, number: number, document: ScopeDocument, path: string): Scope {
  const scope = new Scope(number);
  if (document.cancel !== undefined) scope.cancellation = readCancellation(decoder, document.cancel, `${path}.cancel`);
  return scope;
}

function readCancellation(decoder: Decoder, document: CancelDocument, path: string): Cancellation {
  const { reason, targets = {}, outcomes = {} } = document;
  const cancellation = new Cancellation(reason === undefined ? undefined : text(reason, `${path}.reason`));
  for (const [n, json] of Object.entries(targets)) {
    cancellation.targets.set(requestNumber(n, `${path}.targets`), decoder.continuation(json, `${path}.targets.${n}`));
  }
  for (const [n, json] of Object.entries(outcomes)) {
    const outcome = decoder.value(json, `${path}.outcomes.${n}`);
    if (!isObject(outcome as Json)) throw new CorruptState(`${path}.outcomes.${n}`, 'the outcome of an effect was expected');
    cancellation.outcomes.set(requestNumber(n, `${path}.outcomes`), outcome as CancelledEffect);
  }
  if (document.error !== undefined) {
    const error = decoder.value(document.error, `${path}.error`);
    if (!(error instanceof CancelledError)) throw new CorruptState(`${path}.error`, 'a CancelledError was expected');
    cancellation.error = error;
  }
  return cancellation;
}

function requestNumber(text: string, path: string): number {
  const n = Number(text);
  if (!Number.isSafeInteger(n) || n < 1) throw new CorruptState(path, 'the number of a request was expected');
  return n;
}
