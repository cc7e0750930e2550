/**
 * What package perdure gives to workflow code: `sleep` and channels. Both are awaited like effects: directly by
 * the frame, or through a promise when they are called as values.
 */
import { CODE, WAIT } from '../abi.ts';
import { PerdureError } from '../errors.ts';
import { Closure, type Code, type Enter } from '../machine/frame.ts';
import { newPromise } from '../machine/promise.ts';
import { registers, type Request } from '../machine/registers.ts';
import { optionalDuration, optionsOf } from './options.ts';

export function request(what: Request, to: Parameters<Enter>[0] | ReturnType<typeof newPromise>): void {
  if (registers.host === null) {
    throw new PerdureError('outside_run', `\`${what.kind}\` waits durably and works only inside a run.`);
  }
  registers.host.request(what, to);
}

/** A function whose call requests something, with or without a promise between. */
export function requesting(id: string, make: (self: unknown, args: unknown[]) => Request): Function {
  const enter: Enter = (up, _env, self, ...args) => {
    request(make(self, args), up);
    return WAIT;
  };
  const code: Code = { id, kind: 'builtin', make: null, enter, closed: undefined as unknown as Closure };
  (code as { closed: Closure }).closed = new Closure(code, undefined);
  const fn = function (this: unknown, ...args: unknown[]): unknown {
    const promise = newPromise();
    request(make(this, args), promise);
    return promise;
  };
  Object.defineProperty(fn, CODE, { value: code.closed });
  return fn;
}

export const sleep = requesting('perdure#sleep', (_self, args) => ({
  kind: 'sleep',
  duration: checkDuration(args[0]),
}));

/** A number of ms, a text such as '3 days', or the moment itself. */
function checkDuration(value: unknown): number | string | Date {
  if (typeof value === 'number' || typeof value === 'string' || value instanceof Date) return value;
  throw new TypeError("sleep takes a number of milliseconds, a duration such as '3 days', or a Date");
}

/** A typed, buffered, named queue of messages into a run. The same object for all runs of a program. */
export class Channel {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }

  declare receive: Function;

  [Symbol.asyncIterator](): object {
    return { channel: this, next: channelNext };
  }
}

Object.defineProperty(Channel.prototype, 'receive', {
  value: requesting('perdure#receive', (self, args) => {
    if (!(self instanceof Channel)) throw new TypeError('receive was called on something that is not a channel');
    const { timeout } = optionsOf('receive', args[0], ['timeout']);
    return { kind: 'receive', channel: self.name, timeout: optionalDuration('receive', 'timeout', timeout) };
  }),
});

/** `next` of `for await (const message of channel)`: the messages never end. */
export const channelNext = requesting('perdure#next', (self) => ({
  kind: 'receive',
  channel: (self as { channel: Channel }).channel.name,
  iterate: true,
}));

export const channel = (name: string): Channel => new Channel(name);
