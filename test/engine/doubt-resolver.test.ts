/**
 * Doubts that the app's own code decides: `onInDoubt`.
 */
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { effectContext, type Doubt, type DoubtAnswer } from '../../runtime/client.ts';
import { inspectRun } from '../../runtime/engine/inspect.ts';
import { host } from '../../runtime/host.ts';
import { Claims, type StoredClaim } from '../../runtime/store/claims.ts';
import { StoreError } from '../../runtime/store/errors.ts';
import type { Store } from '../../runtime/store/store.ts';
import { DatabaseClock } from '../../runtime/worker/clock.ts';
import { Doubts } from '../../runtime/worker/effects/doubts.ts';
import { compileApp, gate, KINDS, pause, thrownBy, until, World, type TestEngine } from '../support/app.ts';

const app = compileApp(`
  export declare function pay(...args: any[]): Promise<any>;
  export const go = channel<any>('go');
  export class Receipt { no: number; constructor(no: number) { this.no = no; } }
  export async function order() { return ['paid', await pay(42, { currency: 'EUR' })]; }
  export async function careful() { try { return await pay(1); } catch (error: any) { return [error.name, error.message]; } }
  export async function beside() { const paid = pay(1); return [await go.receive(), await paid]; }
  export async function receipt() { const r = await pay(1); return [r instanceof Receipt, r.no]; }
`, 'doubt-resolver');

type Resolver = (doubt: Doubt) => DoubtAnswer | undefined | Promise<DoubtAnswer | undefined>;

