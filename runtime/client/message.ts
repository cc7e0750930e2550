/**
 * Messages as apps send them.
 */
import { Channel } from '../builtins/waiting.ts';
import { isUnsafe } from '../codec/format.ts';
import type { Message } from '../control.ts';
import { Options } from '../engine/options.ts';
import { PerdureError } from '../errors.ts';
import { copy } from './copy.ts';

/** A channel of a workflow module, typed by its messages. */
export interface ChannelOf<T> {
  readonly name: string;
  receive(): Promise<T>;
}

export interface SendOptions {
  /** The same key in the same channel of a run is the same message: it arrives once, however often it is sent. */
  key?: string;
}

/** Throws PerdureError `options`, `channel`, and `unstorable` with the path. */
export function messageOf(channel: Channel | string, message: unknown, options: SendOptions): Message {
  new Options('options', 'Wrong options of a message').checkKeys(options, ['key']);
  const name = channel instanceof Channel ? channel.name : channel;
  if (typeof name !== 'string' || name === '' || isUnsafe(name)) throw new PerdureError('channel', '`send` takes a channel of the workflow module, or its name.');
  return { channel: name, value: copy(message, 'message', 'the message'), key: options.key };
}
