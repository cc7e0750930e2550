/**
 * Effects that are completed from outside, by whoever has their token.
 */
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { effectContext, type SqlClient } from '../../runtime/client.ts';
import { inspectRun } from '../../runtime/engine/inspect.ts';
import { Tokens } from '../../runtime/store/tokens.ts';
import { compileApp, gate, KINDS, pause, thrownBy, until, World, type TestEngine } from '../support/app.ts';
import { Random } from '../support/random.ts';

const app = compileApp(`
  import { channel, scope, withTimeout, CancelledError, TimeoutError } from 'perdure';
  export declare function approve(what: string): Promise<any>;
  export const go = channel<any>('go');
  export class Answer { constructor(readonly yes: boolean) {} get word() { return this.yes ? 'yes' : 'no'; } }
  export async function ask(what: string) { return ['answered', await approve(what)]; }
  export async function classy() { const answer = await approve('class'); return [answer instanceof Answer, answer.word]; }
  export async function careful() {
    try { return await approve('careful'); } catch (error: any) {
      return [error instanceof TimeoutError, error instanceof CancelledError, error.name, error.code, error.message, error.effects?.map((e: any) => e.outcome)];
    }
  }
  export async function within() {
    try { return await withTimeout(30, () => approve('within')); } catch (error: any) { return [error.name, error.effects.map((e: any) => e.outcome)]; }
  }
  export async function told(what: string) {
    try { return await approve(what); } catch (error: any) {
      const [effect] = error.effects;
      return effect?.outcome === 'completed' ? effect.value : effect?.outcome ?? error.name;
    }
  }
  export async function twice() { return [await approve('first'), await approve('second')]; }
`, 'tokens');

const EFFECT = 'tokens.wf.ts#approve';

/** An implementation that gives its token out, and returns what counts for nothing. */
function giving(options: { expires?: number | string } = {}) {
  const tokens: string[] = [];
  const approve = async (): Promise<unknown> => {
    tokens.push(await effectContext().later(options));
    return () => 'a function cannot be stored';
  };
  const token = (n = 1) => until(`token ${n}`, () => tokens[n - 1]);
  return { tokens, token, approve };
}

