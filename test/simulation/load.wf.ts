/**
 * The workflows of the simulation: one that follows a plan, which the seed draws. What happened to it, it returns.
 */
import { CancelledError, channel, type Question, sleep, start, withTimeout } from 'perdure';

/** Neither idempotent nor retried: money. */
export declare function pay(run: string, step: number): Promise<string>;
/** Idempotent. */
export declare function note(run: string, step: number): Promise<string>;
/** Retried when it throws. */
export declare function moody(run: string, step: number): Promise<string>;
/** Idempotent and retried, and given up after a while. */
export declare function stern(run: string, step: number): Promise<string>;
/** Neither idempotent nor retried, and given up after a while. */
export declare function slow(run: string, step: number): Promise<string>;

/** Like the first, but a few at a time, and a few within a time. */
export declare function few(run: string, step: number): Promise<string>;
/** Made by who serves a queue: idempotent, retried, and given up after a while. */
export declare function far(run: string, step: number): Promise<string>;
/** Made by who serves a queue, one at a time, and retried when it throws. */
export declare function rare(run: string, step: number): Promise<string>;

/** A transaction. */
export declare function book(run: string, step: number): Promise<string>;

/** The same, one at a time. */
export declare function enter(run: string, step: number): Promise<string>;
/** As `slow`, but made by who serves a queue. */
export declare function toll(run: string, step: number): Promise<string>;
/** As `slow`; if it is in doubt, the app's own code looks what has become of it. */
export declare function checked(run: string, step: number): Promise<string>;
/** The same, made by who serves a queue. */
export declare function remote(run: string, step: number): Promise<string>;
/** Idempotent and retried, tells that it goes on, and is given up when it does not. */
export declare function long(run: string, step: number): Promise<string>;

/** Completed from outside, by whoever has its token. */
export declare function sign(run: string, step: number): Promise<string>;
/** The same, but idempotent and retried, and given up after a while if it gets no token. */
export declare function seal(run: string, step: number): Promise<string>;

export type EffectName = 'pay' | 'note' | 'moody' | 'stern' | 'slow' | 'few' | 'far' | 'rare' | 'book' | 'enter' | 'toll' | 'checked' | 'remote' | 'long' | 'sign' | 'seal';

export interface Message {
  /** Names the attempt to send it: no two are the same. */
  nonce: string;
  /** Which message it is: the same in every attempt to send it. */
  number: number;
}

/** Taken one at a time, perhaps with a timeout. */
export const letters = channel<Message>('letters');
/** Taken by a loop, as many as a plan says. */
export const numbers = channel<Message>('numbers');
/** Taken one at a time, and answered at once or after an effect. */
export const questions = channel<Question<Message, string>>('questions');

/** One thing to do. No two parts of a plan have the same step. */
export type Part = { step: number } & (
  | { do: 'effect'; effect: EffectName }
  | { do: 'sleep'; ms: number }
  | { do: 'receive'; timeout?: number }
  | { do: 'collect'; count: number }
  | { do: 'answer'; timeout?: number; thinks: boolean }
  | { do: 'grow'; bytes: number }
  | { do: 'all' | 'race' | 'detach' | 'child'; parts: Part[] }
  /** All of it is cancelled after a while. */
  | { do: 'scope'; ms: number; parts: Part[] }
);

/** What became of a step: an outcome, how long it slept, the nonce of a message. */
export type Entry = [what: string, step: number, outcome: string];

class Book {
  #entries: Entry[] = [];
  #counts = new Map<string, number>();
  /** Replaced by every `grow`, so that images become due. */
  ballast = '';

