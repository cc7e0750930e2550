/**
 * Questions as apps ask them.
 */
import { readOutcome } from '../codec/foreign.ts';
import type { Json } from '../codec/format.ts';
import { askRun } from '../control/ask.ts';
import type { Message, RunName } from '../control.ts';
import { Options } from '../engine/options.ts';
import { PerdureError } from '../errors.ts';
import { host } from '../host.ts';
import { hostProgram } from '../publish.ts';
import type { Store } from '../store/store.ts';
import type { Worker } from '../worker/worker.ts';
import type { ChannelOf, SendOptions } from './message.ts';
import { answerOf } from './query.ts';

/** What a workflow receives from a channel of questions, typed by message and answer. */
export interface QuestionOf<M, A> {
  readonly message: M;
  reply(answer: A): void;
}

/** A channel of questions of a workflow module. */
export type QuestionsOf<M, A> = ChannelOf<QuestionOf<M, A>>;

export interface AskOptions {
  /** The same key in the same channel of a run is the same question: it is asked once, and has one answer. Default: a random one. */
  key?: string;
  /** How long to wait for the answer. Default: until the run ends. */
  timeout?: number | string;
}

/** The patience of a question, and its own options. Throws PerdureError `options`. */
export function askingOf(given: AskOptions): { timeoutMs: number | null; own: SendOptions } {
  const options = new Options('options', 'Wrong options of a question');
  options.checkKeys(given, ['key', 'timeout']);
  return { timeoutMs: options.durationOrNull('timeout', given.timeout), own: given.key === undefined ? {} : { key: given.key } };
}

/** Who asks: with the worker beside, if there is one; `refuseClosed` throws when the engine is closed. */
interface Asker {
  worker: Worker | null;
  refuseClosed(): void;
}

export async function ask<A>(store: Store, { worker, refuseClosed }: Asker, to: RunName, message: Message, timeoutMs: number | null): Promise<A> {
  const question = { channel: message.channel, value: message.value, key: message.key ?? host.uuid() };
  return answerOf<A>(
    await askRun(store, to, question, {
      timeoutMs,
      asked: () => worker?.hint(),
      news: async (uid, afterMs) => {
        await new Promise<void>((resolve) => {
          const stop = worker?.replies.add(uid, done);
          const timer = host.after(afterMs, done);
          function done(): void {
            stop?.();
            timer.cancel();
            resolve();
          }
        });
        refuseClosed();
      },
      parked: (id, reason) => {
        if (reason !== null) throw readOutcome(JSON.parse(reason) as Json, hostProgram, 'reason');
        throw new PerdureError('run_parked', `The run '${id}' is parked.`);
      },
    }),
  );
}
