/** Promises: the slots of ECMA-262 27.2.6, their reactions included. */
import { CorruptState } from '../../errors.ts';
import { Aggregate } from '../../machine/aggregate.ts';
import { type Capability, newPromise, Promise, type PromiseState, type Reaction, reactionsOf, slotsOf } from '../../machine/promise.ts';
import { openScope } from '../../machine/scope.ts';
import { withClass } from '../class-of.ts';
import type { Decoder } from '../decode.ts';
import type { Json, Props } from '../format.ts';
import { isObject, list } from '../parts.ts';
import { writeRest } from '../properties.ts';
import type { RecordWriter } from '../records.ts';
import type { ObjectKind } from './kind.ts';

export const promiseKind: ObjectKind<Promise> = {
  kind: 'promise',
  fields: ['promise'],
  needs: [],
  is: (object) => slotsOf(object) !== undefined,
  stays: () => 'a promise cannot leave the workflow; await it first',

  write(writer, promise) {
    const slots = slotsOf(promise)!;
    const { state, value, handled } = slots;
    const reactions = reactionsOf(slots);
    const record: Props = { promise: state };
    if (state !== 'pending') record.value = writer.value(value);
    if (reactions.length > 0) record.then = reactions.map((reaction) => writeReaction(writer, reaction));
    if (handled) record.handled = true;
    return writeRest(writer, promise, record, Promise.prototype);
  },

  make: (decoder, record, path) => withClass(decoder, record, path, newPromise) as Promise,

  fill(decoder, promise, record, path) {
    const slots = slotsOf(promise);
    const { promise: state } = record;
    if (!slots || (state !== 'pending' && state !== 'fulfilled' && state !== 'rejected')) throw new CorruptState(path, 'unknown state of a promise');
    slots.state = state as PromiseState;
    if (state !== 'pending') slots.value = decoder.value(record.value, `${path}.value`);
    if ('then' in record) slots.reactions = list(record.then, `${path}.then`).map((r, i) => readReaction(decoder, promise, r, `${path}.then.${i}`));
    slots.handled = record.handled === true;
  },
};

function writeReaction(writer: RecordWriter, reaction: Reaction): Json {
  switch (reaction.kind) {
    case 'frame':
      return { frame: writer.referFrame(reaction.frame) };
    case 'frame in':
      return { frame: writer.referFrame(reaction.frame), in: reaction.scope.number };
    case 'task':
    case 'body':
      return { [reaction.kind]: reaction.scope.number };
    case 'forward':
      return { forward: writer.value(reaction.to) };
    case 'element':
      return { element: writer.value(reaction.of), index: reaction.index };
    case 'then': {
      const out: Props = { to: writeCapability(writer, reaction.to) };
      if (reaction.fulfilled) out.fulfilled = writer.value(reaction.fulfilled);
      if (reaction.rejected) out.rejected = writer.value(reaction.rejected);
      const scope = openScope(reaction.scope);
      if (scope !== null) out.in = scope.number;
      return out;
    }
  }
}

function readReaction(decoder: Decoder, of: Promise, json: Json, path: string): Reaction {
  if (!isObject(json)) throw new CorruptState(path, 'a reaction was expected');
  if ('frame' in json) {
    const frame = decoder.frame(json.frame, path);
    return 'in' in json ? { kind: 'frame in', frame, scope: decoder.scope(json.in, path), of } : { kind: 'frame', frame };
  }
  if ('task' in json) return { kind: 'task', scope: decoder.scope(json.task, path), of };
  if ('body' in json) return { kind: 'body', scope: decoder.scope(json.body, path), of };
  if ('forward' in json) return { kind: 'forward', to: promiseValue(decoder, json.forward, path) };
  if ('element' in json) {
    const all = decoder.value(json.element, path);
    if (!(all instanceof Aggregate) || !Number.isInteger(json.index)) throw new CorruptState(path, 'a combinator was expected');
    return all.awaits(json.index as number);
  }
  return {
    kind: 'then',
    to: readCapability(decoder, json.to, path),
    fulfilled: 'fulfilled' in json ? decoder.callable(json.fulfilled, path) : undefined,
    rejected: 'rejected' in json ? decoder.callable(json.rejected, path) : undefined,
    ...('in' in json && { scope: decoder.scope(json.in, path) }),
  };
}

/** Who gets a result (27.2.1.1): a promise of ours, or what a constructor of another kind has given. */
export function writeCapability(writer: RecordWriter, to: Capability): Json {
  if (slotsOf(to)) return writer.value(to);
  const { promise, resolve, reject } = to as Exclude<Capability, Promise>;
  return { promise: writer.value(promise), resolve: writer.value(resolve), reject: writer.value(reject) };
}

export function readCapability(decoder: Decoder, json: Json | undefined, path: string): Capability {
  if (isObject(json) && 'resolve' in json) {
    return {
      promise: decoder.objectValue(json.promise, path),
      resolve: decoder.callable(json.resolve, path),
      reject: decoder.callable(json.reject, path),
    };
  }
  return promiseValue(decoder, json, path);
}

export function promiseValue(decoder: Decoder, json: Json | undefined, path: string): Promise {
  const value = decoder.value(json, path);
  if (!slotsOf(value)) throw new CorruptState(path, 'a promise was expected');
  return value as Promise;
}
