/**
 * The workflows of the crash points: each one or two features, as few database calls as that takes.
 */
import { channel, type Question, scope, sleep, start, TimeoutError, withTimeout } from 'perdure';

/** Neither idempotent nor retried: money. */
export declare function pay(label: string): Promise<string>;
/** Idempotent. */
export declare function note(label: string): Promise<string>;
/** Refused twice, and retried. */
export declare function moody(label: string): Promise<string>;
/** Happens, and then does not answer: it is in doubt after a while. */
export declare function mute(label: string): Promise<string>;
/** As `pay`; if it is in doubt, code looks whether it has happened. */
export declare function checked(label: string): Promise<string>;
/** A transaction. */
export declare function book(label: string): Promise<string>;
/** A transaction, one at a time over all workers. */
export declare function enter(label: string): Promise<string>;
/** Idempotent, and tells how far it is. */
export declare function long(label: string): Promise<string>;
/** Ends only when it is told to, and without having happened. */
export declare function hang(label: string): Promise<string>;
/** Throws. */
export declare function refuse(label: string): Promise<string>;

/** As `pay`, but one at a time over all workers. */
export declare function rare(label: string): Promise<string>;
/** As `moody`, but one at a time over all workers. */
export declare function stubborn(label: string): Promise<string>;

/** Completed by whoever has its token, if anybody is in time. */
export declare function sign(label: string): Promise<string>;
/** The same, but it takes its token back twice, and is retried. */
export declare function seal(label: string): Promise<string>;

export const letters = channel<string>('letters');
export const questions = channel<Question<string, string>>('questions');

export async function one(x: string) { return await pay(x); }

export async function parallel() { return await Promise.all([pay('a'), note('b'), pay('c'), note('d')]); }

export async function sequence() {
  const got: string[] = [];
  for (const x of ['a', 'b', 'c']) got.push(await note(x), await pay(x));
  return got;
}

export async function retries() { return [await moody('a'), await pay('b')]; }

export async function takesTurns() { return await Promise.all([rare('a'), rare('b'), rare('c')]); }

export async function triesInTurn() { return await Promise.all([stubborn('a'), rare('b')]); }

/** A token that nobody was given, because its worker died, expires. */
async function signed(call: () => Promise<string>): Promise<string> {
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof TimeoutError)) throw error;
    }
  }
}

export async function signs() { return [await signed(() => sign('a')), await pay('b')]; }

export async function seals() { return [await signed(() => seal('a')), await pay('b')]; }

export async function waitsInVain() {
  try {
    return await sign('a');
  } catch (error) {
    return [(error as Error).name, await pay('b')];
  }
}

export async function answers() {
  const question = await questions.receive();
  question.reply(`${question.message}: ${await pay('a')}`);
  return question.message;
}

/** What has had its turn is waited for; what waits for it never begins. */
export async function givesUp() {
  try {
    await Promise.all([rare('a'), letters.receive()]);
  } finally {
    await note('end');
  }
}

export async function timer() {
  const before = Date.now();
  await sleep(60);
  const slept = Date.now() - before >= 60;
  return [slept, await pay('a')];
}

export async function receives(count: number) {
  const got: string[] = [];
  for await (const letter of letters) if (got.push(letter) === count) break;
  return [got, await pay('done')];
}

export async function receivesOrNot() {
  const first = await letters.receive({ timeout: 30 });
  return [first ?? 'none', await letters.receive()];
}

export async function parent() {
  const child = await start(one, ['child']);
  return [child.id, await child.result(), await pay('parent')];
}

export async function family() {
  const children = await Promise.all([start(one, ['a']), start(one, ['b']), start(receives, [2])] as const);
  await children[2].send(letters, 'x');
  await children[2].send(letters, 'y');
  return await Promise.all(children.map((child) => child.result()));
}

export async function leaves(id: string) {
  const child = await start(one, ['left'], { id, whenParentEnds: 'leave' });
  return child.id;
}

export async function cleansUp() {
  const undo: (() => Promise<string>)[] = [];
  try {
    await pay('a');
    undo.push(() => note('undo a'));
    await letters.receive();
  } finally {
    while (undo.length > 0) await undo.pop()!();
  }
}

export async function ends(what: string) {
  const child = await start(waits, [what], { id: what });
  await note('began');
  await child.result();
}

async function endless() {
  try {
    await letters.receive();
  } finally {
    await note('end');
  }
}

export async function waits(_label: string) { await endless(); }

export async function timesOut() {
  try {
    return await withTimeout(40, () => hang('a'), { wait: 500 });
  } catch (error) {
    return [(error as Error).name, await pay('after')];
  }
}

export async function scoped() {
  const seen: string[] = [];
  const first = await scope(async (s) => {
    void s.run(async () => {
      try {
        await letters.receive();
      } finally {
        seen.push(await note('released'));
      }
    });
    return await pay('body');
  });
  return [first, seen];
}

export async function books() { return [await book('a'), await book('b')]; }

export async function enters() { return await Promise.all([enter('a'), enter('b')]); }

export async function doubts() { return [await mute('a'), await pay('b')]; }

export async function looks() { return [await checked('a'), await checked('b')]; }

export async function beats() { return await long('a'); }

export async function fails() {
  try {
    await refuse('a');
  } catch (error) {
    await note('caught');
    throw new RangeError(`failed: ${(error as Error).message}`);
  }
}

/** Large enough for images. */
export async function grows() {
  const kept: string[] = [];
  for (let i = 0; i < 6; i++) {
    kept.push(String(i).repeat(6000));
    await note(`grown ${i}`);
    if (kept.length > 2) kept.shift();
  }
  return kept.map((text) => text.length);
}

/** Effects under way when it ends are awaited. */
export async function detaches() {
  void moody('later');
  return await note('first');
}
