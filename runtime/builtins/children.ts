/**
 * Child runs as workflow code has them: `start`, and the handle that it gives.
 *
 *     const child = await start(ship, [order], { whenParentEnds: 'cancel' });
 *     const label = await child.result();
 *
 * A handle is an object like any other; its functions share a cell, to which the child's end comes.
 */
import { type Cell, builtinClosure, cellOf, writeCell } from '../machine/builtin-closure.ts';
import { newPromise, type Promise } from '../machine/promise.ts';
import { type ChildOptions, type Request } from '../machine/registers.ts';
import { wrongOptions } from './options.ts';
import { Channel, request, requesting } from './waiting.ts';

export const start = requesting('perdure#start', (_self, [workflow, args = [], options = {}]) => {
  if (!Array.isArray(args)) throw new TypeError('start takes a workflow, an array of its arguments, and options');
  if (typeof options !== 'object' || options === null) throw wrongOptions('start_options', 'The options of start must be an object');
  return { kind: 'start', workflow, args, options: options as ChildOptions };
});

const childCell = cellOf((child?: number, uid?: string) => ({ $m: undefined, $up: undefined, child, uid, ended: undefined }));

/** The handle of a child, and the cell to which its end comes. */
export function childHandle(number: number, id: string, uid: string, workflow: string): { handle: object; env: Cell } {
  const env = childCell(number, uid);
  return { handle: { id, workflow, result: resultOf(env), send: sendTo(env), cancel: cancelOf(env) }, env };
}

/** The end of a child, once it has come. */
export const endOf = (env: Cell): { failed: boolean; value: unknown } | undefined => env.ended as { failed: boolean; value: unknown } | undefined;

export const keepEnd = (env: Cell, end: { failed: boolean; value: unknown }): void => writeCell(env, 'ended', end);

function ask(what: Request): Promise {
  const promise = newPromise();
  request(what, promise);
  return promise;
}

const resultOf = builtinClosure('%Child/result', (env) => () => ask({ kind: 'end', child: env }));

const sendTo = builtinClosure('%Child/send', (env) => (channel: unknown, message: unknown) => {
  const name = channel instanceof Channel ? channel.name : channel;
  if (typeof name !== 'string' || name === '') throw new TypeError('send takes a channel, or its name, and a message');
  return ask({ kind: 'tell', child: env, entry: { channel: name, message } });
});

const cancelOf = builtinClosure('%Child/cancel', (env) => (reason: unknown) =>
  ask({ kind: 'tell', child: env, entry: { reason: reason === undefined ? undefined : String(reason) } }),
);