describe.each(KINDS)('on %s', (kind) => {
  let world: World;
  beforeAll(async () => {
    world = await World.open(kind);
  });
  afterEach(() => world.calm());
  afterEach(() => void vi.restoreAllMocks());
  afterAll(() => world.close());

  const asleep = (id: string) => until(`${id} to sleep`, async () => (await world.store.runs.find(id))?.worker === null);

  test('the effect ends when somebody completes it, though nobody works at that moment', async () => {
    const { token, approve } = giving();
    const engine = await world.working(app, { approve });
    const run = await engine.start(app.ask, { id: `simple-${kind}`, args: ['x'] });
    const text = await token();
    expect(text).toMatch(/^pdt_[\w-]{78}$/);
    await asleep(run.id);
    await engine.close();
    const outside = world.engine();
    expect((await (await outside.run(run.id)).status()).waitsForToken).toEqual({ until: null });
    expect(await outside.complete(text, { result: { by: new Date(7) } })).toBe(true);
    expect((await (await outside.run(run.id)).status()).waitsForToken).toBe(null);
    const next = await world.working(app, { approve });
    expect(await (await next.run(run.id)).result()).toEqual(['answered', { by: new Date(7) }]);
  });

  test('it may be completed at once, before the implementation has ended', async () => {
    const engine = await world.working(app, {
      approve: async () => {
        await world.engine().complete(await effectContext().later(), { result: 1 });
        await pause(30);
        return 2;
      },
    });
    expect(await (await engine.start(app.twice)).result()).toEqual([1, 1]);
  });

  test('an error is thrown at the await; classes of the program cross', async () => {
    const { token, approve } = giving();
    const engine = await world.working(app, { approve });
    const failing = await engine.start(app.ask, { args: ['x'] });
    for (const nothing of [{}, undefined, true, { retry: true }, { result: 1, error: 2 }, { approved: true }]) {
      expect(await thrownBy(engine.complete(await token(), nothing as never)), JSON.stringify(nothing)).toMatchObject({ code: 'decision' });
    }
    await engine.complete(await token(), { error: Object.assign(new RangeError('too much'), { code: 'E7' }) });
    expect(await thrownBy(failing.result())).toMatchObject({ name: 'RangeError', message: 'too much', code: 'E7' });
    const classy = await engine.start(app.classy);
    await engine.complete(await token(2), { result: new app.Answer(true) });
    expect(await classy.result()).toEqual([true, 'yes']);
  });

  test('it is completed once; the same again is no error, anything else tells what was decided', async () => {
    const { token, approve } = giving();
    const engine = await world.working(app, { approve });
    const run = await engine.start(app.ask, { id: `once-${kind}`, args: ['x'] });
    const text = await token();
    const answers = await Promise.all([1, 1, 1, 2, 2].map((result) => engine.complete(text, { result }).catch((error: { code: string }) => error.code)));
    expect(answers.filter((answer) => answer === true)).toHaveLength(1);
    const [, decided] = (await run.result()) as [string, number];
    expect(answers.filter((answer) => answer === 'token_decided')).toHaveLength(decided === 1 ? 2 : 3);
    expect(await engine.complete(text, { result: decided })).toBe(false);
    expect((await thrownBy(engine.complete(text, { result: 'other' }))).message).toMatch(
      new RegExp(`^This effect of 'once-${kind}' was completed before, at 20.*Z, with the result ${decided}\\.$`),
    );
    const failing = await engine.start(app.ask, { args: ['y'] });
    const second = await token(2);
    expect(await engine.complete(second, { error: new Error('no') })).toBe(true);
    await thrownBy(failing.result());
    expect(await engine.complete(second, { error: new Error('no') })).toBe(false);
    expect(await thrownBy(engine.complete(second, { error: new Error('never') }))).toMatchObject({ code: 'token_decided' });
  });

  test('only the whole token counts', async () => {
    const { token, approve } = giving();
    const engine = await world.working(app, { approve });
    await engine.start(app.ask, { args: ['x'] });
    const text = await token();
    const other = text.slice(0, -5) + (text.at(-5) === 'A' ? 'E' : 'A') + text.slice(-4);
    expect(await thrownBy(engine.complete(other, { result: 1 }))).toMatchObject({ code: 'token_unknown' });
    for (const wrong of ['', 'pdt_', text.slice(0, -4), `${text}AAAA`, text.replace('pdt_', ''), undefined as never]) {
      expect(await thrownBy(engine.complete(wrong, { result: 1 }))).toMatchObject({ code: 'token' });
    }
    expect(await thrownBy(engine.complete(text, { result: () => 1 }))).toMatchObject({ code: 'unstorable' });
    if (kind !== 'memory') {
      const rows = await world.rows('SELECT encode(hash, \'hex\') AS hash, t::text AS row FROM perdure.tokens t');
      const secret = Buffer.from(text.slice(4), 'base64url').subarray(26);
      expect(rows.every(({ row }) => !String(row).includes(secret.toString('hex')))).toBe(true);
      expect(rows.every(({ hash }) => String(hash).length === 64)).toBe(true);
    }
  });

  test('when it expires a TimeoutError is thrown, by whatever worker looks', async () => {
    const { token, approve } = giving({ expires: 60 });
    const engine = await world.working(app, { approve });
    const run = await engine.start(app.careful, { id: `expired-${kind}` });
    const text = await token();
    expect(await run.result()).toEqual([true, false, 'TimeoutError', 'timeout', expect.stringMatching(/^Nobody has completed approve until 20.*Z$/), []]);
    expect(await thrownBy(engine.complete(text, { result: 1 }))).toMatchObject({ code: 'token_expired' });
  });

  test('a worker that dies after it has given the token out leaves no doubt', async () => {
    const reached = gate<string>();
    let attempts = 0;
    const engine: TestEngine = await world.working(app, {
      approve: async () => {
        attempts++;
        const text = await effectContext().later();
        engine.kill();
        reached.open(text);
        return new Promise(() => {});
      },
    });
    const { id, uid } = await engine.start(app.ask, { id: `died-${kind}`, args: ['x'] });
    const text = await reached.promise;
    await world.buryAll();
    const next = await world.working(app, { approve: () => attempts++ });
    await until('the run to be looked at', async () => (await world.store.runs.find(id))!.worker === null && (await world.store.claims.of(uid)).length === 1);
    expect(await (await next.run(id)).status()).toMatchObject({ state: 'running', inDoubt: false, waitsForToken: { until: null } });
    await next.complete(text, { result: 'yes' });
    expect(await (await next.run(id)).result()).toEqual(['answered', 'yes']);
    expect(attempts).toBe(1);
    expect(await world.store.claims.of(uid)).toEqual([]);
  });

  test('what takes too long or is closed waits too', async () => {
    const { tokens, token, approve } = giving();
    const policy = { timeout: 30, run: async () => (await approve(), new Promise(() => {})) };
    const engine = await world.working(app, { approve: policy });
    const run = await engine.start(app.ask, { id: `slow-${kind}`, args: ['x'] });
    await token();
    await asleep(run.id);
    await engine.close({ deadline: 0 });
    const next = await world.working(app, { approve: policy });
    await next.complete(tokens[0]!, { result: 'late' });
    expect(await (await next.run(run.id)).result()).toEqual(['answered', 'late']);
    expect(tokens).toHaveLength(1);
  });

  test('what it throws after that takes the token back: it fails, or is attempted again with another', async () => {
    const tokens: string[] = [];
    const approve = async () => {
      tokens.push(await effectContext().later());
      if (tokens.length <= 2) throw new Error(`mail ${tokens.length} failed`);
    };
    const engine = await world.working(app, { approve: { run: approve, retry: { attempts: 2, delay: 1 } } });
    const run = await engine.start(app.ask, { id: `back-${kind}`, args: ['x'] });
    expect((await thrownBy(run.result())).message).toBe('mail 2 failed');
    const again = await engine.start(app.ask, { id: `again-${kind}`, args: ['x'] });
    const third = await until('the third', () => tokens[2]);
    await engine.complete(third, { result: 3 });
    expect(await again.result()).toEqual(['answered', 3]);
    for (const old of tokens.slice(0, 2)) expect(await thrownBy(engine.complete(old, { result: 1 }))).toMatchObject({ code: 'token_decided', message: expect.stringContaining('failed') });
    expect(new Set(tokens).size).toBe(3);
  });

  test('a token that comes when its attempt has taken too long is not given out, and its expiry does not end the attempt after that', async () => {
    const { issue } = Tokens.prototype;
    let issued = 0;
    vi.spyOn(Tokens.prototype, 'issue').mockImplementation(async function (this: Tokens, ...values) {
      if (++issued === 1) await pause(130);
      return issue.apply(this, values);
    });
    const [tokens, refused]: [string[], unknown[]] = [[], []];
    const run = async () => {
      const { attempt, later } = effectContext();
      if (attempt === 2) await until('the first to be refused', () => refused.length === 1);
      await later({ expires: attempt === 1 ? 60 : '1 hour' }).then((token) => tokens.push(token), (error: unknown) => refused.push(error));
      return new Promise(() => {});
    };
    const engine = await world.working(app, { approve: { run, timeout: 100, retry: { attempts: 2, delay: 1 }, idempotent: true } });
    const { id } = await engine.start(app.ask, { id: `late-${kind}`, args: ['x'] });
    await until('the second token', () => tokens[0]);
    expect(refused).toEqual([expect.objectContaining({ code: 'effect_timeout' })]);
    await pause(100); // the first expires
    await until('it to be closed', async () => (await world.store.tokens.due(100)).length === 0);
    expect((await (await engine.run(id)).status()).waitsForToken).toEqual({ until: expect.any(Date) });
    await engine.complete(tokens[0]!, { result: 'second' });
    expect(await (await engine.run(id)).result()).toEqual(['answered', 'second']);
  });

  test('one that was completed before the implementation throws stays completed', async () => {
    const engine = await world.working(app, {
      approve: async () => {
        await world.engine().complete(await effectContext().later(), { result: 'first' });
        throw new Error('too late');
      },
    });
    expect(await (await engine.start(app.ask, { args: ['x'] })).result()).toEqual(['answered', 'first']);
  });

  test('a cancelled run or scope ends it', async () => {
    const { token, approve } = giving();
    const engine = await world.working(app, { approve });
    const run = await engine.start(app.careful, { id: `cancelled-${kind}` });
    const text = await token();
    await asleep(run.id);
    await run.cancel();
    expect((await run.result() as unknown[]).slice(1, 3)).toEqual([true, 'CancelledError']);
    expect((await run.result() as unknown[])[5]).toEqual(['unknown']);
    expect(await thrownBy(engine.complete(text, { result: 1 }))).toMatchObject({ code: 'token_decided', message: expect.stringContaining('cancelled') });
    const within = await engine.start(app.within);
    expect(await within.result()).toEqual(['TimeoutError', ['unknown']]);
    expect(await thrownBy(engine.complete(await token(2), { result: 1 }))).toMatchObject({ code: 'token_decided' });
    const terminated = await engine.start(app.ask, { args: ['x'] });
    const third = await token(3);
    await terminated.terminate();
    expect(await thrownBy(engine.complete(third, { result: 1 }))).toMatchObject({ code: 'run_ended' });
  });

  test('a completion that the worker has not heard of counts when the run is cancelled', async () => {
    const { token, approve } = giving();
    const engine = await world.working(app, { approve });
    const run = await engine.start(app.careful, { id: `both-${kind}` });
    const text = await token();
    await asleep(run.id);
    await engine.close();
    const outside = world.engine();
    await outside.cancel(run.id);
    await outside.complete(text, { result: 'in time' });
    const next = await world.working(app, { approve });
    expect(((await (await next.run(run.id)).result()) as unknown[])[5]).toEqual(['completed']);
  });

  test('a failed run that goes back gives out another', async () => {
    const { tokens, token, approve } = giving({ expires: 40 });
    const engine = await world.working(app, { approve });
    const run = await engine.start(app.ask, { id: `retried-${kind}`, args: ['x'] });
    await token();
    expect(await thrownBy(run.result())).toMatchObject({ name: 'TimeoutError' });
    await engine.close();
    const patient = giving();
    const next = await world.working(app, { approve: patient.approve });
    await next.retry(run.id);
    const fresh = await patient.token();
    expect(await thrownBy(next.complete(tokens[0]!, { result: 'old' }))).toMatchObject({ code: expect.stringMatching(/^token_/) });
    await next.complete(fresh, { result: 'new' });
    expect(await (await next.run(run.id)).result()).toEqual(['answered', 'new']);
  });

  test('it is asked for once, and where it makes sense', async () => {
    const seen: unknown[] = [];
    let later: (() => Promise<string>) | undefined;
    const engine = await world.working(app, {
      approve: async () => {
        const context = effectContext();
        later = () => context.later();
        if (seen.length > 0) return 'plain';
        const [a, b] = await Promise.all([context.later(), context.later({ expires: 5 })]);
        seen.push(a === b);
        await world.engine().complete(a, { result: 1 });
        return 'x';
      },
    });
    expect(await (await engine.start(app.twice)).result()).toEqual([1, 'plain']);
    expect(seen).toEqual([true]);
    expect(await thrownBy(later!())).toMatchObject({ code: 'later' });
    expect(await thrownBy(() => effectContext())).toMatchObject({ code: 'no_effect_context' });
  });

  test('a token that nobody has waited for counts all the same', async () => {
    let token = '';
    const engine = await world.working(app, {
      approve: () => {
        void effectContext().later().then((text) => (token = text));
        return 'dropped';
      },
    });
    const run = await engine.start(app.ask, { args: ['x'] });
    await engine.complete(await until('the token', () => token), { result: 'kept' });
    expect(await run.result()).toEqual(['answered', 'kept']);
  });

  test.skipIf(kind === 'memory')('inside a transaction of the app it is completed when that commits, or not at all', async () => {
    const { token, approve } = giving();
    const engine = await world.working(app, { approve });
    const run = await engine.start(app.ask, { id: `in-${kind}`, args: ['x'] });
    const text = await token();
    const inTransaction = (body: (client: SqlClient) => Promise<unknown>) => world.sql.transaction!((client) => body(client as SqlClient), new AbortController().signal);
    const undone = inTransaction(async (client) => {
      expect(await engine.completeIn(client, text, { result: 'undone' })).toBe(true);
      throw new Error('rolled back');
    });
    expect((await thrownBy(undone)).message).toBe('rolled back');
    expect((await run.status()).waitsForToken).toEqual({ until: null });
    await inTransaction((client) => engine.completeIn(client, text, { result: 'done' }));
    expect(await run.result()).toEqual(['answered', 'done']);
  });

  test('completions, expiry and cancels at the same time: one of them decides, and the run is told that', async () => {
    const numbers = new Random(7);
    const random = () => numbers.next();
    const tokens: string[] = [];
    const approve = async (what: string) => {
      const at = Number(what);
      tokens[at] = await effectContext().later(at % 3 === 0 ? { expires: random() * 60 } : {});
    };
    const engine = await world.working(app, { approve });
    const outside = [world.engine(), world.engine()];
    const told = await Promise.all(Array.from({ length: 30 }, async (_, n) => {
      const run = await engine.start(app.told, { id: `race${n}-${kind}`, args: [String(n)] });
      const token = await until('the token', () => tokens[n]);
      const soon = async <T>(body: () => Promise<T>): Promise<T> => (await pause(random() * 60), body());
      const completions = [1, 2, 3].map((value) =>
        soon(() => outside[value % 2]!.complete(token, { result: value })).then((won) => (won ? value : 0), (error: { code: string }) => error.code),
      );
      const cancel = n % 2 === 0 ? soon(() => run.cancel().catch(() => {})) : Promise.resolve();
      const [answers] = await Promise.all([Promise.all(completions), cancel]);
      return { n, result: await run.result(), won: answers.filter((answer) => typeof answer === 'number' && answer > 0), answers };
    }));
    for (const { n, result, won, answers } of told) {
      expect([n, won.length, answers.filter((answer) => !won.includes(answer)).every((answer) => /^(token_|run_ended)/.test(String(answer)))]).toEqual([n, expect.toBeOneOf([0, 1]), true]);
      expect([n, result]).toEqual([n, won.length === 1 ? won[0] : expect.stringMatching(/TimeoutError|unknown|failed/)]);
    }
    expect(told.some(({ won }) => won.length === 1)).toBe(true);
  });

  test('people see what waits, and until when', async () => {
    const { token, approve } = giving({ expires: '7 days' });
    const engine = await world.working(app, { approve });
    const run = await engine.start(app.ask, { id: `shown-${kind}`, args: ['x'] });
    await token();
    const stored = (await world.store.runs.find(run.id))!;
    expect(stored.token!.until! - Date.now()).toBeGreaterThan(6.9 * 86_400_000);
    const { requests } = await inspectRun(world.store, stored);
    expect(requests).toMatchObject([{ name: EFFECT, inDoubt: false, attempts: 1, token: stored.token }]);
    expect((await world.store.runs.list({ limit: 1, id: run.id }))[0]!.token).toEqual(stored.token);
  });
});