describe.each(KINDS)('%s', (kind) => {
  let world: World;
  const warnings: string[] = [];
  beforeAll(async () => {
    world = await World.open(kind);
    vi.spyOn(console, 'warn').mockImplementation((text: string) => void warnings.push(text));
  });
  afterEach(() => world.calm());
  afterAll(() => world.close());

  /** Starts a workflow whose effect takes down its worker. */
  async function killedInEffect(workflow: (...args: unknown[]) => Promise<unknown>): Promise<{ id: string; uid: string }> {
    const reached = gate();
    let engine: TestEngine;
    engine = await world.working(app, {
      pay: async () => {
        effectContext().heartbeat('half way');
        await pause(1100); // it is written down by then
        engine.kill();
        reached.open();
        return new Promise(() => {});
      },
    });
    const { id, uid } = await engine.start(workflow);
    await reached.promise;
    await world.buryAll();
    return { id, uid };
  }

  const deciding = (onInDoubt: Resolver, run: (...args: never[]) => unknown = () => 'must not be called') => world.working(app, { pay: { run, onInDoubt } });
  /** Effects that take too long: the shortest way into doubt. */
  const stuck = (onInDoubt: Resolver, made: { n: number } = { n: 0 }) =>
    world.working(app, { pay: { run: () => (++made.n === 1 ? new Promise(() => {}) : `attempt ${effectContext().attempt}`), timeout: 15, onInDoubt } });

  test('it gets the evidence, and its result is the effect\'s', async () => {
    const { id, uid } = await killedInEffect(app.order);
    const [former] = (await world.store.claims.of(uid)).map((claim) => claim.worker);
    const doubts: Doubt[] = [];
    const engine = await deciding((doubt) => (doubts.push(doubt), { result: { receipt: new Date(7) } }));
    expect(await (await engine.run(id)).result()).toEqual(['paid', { receipt: new Date(7) }]);
    expect(doubts).toEqual([
      {
        run: id,
        effect: 'doubt-resolver.wf.ts#pay',
        args: [42, { currency: 'EUR' }],
        attempt: 1,
        idempotencyKey: `${uid}:1`,
        worker: { id: former, host: expect.any(String), pid: process.pid },
        askedAt: expect.any(Date),
        since: expect.any(Date),
        heartbeat: 'half way',
      },
    ]);
    expect(doubts[0]!.since.getTime()).toBeGreaterThanOrEqual(doubts[0]!.askedAt.getTime());
    expect(await world.store.claims.of(uid)).toEqual([]);
    const causes = (await world.store.log.read(uid, 0, 99)).map((row) => row.cause);
    expect(causes.at(-1)).toMatch(/"result":.*"mail":1/);
  });

  test('it may ask for another attempt, throw an error, return instances of the program\'s classes', async () => {
    const again = await stuck(() => ({ retry: true }));
    expect(await (await again.start(app.order)).result()).toEqual(['paid', 'attempt 2']);
    await again.close();
    const refuses = await stuck(() => ({ error: new RangeError('the bank says no') }));
    expect(await (await refuses.start(app.careful)).result()).toEqual(['RangeError', 'the bank says no']);
    await refuses.close();
    const knows = await stuck(() => ({ result: new app.Receipt(17) }));
    expect(await (await knows.start(app.receipt)).result()).toEqual([true, 17]);
  });

  test('it is asked again when the store has not heard its answer, and nobody is told that it has failed', async () => {
    const { answerDoubt } = Claims.prototype;
    let answers = 0;
    const spy = vi.spyOn(Claims.prototype, 'answerDoubt').mockImplementation(async function (this: Claims, ...values) {
      if (++answers === 1) throw new StoreError('unknown', 'store_connection', 'The connection was lost');
      return answerDoubt.apply(this, values);
    });
    const troubled = vi.spyOn(Claims.prototype, 'recordTrouble');
    warnings.length = 0;
    const engine = await stuck(() => ({ result: 'found' }));
    const run = await engine.start(app.order);
    expect(await run.result()).toEqual(['paid', 'found']);
    expect([answers, troubled.mock.calls, warnings]).toEqual([2, [], []]);
    spy.mockRestore();
    troubled.mockRestore();
  });

  test('what it does not know is left to a person, once and for all', async () => {
    const { id } = await killedInEffect(app.beside);
    let asked = 0;
    const engine = await deciding(() => void asked++);
    await until('the question', () => asked);
    await until('its release', async () => (await world.store.runs.find(id))!.worker === null);
    await (await engine.run(id)).send(app.go, 'hello'); // the run is loaded again
    await until('the message', async () => (await world.store.runs.find(id))!.mail === 1 && (await world.store.runs.find(id))!.worker === null);
    await engine.close();
    const other = await deciding(() => void asked++);
    await pause(50);
    expect(asked).toBe(1);
    expect((await world.store.runs.find(id))!.inDoubt).toBe(true);
    await other.resolve(id, 'pay', { result: 'a person knows' });
    expect(await (await other.run(id)).result()).toEqual(['hello', 'a person knows']);
  });

  test('what it throws is shown, and it is asked again', async () => {
    warnings.length = 0;
    const answers: (() => unknown)[] = [
      () => {
        throw new Error('the bank does not answer');
      },
      () => ({ yes: true }),
      () => ({ result: 'found' }),
    ];
    let asked = 0;
    const engine = await stuck(async () => answers[asked++]!() as DoubtAnswer);
    const run = await engine.start(app.order);
    const trouble = async () => (await inspectRun(world.store, (await world.store.runs.find(run.id))!)).requests[0]?.doubt?.trouble;
    await until('the trouble', async () => (await trouble()) === 'the bank does not answer');
    expect((await run.status()).inDoubt).toBe(true);
    // The run is not kept in memory until then.
    await until('its release', async () => (await world.store.runs.find(run.id))!.worker === null);
    await until('the second question', () => asked === 2);
    expect(await run.result()).toEqual(['paid', 'found']);
    expect(asked).toBe(3);
    expect(warnings[0]).toMatch(/onInDoubt of doubt-resolver\.wf\.ts#pay failed for the run .* asked again later: Error: the bank does not answer/);
    expect(warnings[1]).toMatch(/must return \{ retry: true \}, \{ result \}, \{ error \} or undefined/);
  }, 20_000);

  test('an answer that says two things is none: nothing is made again by it', async () => {
    const made = { n: 0 };
    const engine = await stuck(() => ({ result: 'paid', retry: true }), made);
    const run = await engine.start(app.order);
    await until('the warning', () => warnings.some((text) => text.includes(`'${run.id}'`)));
    expect(made.n).toBe(1);
    expect((await run.status()).inDoubt).toBe(true);
    await run.terminate(); // or the next worker here is asked about it
  });

  test('a worker that dies while it is asked leaves the doubt to the next', async () => {
    const reached = gate();
    let first: TestEngine;
    first = await stuck(() => {
      first.kill();
      reached.open();
      return Promise.resolve({ result: 'not heard' });
    });
    const { id } = await first.start(app.order);
    await reached.promise;
    await world.buryAll();
    const second = await deciding((doubt) => ({ result: ['attempt', doubt.attempt] }));
    expect(await (await second.run(id)).result()).toEqual(['paid', ['attempt', 1]]);
  });

  test('a person may be faster; the answer to a doubt that does not stand any more does nothing', async () => {
    const asking = gate();
    const answer = gate<DoubtAnswer>();
    const made = { n: 0 };
    const slow = gate<string>();
    const engine = await world.working(app, {
      pay: {
        run: () => (++made.n === 1 ? new Promise(() => {}) : slow.promise),
        timeout: 200,
        onInDoubt: () => (asking.open(), answer.promise),
      },
    });
    const run = await engine.start(app.order);
    await asking.promise;
    await engine.resolve(run, 'pay', { retry: true });
    await until('the second attempt', () => made.n === 2);
    answer.open({ error: new Error('too late') });
    await pause(30);
    slow.open('second');
    expect(await run.result()).toEqual(['paid', 'second']);
  });

  test('an outcome that comes after all is faster than the answer', async () => {
    const asking = gate();
    const slow = gate<string>();
    const engine = await world.working(app, { pay: { run: () => slow.promise, timeout: 15, onInDoubt: () => (asking.open(), new Promise(() => {})) } });
    const run = await engine.start(app.order);
    await asking.promise;
    slow.open('after all');
    expect(await run.result()).toEqual(['paid', 'after all']);
    await engine.close(); // nobody waits for the answer
  });
});

test('it must be a function', async () => {
  const world = await World.open('memory');
  const error = await thrownBy(() => world.engine().provide(app, { pay: { run: () => 0, onInDoubt: 'retry' } }));
  expect(error).toMatchObject({ code: 'effect_policy', message: expect.stringContaining('onInDoubt must be a function') });
  const never = await thrownBy(() => world.engine().provide(app, { pay: { run: () => 0, idempotent: true, onInDoubt: () => undefined } }));
  expect(never).toMatchObject({ code: 'effect_policy', message: expect.stringContaining('onInDoubt would never be asked') });
  await world.close();
});

test('a run that has left its worker is not due for a question that nobody will ask here', async () => {
  const warn = vi.spyOn(host, 'warn').mockImplementation(() => {});
  const store = { claims: { recordTrouble: () => Promise.resolve() }, workers: { find: () => Promise.resolve(null) } } as unknown as Store;
  const doubts = new Doubts({ store, clock: new DatabaseClock(), sent: () => {} });
  const call = { uid: 'a', run: 'a', request: 1, effect: 'x.wf.ts#pay', args: [], since: 0 };
  const claim = { request: 1, attempt: 1, worker: 'w', atMs: 0, doubt: true, doubtMs: 0, failure: null, heartbeat: null } as unknown as StoredClaim;
  doubts.ask(call, claim, () => {
    throw new Error('the bank does not answer');
  });
  await until('it is to be asked again', () => doubts.nextDue('a') !== null);
  doubts.forget('a');
  expect(doubts.nextDue('a')).toBe(null);
  doubts.ask(call, claim, () => undefined);
  expect(doubts.nextDue('a')).not.toBe(null);
  doubts.stop();
  warn.mockRestore();
});
