/**
 * Scopes as they are stored (`codec/format.ts`).
 */
import type { Decoder } from '../codec/decode.ts';
import type { CancelDocument, Json, ScopeDocument } from '../codec/format.ts';
import { promiseValue } from '../codec/kinds/promise.ts';
import { isObject, list, text } from '../codec/parts.ts';
import type { RecordWriter } from '../codec/records.ts';
import { CancelledError, type CancelledEffect, CorruptState } from '../errors.ts';
import type { Promise } from '../machine/promise.ts';
import { Cancellation, RUN, Scope, type Target } from '../machine/scope.ts';

export function writeScope(writer: RecordWriter, scope: Scope): ScopeDocument {
  const { number, parent, to, ended, open, failures, cancellation, outer, timer, timedOut, graceMs } = scope;
  const document: ScopeDocument = { graceMs };
  if (to !== null) {
    if (parent !== null) document.in = parent.number;
    document.to = writer.value(to);
    document.waiting = writer.value(scope.waiting);
  }
  if (open > 0) document.open = open;
  if (ended !== null) document.ended = ended.failed ? { error: writer.value(ended.value) } : { ok: writer.value(ended.value) };
  if (failures.length > 0) document.failures = failures.map((promise) => writer.value(promise));
  if (timer > 0) document.timer = timer;
  if (timedOut !== null) document.timedOut = timedOut;
  if (cancellation !== null) document.cancel = cancellation.scope === number ? writeCancellation(writer, cancellation) : { by: cancellation.scope };
  if (outer !== null) document.outer = outer.scope;
  return document;
}

function writeCancellation(writer: RecordWriter, cancellation: Cancellation): CancelDocument {
  const { reason, targets, frames, results, late, outcomes, error } = cancellation;
  const document: CancelDocument = {};
  if (reason !== undefined) document.reason = reason;
  if (targets.size > 0) document.targets = byNumber(targets, (target) => writeTarget(writer, target));
  if (frames.length > 0) document.frames = frames.map((target) => writeTarget(writer, target));
  if (results.length > 0) document.results = results.map((promise) => writer.value(promise));
  if (late.length > 0) document.late = late.map((promise) => writer.value(promise));
  if (outcomes.size > 0) document.outcomes = byNumber(outcomes, (outcome) => writer.value(outcome));
  if (error !== null) document.error = writer.value(error);
  return document;
}

const writeTarget = (writer: RecordWriter, { to, scope }: Target): Json => [to && writer.continuation(to), scope?.number ?? RUN];

const byNumber = <T>(map: ReadonlyMap<number, T>, write: (value: T) => Json): Record<string, Json> =>
  Object.fromEntries([...map].map(([n, value]) => [n, write(value)]));

/** Makes the scopes of a state, so that what belongs to them can be read; `fillScopes` gives them their contents. */
export function makeScopes(documents: Record<string, ScopeDocument>): Map<number, Scope> {
  const scopes = new Map<number, Scope>();
  // Those around stand first: they were opened before.
  for (const [key, document] of Object.entries(documents)) {
    const path = `scopes.${key}`;
    const number = Number(key);
    if (!Number.isSafeInteger(number) || number < RUN || !isObject(document as Json)) throw new CorruptState(path, 'a scope was expected');
    const parent = document.in === undefined ? null : scopes.get(document.in);
    if (parent === undefined) throw new CorruptState(`${path}.in`, 'there is no such scope around');
    const scope = new Scope(number, parent, null);
    parent?.nested.add(scope);
    scopes.set(number, scope);
  }
  return scopes;
}

export function fillScopes(decoder: Decoder, documents: Record<string, ScopeDocument>): void {
  for (const scope of decoder.scopes.values()) fillScope(decoder, scope, documents[scope.number]!, `scopes.${scope.number}`);
}

function fillScope(decoder: Decoder, scope: Scope, document: ScopeDocument, path: string): void {
  const { open = 0, ended, failures = [], timer = 0, timedOut, cancel, outer } = document;
  scope.graceMs = amount(document.graceMs, `${path}.graceMs`);
  if (scope.number !== RUN) {
    scope.to = promiseValue(decoder, document.to, `${path}.to`);
    scope.waiting = promiseSet(decoder, document.waiting, `${path}.waiting`);
  }
  scope.open = amount(open, `${path}.open`);
  scope.timer = amount(timer, `${path}.timer`);
  if (timedOut !== undefined) scope.timedOut = text(timedOut, `${path}.timedOut`);
  if (ended !== undefined) {
    scope.ended = 'ok' in ended ? { failed: false, value: decoder.value(ended.ok, path) } : { failed: true, value: decoder.value(ended.error, path) };
  }
  scope.failures = promises(decoder, failures, `${path}.failures`);
  if (cancel !== undefined) {
    scope.cancellation = 'by' in cancel ? cancellationOf(decoder, cancel.by, path) : readCancellation(decoder, scope.number, cancel, `${path}.cancel`);
  }
  if (outer !== undefined) scope.outer = cancellationOf(decoder, outer, path);
}

/** The cancellation of a scope around, which has been read. */
function cancellationOf(decoder: Decoder, number: number, path: string): Cancellation {
  const cancellation = decoder.scopes.get(number)?.cancellation;
  if (cancellation?.scope !== number) throw new CorruptState(path, 'there is no such cancellation');
  return cancellation;
}

function readCancellation(decoder: Decoder, number: number, document: CancelDocument, path: string): Cancellation {
  const { reason, targets = {}, frames = [], results = [], late = [], outcomes = {} } = document;
  const cancellation = new Cancellation(number, reason === undefined ? undefined : text(reason, `${path}.reason`));
  cancellation.isCarriedOut = true;
  for (const [n, json] of Object.entries(targets)) {
    cancellation.targets.set(requestNumber(n, `${path}.targets`), readTarget(decoder, json, `${path}.targets.${n}`));
  }
  cancellation.frames = frames.map((json, i) => readTarget(decoder, json, `${path}.frames.${i}`));
  cancellation.results = promises(decoder, results, `${path}.results`);
  cancellation.late = promises(decoder, late, `${path}.late`);
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

function readTarget(decoder: Decoder, json: Json, path: string): Target {
  const [to, number] = list(json, path);
  const scope = number === RUN ? null : decoder.scope(number, path);
  if (to === null && scope === null) throw new CorruptState(path, 'a frame or a promise was expected');
  return { to: to === null ? null : decoder.continuation(to, path), scope };
}

const promises = (decoder: Decoder, list: Json[], path: string): Promise[] => list.map((json) => promiseValue(decoder, json, path));

function promiseSet(decoder: Decoder, json: Json | undefined, path: string): Set<Promise> {
  const set = decoder.value(json, path);
  if (!(set instanceof Set)) throw new CorruptState(path, 'a set of promises was expected');
  return set as Set<Promise>;
}

function amount(value: Json | undefined, path: string): number {
  if (typeof value !== 'number' || !(value >= 0)) throw new CorruptState(path, 'a number was expected');
  return value;
}

function requestNumber(key: string, path: string): number {
  const n = Number(key);
  if (!Number.isSafeInteger(n) || n < 1) throw new CorruptState(path, 'the number of a request was expected');
  return n;
}