describe('days later', () => {
  let world: World;
  beforeAll(async () => {
    world = await World.open('postgres');
  });
  afterAll(() => world.close());

  test('it expires by the database\'s clock, not before', async () => {
    const tokens = new Map<string, string>();
    const approve = async (what: string) => void tokens.set(what, await effectContext().later({ expires: '7 days' }));
    const engine = await world.working(app, { approve });
    const [early, late] = [await engine.start(app.ask, { id: 'early', args: ['early'] }), await engine.start(app.ask, { id: 'late', args: ['late'] })];
    await until('both tokens', () => tokens.size === 2);
    await until('both to sleep', async () => (await world.store.runs.list({ limit: 10 })).every((run) => run.worker === null));
    await engine.close();
    const before = await world.working(app, { approve }, { aheadMs: 6.9 * 86_400_000 });
    await pause(200);
    expect(await before.complete(tokens.get('early')!, { result: 'just so' })).toBe(true);
    expect(await (await before.run(early.id)).result()).toEqual(['answered', 'just so']);
    expect((await (await before.run(late.id)).status()).state).toBe('running');
    await before.close();
    const after = await world.working(app, { approve }, { aheadMs: 7.1 * 86_400_000 });
    expect(await thrownBy((await after.run(late.id)).result())).toMatchObject({ name: 'TimeoutError', code: 'timeout' });
  });
});
