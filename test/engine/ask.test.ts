/**
 * Questions to runs, and their answers: each is asked once and answered once, whoever dies in between.
 */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { compileApp, gate, KINDS, pause, thrownBy, until, World, type TestEngine } from '../support/app.ts';

const app = compileApp(`
  import { channel, query, sleep, type Question } from 'perdure';
  export declare function price(what: string): Promise<number>;
  export const questions = channel<Question<any, any>>('questions');
  export const go = channel<any>('go');
  export class Offer { constructor(readonly amount: number) {} get text() { return this.amount + ' EUR'; } }
  let asked = 0;
  const open: Question<any, any>[] = [];
  export const sneaky = query(() => open[0]!.reply('sneaked'));
  export async function answers(count = Infinity) {
    for await (const question of questions) {
      asked++;
      const { message } = question;
      if (message === 'stop') break;
      if (message === 'fail') throw new Error('failed');
      if (message === 'throw') question.refuse(Object.assign(new RangeError('not that'), { code: 'E9' }));
      else if (message === 'offer') question.reply(new Offer(5));
      else if (message === 'bad') question.reply(() => 1);
      else if (message === 'never') open.push(question);
      else question.reply({ message, asked });
      if (asked >= count) break;
    }
    return asked;
  }
  export async function shop() {
    for await (const question of questions) question.reply(await price(question.message));
  }
  export async function later() {
    const question = await questions.receive();
    await sleep(20);
    const again = await go.receive();
    question.reply(again);
    try { question.reply('twice'); } catch (error: any) { return error.message; }
  }
  export async function holds() { open.push(await questions.receive()); await go.receive(); return 'over'; }
  export async function plain() { const first = await questions.receive(); return typeof first === 'string' ? first : first.message; }
  export async function retried() {
    const question = await questions.receive();
    const what = await go.receive();
    if (what === 'bad') throw new Error('bad');
    question.reply([what, Date.now()]);
    const end = await go.receive();
    if (end === 'bad') throw new Error('bad end');
    return end;
  }
`, 'asked');