  write(what: string, step: number, outcome: string): void {
    this.#entries.push([what, step, outcome]);
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + 1);
  }

  close(): { entries: Entry[]; counts: [string, number][]; ballast: number } {
    return { entries: [...this.#entries], counts: [...this.#counts], ballast: this.ballast.length };
  }
}

export async function follow(run: string, plan: Part[]) {
  const book = new Book();
  for (const part of plan) await perform(run, part, book);
  return book.close();
}

/** The same, but it ends with an error, and undoes by closures what it has done. */
export async function abandon(run: string, plan: Part[]) {
  const book = new Book();
  const undo: (() => Promise<void>)[] = [];
  try {
    for (const part of plan) {
      await perform(run, part, book);
      undo.push(async () => book.write('undo', part.step, await outcomeOf(note(run, 10_000 + part.step))));
    }
    throw new RangeError('enough');
  } finally {
    while (undo.length > 0) await undo.pop()!();
    throw Object.assign(new Error('abandoned'), { book: book.close() });
  }
}

async function perform(run: string, part: Part, book: Book): Promise<void> {
  switch (part.do) {
    case 'effect':
      book.write(part.effect, part.step, await outcomeOf(effectOf(part.effect)(run, part.step)));
      return;
    case 'sleep': {
      const before = Date.now();
      await sleep(part.ms);
      book.write('sleep', part.step, String(Date.now() - before));
      return;
    }
    case 'receive': {
      const letter = part.timeout === undefined ? await letters.receive() : await letters.receive({ timeout: part.timeout });
      book.write('receive', part.step, letter?.nonce ?? 'timeout');
      return;
    }
    case 'collect':
      await collect(part.count, part.step, book);
      return;
    case 'answer': {
      const question = part.timeout === undefined ? await questions.receive() : await questions.receive({ timeout: part.timeout });
      if (question && part.thinks) await outcomeOf(note(run, part.step));
      question?.reply(`an answer to ${question.message.nonce}`);
      book.write('answer', part.step, question?.message.nonce ?? 'timeout');
      return;
    }
    case 'grow':
      book.ballast = `${part.step % 10}`.repeat(part.bytes);
      book.write('grow', part.step, await outcomeOf(note(run, part.step)));
      return;
    case 'all':
      await Promise.all(part.parts.map((one) => perform(run, one, book)));
      return;
    case 'race':
      await Promise.race(part.parts.map((one) => perform(run, one, book)));
      return;
    case 'child':
      await delegate(run, part.step, part.parts, book);
      return;
    case 'scope':
      try {
        await withTimeout(part.ms, async () => {
          for (const one of part.parts) await perform(run, one, book);
        });
        book.write('scope', part.step, 'in time');
      } catch (error) {
        book.write('scope', part.step, (error as Error).name);
      }
      return;
    case 'detach':
      for (const one of part.parts) void perform(run, one, book);
  }
}

/** A run of its own does it; what it has written is written here, too. */
async function delegate(run: string, step: number, parts: Part[], book: Book): Promise<void> {
  let outcome = 'done';
  try {
    const child = await start(follow, [run, parts]);
    for (const entry of (await child.result()).entries) book.write(...entry);
  } catch (error) {
    if (error instanceof CancelledError) throw error;
    outcome = `failed: ${(error as Error).message}`;
  }
  book.write('child', step, outcome);
}

/** Messages until there were so many different ones. */
async function collect(count: number, step: number, book: Book): Promise<void> {
  const seen = new Set<number>();
  for await (const { nonce, number } of numbers) {
    seen.add(number);
    book.write('message', step, nonce);
    if (seen.size === count) break;
  }
}

function effectOf(name: EffectName): (run: string, step: number) => Promise<string> {
  switch (name) {
    case 'pay':
      return pay;
    case 'note':
      return note;
    case 'moody':
      return moody;
    case 'stern':
      return stern;
    case 'few':
      return few;
    case 'far':
      return far;
    case 'rare':
      return rare;
    case 'book':
      return book;
    case 'enter':
      return enter;
    case 'toll':
      return toll;
    case 'checked':
      return checked;
    case 'remote':
      return remote;
    case 'long':
      return long;
    case 'sign':
      return sign;
    case 'seal':
      return seal;
    default:
      return slow;
  }
}

async function outcomeOf(call: Promise<string>): Promise<string> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof CancelledError) throw error;
    return `failed: ${(error as Error).message}`;
  }
}
