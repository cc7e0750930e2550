/** Generators and async generators: the frame where they stand, and what is asked of an async one. */
import { CorruptState } from '../../errors.ts';
import {
  ASYNC_GENERATOR,
  asyncGeneratorOf,
  AsyncGeneratorState,
  type AsyncGeneratorStatus,
  type GeneratorRequest,
  makeAsyncGenerator,
} from '../../machine/async-generator.ts';
import type { Frame, Starts } from '../../machine/frame.ts';
import { GENERATOR, generatorOf, GeneratorState, makeGenerator, type Resumption } from '../../machine/generator.ts';
import type { Decoder } from '../decode.ts';
import type { Json, Props } from '../format.ts';
import { isObject, list } from '../parts.ts';
import { writeRest } from '../properties.ts';
import type { RecordWriter } from '../records.ts';
import type { ObjectKind } from './kind.ts';
import { promiseValue } from './promise.ts';

export const generatorKind: ObjectKind = {
  kind: 'generator',
  fields: ['generator'],
  needs: [],
  is: (object) => generatorOf(object) !== undefined,
  stays: () => 'a generator cannot leave the workflow',

  write(writer, object) {
    const { frame } = generatorOf(object)!;
    return writeRest(writer, object, { generator: frame && writer.referFrame(frame) }, GENERATOR.ofObjects);
  },

  make: (decoder, record, path) => makeGenerator(bare(decoder, record, path, GENERATOR.ofObjects), new GeneratorState(null)),

  fill(decoder, object, record, path) {
    generatorOf(object)!.frame = readFrame(decoder, record.generator, 'generate', `${path}.generator`);
  },
};

export const asyncGeneratorKind: ObjectKind = {
  kind: 'async generator',
  fields: ['asyncGenerator'],
  needs: [],
  is: (object) => asyncGeneratorOf(object) !== undefined,
  stays: () => 'an async generator cannot leave the workflow',

  write(writer, object) {
    const { status, frame, queue } = asyncGeneratorOf(object)!;
    const record: Props = { asyncGenerator: status };
    if (frame !== null) record.frame = writer.referFrame(frame);
    if (queue.length > 0) record.queue = queue.map((request) => writeRequest(writer, request));
    return writeRest(writer, object, record, ASYNC_GENERATOR.ofObjects);
  },

  make: (decoder, record, path) =>
    makeAsyncGenerator(bare(decoder, record, path, ASYNC_GENERATOR.ofObjects), new AsyncGeneratorState(null)),

  fill(decoder, object, record, path) {
    const state = asyncGeneratorOf(object)!;
    const status = record.asyncGenerator as AsyncGeneratorStatus;
    const queue = 'queue' in record ? list(record.queue, `${path}.queue`) : [];
    state.frame = readFrame(decoder, record.frame ?? null, 'generateAsync', `${path}.frame`);
    state.queue = queue.map((request, i) => readRequest(decoder, request, `${path}.queue.${i}`));
    state.status = status;
    const isAlive = status === 'suspended' || status === 'running';
    const isAsked = status === 'running' || status === 'returning';
    if (!isAlive && !isAsked && status !== 'done') throw new CorruptState(`${path}.asyncGenerator`, 'unknown state of an async generator');
    if (isAlive !== (state.frame !== null)) throw new CorruptState(`${path}.frame`, `${isAlive ? 'a' : 'no'} frame was expected`);
    if (isAsked !== queue.length > 0) throw new CorruptState(`${path}.queue`, `${isAsked ? 'a' : 'no'} request was expected`);
  },

  settle(_decoder, object, _record, path) {
    const { frame } = asyncGeneratorOf(object)!;
    if (frame !== null && frame.$up !== object) throw new CorruptState(`${path}.frame`, 'the frame belongs to another generator');
  },
};

/** An ordinary object with the generator's prototype. */
function bare(decoder: Decoder, record: Props, path: string, fallback: object): object {
  return Object.create('proto' in record ? decoder.prototype(record.proto, `${path}.proto`) : fallback) as object;
}

function readFrame(decoder: Decoder, json: Json | undefined, starts: Starts, path: string): Frame | null {
  if (json === null) return null;
  const frame = decoder.frame(json, path);
  if (frame.$k.starts !== starts) throw new CorruptState(path, `${frame.$k.id} is no such generator`);
  return frame;
}

// ——— Requests ———

/** `{"next": value, "to": promise}`. */
const writeRequest = (writer: RecordWriter, { how, value, to }: GeneratorRequest): Json => ({
  [how]: writer.value(value),
  to: writer.value(to),
});

const RESUMPTIONS: readonly Resumption[] = ['next', 'throw', 'return'];

function readRequest(decoder: Decoder, json: Json, path: string): GeneratorRequest {
  const how = isObject(json) ? RESUMPTIONS.find((name) => name in json) : undefined;
  if (!isObject(json) || !how) throw new CorruptState(path, 'a request of a generator was expected');
  return { how, value: decoder.value(json[how], `${path}.${how}`), to: promiseValue(decoder, json.to, `${path}.to`) };
}