describe.each(KINDS)('on %s', (kind) => {
  let world: World;
  beforeAll(async () => {
    world = await World.open(kind);
  });
  afterEach(() => world.calm());
  afterAll(() => world.close());

  const working = () => world.working(app, { price: (what: string) => what.length });
  const asleep = (id: string) => until(`${id} to sleep`, async () => (await world.store.runs.find(id))?.worker === null);

  test('every question has its answer', async () => {
    const engine = await working();
    const run = await engine.start(app.answers, { id: `simple-${kind}` });
    expect(await run.ask(app.questions, 'a')).toEqual({ message: 'a', asked: 1 });
    const answers = await Promise.all(['b', 'c', 'd'].map((message) => engine.ask(run.id, 'questions', message)));
    expect(answers.map(({ message }: any) => message)).toEqual(['b', 'c', 'd']);
    const offer = (await run.ask(app.questions, 'offer')) as { text: string };
    expect(offer).toBeInstanceOf(app.Offer);
    expect(offer.text).toBe('5 EUR');
    expect(await thrownBy(run.ask(app.questions, 'throw'))).toMatchObject({ name: 'RangeError', message: 'not that', code: 'E9' });
    const shop = await engine.start(app.shop);
    expect(await Promise.all(['x', 'xyz', 'xy'].map((what) => shop.ask(app.questions, what)))).toEqual([1, 3, 2]);
  });

  test('in one process nobody waits for a look at the store', async () => {
    const engine = await world.working(app, { price: (what: string) => what.length }, { pollMs: 60_000 });
    const run = await engine.start(app.answers);
    const from = performance.now();
    for (const message of ['a', 'b', 'c']) await run.ask(app.questions, message);
    expect(performance.now() - from).toBeLessThan(10_000);
  });

  test('an engine that does not work asks too, and the answer comes when somebody works', async () => {
    const first = await working();
    const run = await first.start(app.later, { id: `later-${kind}` });
    await asleep(run.id);
    await first.close();
    const outside = world.engine();
    const reply = outside.ask(run.id, app.questions, 'when?', { key: 'one' });
    await pause(100);
    const second = await working();
    await pause(60);
    await second.close();
    const third = await working();
    await (await third.run(run.id)).send(app.go, 'now');
    expect(await reply).toBe('now');
    expect(await (await third.run(run.id)).result()).toBe('This question in questions has been answered already');
    expect(await outside.ask(run.id, app.questions, 'something else', { key: 'one' })).toBe('now');
  });

  test('who asks again with the same key has asked once', async () => {
    const engine = await working();
    const run = await engine.start(app.answers, { id: `key-${kind}` });
    const answers = await Promise.all([1, 2, 3, 4].map((n) => run.ask(app.questions, `m${n}`, { key: 'same' })));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(await run.ask(app.questions, 'next')).toEqual({ message: 'next', asked: 2 });
    // Keys of messages are others.
    expect(await run.send(app.questions, 'stop' as never, { key: 'same' })).toBe(true);
    await thrownBy(run.result());
    expect(await run.ask(app.questions, 'after its end', { key: 'same' })).toEqual(answers[0]);
    expect(await thrownBy(run.ask(app.questions, 'new'))).toMatchObject({ code: 'run_ended' });
  });

  test('a run that ends, fails, is terminated or parked without answering says so', async () => {
    const engine = await working();
    const ended = await engine.start(app.holds);
    const unanswered = thrownBy(ended.ask(app.questions, 'x', { key: 'k7' }));
    await ended.send(app.go, 1);
    expect(await unanswered).toMatchObject({ code: 'no_reply', message: expect.stringContaining("is completed, and has not answered the question 'k7' in questions") });
    expect(await thrownBy(ended.ask(app.questions, 'x', { key: 'k7' }))).toMatchObject({ code: 'no_reply' });
    const failed = await engine.start(app.answers);
    expect(await thrownBy(failed.ask(app.questions, 'fail'))).toMatchObject({ code: 'no_reply', message: expect.stringContaining('is failed') });
    const terminated = await engine.start(app.holds);
    const stopped = thrownBy(terminated.ask(app.questions, 'x'));
    await until('the question', async () => (await world.store.log.load(terminated.uid)).log.length > 2);
    await terminated.terminate();
    expect(await stopped).toMatchObject({ code: 'no_reply' });
    const parked = await engine.start(app.answers);
    expect(await thrownBy(parked.ask(app.questions, 'bad'))).toMatchObject({ code: 'unstorable' });
    expect(await thrownBy(engine.ask('nobody', app.questions, 1))).toMatchObject({ code: 'run_missing' });
    expect(await thrownBy(engine.ask(parked, app.questions, 1, { key: '' }))).toMatchObject({ code: 'key' });
    expect(await thrownBy(engine.ask(parked, app.questions, () => 1))).toMatchObject({ code: 'unstorable' });
  });

  test('who does not want to wait any longer may come again', async () => {
    const engine = await working();
    const run = await engine.start(app.later);
    const tired = await thrownBy(run.ask(app.questions, 'x', { timeout: 40, key: 'mine' }));
    expect(tired).toMatchObject({ code: 'ask_timeout', message: expect.stringContaining("'mine'") });
    const reply = run.ask(app.questions, 'x', { timeout: '1 minute', key: 'mine' });
    await run.send(app.go, 'there');
    expect(await reply).toBe('there');
  });

  test('the answer is part of the cycle: it is there when the worker dies after it, and given again when it dies before', async () => {
    const engine: TestEngine = await working();
    const run = await engine.start(app.later, { id: `dies-${kind}` });
    const outside = world.engine();
    const reply = outside.ask(run.id, app.questions, 'x', { key: 'k' });
    await until('the question', async () => (await world.store.log.load(run.uid)).log.length > 2);
    await asleep(run.id);
    // The commit that answers happens, and its worker never hears of it.
    const query = engine.connection.query.bind(engine.connection);
    const written = gate();
    engine.connection.query = async (statement, values) => {
      const rows = await query(statement, values);
      if (statement.name !== 'perdure_commit_answers') return rows;
      engine.kill();
      written.open();
      return new Promise(() => {});
    };
    await (await outside.run(run.id)).send(app.go, 'answered');
    await written.promise;
    expect(await reply).toBe('answered');
    await world.buryAll();
    const next = await working();
    expect(await (await next.run(run.id)).result()).toContain('already');
    expect(await outside.ask(run.id, app.questions, 'y', { key: 'k' })).toBe('answered');
  });

  test('a run that goes back answers again, and the first answer stands', async () => {
    const engine = await working();
    const run = await engine.start(app.retried, { id: `back-${kind}` });
    const unanswered = thrownBy(run.ask(app.questions, 'x', { key: 'k' }));
    await run.send(app.go, 'bad');
    expect(await unanswered).toMatchObject({ code: 'no_reply' });
    // Asked again, it is the question that the run has had.
    const cycles = (await world.store.log.load(run.uid)).log.length;
    await engine.retry(run, { from: 1 });
    await thrownBy(run.result());
    expect((await world.store.log.load(run.uid)).log.length).toBeGreaterThan(cycles);
    const second = await engine.start(app.retried, { id: `back2-${kind}` });
    const reply = second.ask(app.questions, 'x', { key: 'k' });
    await second.send(app.go, 'one');
    const first = (await reply) as [string, number];
    expect(first[0]).toBe('one');
    await second.send(app.go, 'bad');
    await thrownBy(second.result());
    await pause(5);
    await engine.retry(second, { from: 1 });
    await thrownBy(second.result());
    // It has answered once more, with another time.
    expect(await second.ask(app.questions, 'x', { key: 'k' })).toEqual(first);
  });

  test('a question is a message with more to it, kept as long as the run likes', async () => {
    const engine = await working();
    const run = await engine.start(app.plain);
    expect(await run.send('questions', 'plain')).toBe(true);
    expect(await run.result()).toBe('plain');
    const holds = await engine.start(app.answers, { id: `kept-${kind}` });
    const never = thrownBy(holds.ask(app.questions, 'never', { timeout: 30, key: 'kept' }));
    expect(await never).toMatchObject({ code: 'ask_timeout' });
    await until('the question to be there', async () => (await thrownBy(holds.query(app.sneaky))).code === 'query_waits');
    expect(await world.store.asks.reply(holds.uid, 'questions', 'kept')).toMatchObject({ reply: null, status: 'running' });
    await holds.terminate();
    await until('it to be let go', async () => (await engine.prune({ olderThan: 0 }), (await world.store.runs.find(holds.id)) === null));
    expect(await world.store.asks.reply(holds.uid, 'questions', 'kept')).toBe(null);
  });

  test('one that waits for its moment is asked, and answers when it begins', async () => {
    const engine = await working();
    const run = await engine.start(app.answers, { id: `pending-${kind}`, after: 150 });
    expect(await run.ask(app.questions, 'early')).toEqual({ message: 'early', asked: 1 });
  });
});
