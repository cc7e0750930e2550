/**
 * A message whose sender waits for an answer (`engine.ask`), as workflow code has it:
 *
 *     for await (const question of questions) question.reply(priceOf(question.message));
 *
 * It is an object like any other; its functions share a cell that knows whose question it is, and whether it is answered. The
 * answer is part of the cycle's checkpoint.
 */
import { PerdureError } from '../errors.ts';
import { type Cell, builtinClosure, cellOf, writeCell } from '../machine/builtin-closure.ts';
import { registers } from '../machine/registers.ts';

const questionCell = cellOf((channel?: string, key?: string) => ({ $m: undefined, $up: undefined, channel, key, answered: false }));

export function makeQuestion(channel: string, key: string, message: unknown): object {
  const env = questionCell(channel, key);
  return { message, reply: replyTo(env), refuse: refuseTo(env) };
}

const replyTo = builtinClosure('%Question/reply', (env) => (value: unknown) => answer(env, false, value));
const refuseTo = builtinClosure('%Question/refuse', (env) => (error: unknown) => answer(env, true, error));

function answer(env: Cell, failed: boolean, value: unknown): void {
  const { channel, key, answered } = env as Cell & { channel: string; key: string; answered: boolean };
  if (answered) throw new Error(`This question in ${channel} has been answered already`);
  if (registers.host === null) throw new PerdureError('outside_run', '`reply` works only inside a run.');
  registers.host.answer({ channel, key, failed, value });
  writeCell(env, 'answered', true);
}
