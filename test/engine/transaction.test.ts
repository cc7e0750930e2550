/**
 * Effects that are transactions: with their result, or not at all, whatever happens in between.
 */
import { connect, createServer } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import pg from 'pg';
import { CancelledError, effectContext, type Implementations, type TransactionClient } from '../../runtime/client.ts';
import { StoreError } from '../../runtime/store/errors.ts';
import { openPostgres } from '../../runtime/store/postgres.ts';
import { CommitUnknown, Undone } from '../../runtime/store/transaction.ts';
import { freshDatabase } from '../support/database.ts';
import { compileApp, gate, pause, thrownBy, until, World, type TestEngine } from '../support/app.ts';

const app = compileApp(`
  export declare function pay(...args: any[]): Promise<any>;
  export declare function look(): Promise<any>;
  export async function looksFirst(n: number) { return [await look(), await pay({ amount: n })]; }
  export async function order(n: number) { return ['paid', await pay({ amount: n }), await look()]; }
  export async function careful() { try { return await pay({ amount: 1 }); } catch (error: any) { return [error.name, error.message, error.code]; } }
`, 'transaction');

describe.each(['postgres', 'pglite'] as const)('%s', (kind) => {
  let world: World;
  beforeAll(async () => {
    world = await World.open(kind);
    await world.sql.script('CREATE TABLE payments (id serial PRIMARY KEY, run text NOT NULL, amount int NOT NULL)');
  });
  afterEach(() => world.calm());
  afterAll(() => world.close());

  const payments = async (run: string) => (await world.rows('SELECT amount FROM payments WHERE run = $1 ORDER BY id', [run])).map((row) => row.amount);

  async function insert(client: TransactionClient, { amount }: { amount: number }): Promise<number> {
    const { rows } = await client.query<{ amount: number }>('INSERT INTO payments (run, amount) VALUES ($1, $2) RETURNING amount', [effectContext().run, amount]);
    return rows[0]!.amount;
  }

  type Pay = (client: TransactionClient, order: { amount: number }) => unknown;
  const working = (transaction: Pay, policy: object = {}) => world.working(app, { pay: { transaction, ...policy } as never, look: () => 'looked' });

  test('commits what it does with its result, which the run finds in its inbox', async () => {
    const engine = await working(async (client, order) => ({ receipt: await insert(client, order), attempt: effectContext().attempt, at: new Date(0) }));
    const run = await engine.start(app.order, { args: [7] });
    expect(await run.result()).toEqual(['paid', { receipt: 7, attempt: 1, at: new Date(0) }, 'looked']);
    expect(await payments(run.id)).toEqual([7]);
    const causes = (await world.store.log.read(run.uid, 0, 9)).map(({ cause }) => cause);
    expect(causes[2]).toMatch(/^\{"result":1,.*"mail":1\}$/);
    expect(await world.store.inbox.after(run.uid, 0)).toEqual([]);
  });

  test('rolls back when it throws; a retry policy makes it again', async () => {
    const engine = await working(
      async (client, order) => {
        await insert(client, order);
        if (effectContext().attempt < 3) throw Object.assign(new Error('serialize'), { code: '40001' });
        return 'third';
      },
      { retry: { attempts: 5, delay: 1, only: ['40001'] } },
    );
    const run = await engine.start(app.order, { args: [1] });
    expect(await run.result()).toEqual(['paid', 'third', 'looked']);
    expect(await payments(run.id)).toEqual([1]);
    await engine.close();
    const failing = await working(async (client, order) => {
      await insert(client, order);
      await client.query('SELECT * FROM nowhere');
    });
    const failed = await failing.start(app.careful);
    expect(await failed.result()).toEqual(['error', 'relation "nowhere" does not exist', '42P01']);
    expect(await payments(failed.id)).toEqual([]);
  });

  test('refuses what its implementation asks for when it has ended: that would be part of another transaction', async () => {
    const [ended, other, refused] = [gate(), gate(), gate<{ code?: string }>()];
    const late = async (client: TransactionClient, order: { amount: number }): Promise<void> => {
      await other.promise;
      await insert(client, order).catch(refused.open);
    };
    let calls = 0;
    const engine = await working(async (client, order) => {
      if (++calls === 1) return void late(client, order);
      await insert(client, order);
      ended.open();
      other.open();
      await refused.promise;
      return 'second';
    });
    const first = await engine.start(app.order, { args: [1] });
    expect(await first.result()).toEqual(['paid', undefined, 'looked']);
    const second = await engine.start(app.order, { args: [2] });
    expect(await second.result()).toEqual(['paid', 'second', 'looked']);
    expect(await refused.promise).toMatchObject({ code: 'transaction_over', message: expect.stringContaining('Is an `await` missing?') });
    expect([await payments(first.id), await payments(second.id)]).toEqual([[], [2]]);
  });

  test('refuses a branch that goes on when another has thrown: it would be outside of any transaction', async () => {
    const refused = gate<unknown>();
    const engine = await working(async (client, order) => {
      const branch = async (): Promise<void> => {
        await client.query('SELECT 1').then(() => pause(5));
        for (;;) await insert(client, order);
      };
      branch().catch(refused.open);
      throw new Error('declined');
    });
    const run = await engine.start(app.careful);
    expect(await run.result()).toEqual(['Error', 'declined', undefined]);
    expect(await refused.promise).toMatchObject({ code: 'transaction_over' });
    expect(await payments(run.id)).toEqual([]);
  });

  test('has as its part what is under way when the implementation returns', async () => {
    const engine = await working((client, order) => {
      for (let i = 0; i < 3; i++) void insert(client, order);
    });
    const run = await engine.start(app.order, { args: [4] });
    expect(await run.result()).toEqual(['paid', undefined, 'looked']);
    expect(await payments(run.id)).toEqual([4, 4, 4]);
    await engine.close();
    const wrong = await working((client, order) => {
      void insert(client, order);
      client.query('SELECT * FROM nowhere').catch(() => {});
    });
    const failed = await wrong.start(app.careful);
    expect((await failed.result() as string[])[1]).toMatch(/current transaction is aborted/);
    expect(await payments(failed.id)).toEqual([]);
  });

  test.runIf(kind === 'postgres')('has a client of node-postgres, but for its end', async () => {
    const heard: unknown[] = [];
    const lent: pg.PoolClient[] = [];
    const engine = await working(async (given, order) => {
      const client = given as unknown as pg.PoolClient;
      lent.push(client);
      heard.push(client instanceof pg.Client, client.query === client.query, client.escapeIdentifier('a"b'));
      heard.push(client.on('notice', ({ message }) => heard.push(message)) === client);
      await client.query("DO $$ BEGIN RAISE NOTICE 'told'; END $$");
      heard.push((await client.query({ text: 'SELECT $1::int AS n', values: [1], rowMode: 'array' })).rows);
      await new Promise<void>((resolve) => client.query('SELECT 2 AS n', (_, { rows }) => resolve(void heard.push(rows))));
      const submitted = client.query(new pg.Query('SELECT 3 AS n'));
      await new Promise<void>((resolve) => submitted.on('row', (row) => heard.push(row)).on('end', () => resolve()));
      const { query } = client;
      client.query = ((...args: [string]) => query(...args)) as typeof client.query;
      await client.query('SELECT 4');
      heard.push((await thrownBy(() => client.release())).code, (await thrownBy(() => client.end())).code);
      return insert(given, order);
    });
    const run = await engine.start(app.order, { args: [5] });
    expect(await run.result()).toEqual(['paid', 5, 'looked']);
    const ended = 'transaction_ended';
    expect(heard).toEqual([true, true, '"a""b"', true, 'told', [[1]], [{ n: 2 }], { n: 3 }, ended, ended]);
    const client = lent[0]!;
    const over = expect.objectContaining({ code: 'transaction_over' });
    expect(await new Promise((resolve) => void client.query('SELECT 1', resolve))).toEqual(over);
    expect(await new Promise((resolve) => void client.query(new pg.Query('SELECT 1')).on('error', resolve))).toEqual(over);
    expect(await thrownBy(engine.startIn(client, app.careful))).toEqual(over);
  });

  test.skipIf(kind !== 'pglite')('is not rolled back by its client: what its code throws does that', async () => {
    const engine = await working(async (client, order) => {
      await insert(client, order);
      return (await thrownBy(() => (client as unknown as { rollback(): unknown }).rollback())).code;
    });
    const run = await engine.start(app.order, { args: [6] });
    expect(await run.result()).toEqual(['paid', 'transaction_ended', 'looked']);
    expect(await payments(run.id)).toEqual([6]);
  });

  test('rolls back when its result cannot be stored, and when a failed statement was ignored', async () => {
    const engine = await working(async (client, order) => [await insert(client, order), process]);
    const run = await engine.start(app.careful);
    expect(await run.result()).toEqual(['PerdureError', expect.stringMatching(/the result\[1\]/), 'unstorable_result']);
    expect(await payments(run.id)).toEqual([]);
    await engine.close();
    const careless = await working(async (client, order) => {
      await insert(client, order);
      await client.query('SELECT * FROM nowhere').catch(() => {});
    });
    const second = await careless.start(app.careful);
    expect(await second.result()).toEqual([expect.anything(), expect.stringMatching(/current transaction is aborted/), expect.anything()]);
    expect(await payments(second.id)).toEqual([]);
  });

  test('that is committed while the engine closes is left to the next one', async () => {
    let closed: Promise<void> | null = null;
    const first: TestEngine = await working(async (client, order) => {
      closed = first.close();
      return insert(client, order);
    });
    const run = await first.start(app.order, { args: [6] });
    await until('the close', () => closed !== null);
    await closed;
    await pause(30);
    expect(first.connection.late).toEqual([]);
    const second = await working(() => 'again');
    expect(await (await second.run(run.id)).result()).toEqual(['paid', 6, 'looked']);
    expect(await payments(run.id)).toEqual([6]);
  });

  test.runIf(kind === 'postgres')('whose connection breaks is made again: the run hears nothing of it', async () => {
    let times = 0;
    const engine = await working(async (client, order) => {
      const paid = await insert(client, order);
      if (++times === 1) {
        const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
        await world.rows('SELECT pg_terminate_backend($1, 5000)', [rows[0]!.pid]);
      }
      return [paid, effectContext().attempt];
    });
    const run = await engine.start(app.order, { args: [3] });
    expect(await run.result()).toEqual(['paid', [3, 1], 'looked']);
    expect([times, await payments(run.id)]).toEqual([2, [3]]);
  });

  test('of a worker that dies in it nothing has happened, and the next makes it', async () => {
    const reached = gate();
    let first: TestEngine;
    first = await working(async (client, order) => {
      await insert(client, order);
      first.kill();
      reached.open();
      throw new Error('as the connection breaks');
    });
    const run = await first.start(app.order, { args: [5] });
    await reached.promise;
    await world.buryAll();
    const second = await working(async (client, order) => [await insert(client, order), effectContext().attempt]);
    expect(await (await second.run(run.id)).result()).toEqual(['paid', [5, 2], 'looked']);
    expect(await payments(run.id)).toEqual([5]);
  });

  test('of a worker that dies after the commit the next finds the result', async () => {
    const first: TestEngine = world.engine().provide(app, { pay: { transaction: insert }, look: () => 'looked' });
    const { transaction } = first.connection;
    const reached = gate();
    Object.defineProperty(first.connection, 'transaction', {
      value: async (...args: Parameters<NonNullable<typeof transaction>>) => {
        await transaction!.call(first.connection, ...args);
        first.kill();
        reached.open();
        return new Promise(() => {});
      },
    });
    await first.work();
    const run = await first.start(app.order, { args: [6] });
    await reached.promise;
    await world.buryAll();
    let calls = 0;
    const second = await working(() => calls++);
    expect(await (await second.run(run.id)).result()).toEqual(['paid', 6, 'looked']);
    expect([calls, await payments(run.id)]).toEqual([0, [6]]);
  });

  test.each([
    ['was committed', true],
    ['was not committed', false],
  ])('an answer to COMMIT that is lost is asked for: it %s', async (_, committed) => {
    const engine = world.engine();
    const { transaction } = engine.connection;
    const lost = (): never => {
      throw new CommitUnknown('unknown', 'store_connection', 'the connection was lost');
    };
    let tries = 0;
    Object.defineProperty(engine.connection, 'transaction', {
      value: async (body: (client: TransactionClient) => Promise<unknown>, signal: AbortSignal) => {
        tries++;
        if (tries === 1) throw new Undone('unreachable', 'store_unreachable', 'no connection');
        if (tries > 2) return transaction!.call(engine.connection, body, signal);
        await transaction!.call(engine.connection, async (client) => {
          await body(client);
          if (!committed) lost(); // and so it is rolled back
        }, signal).catch(() => {});
        return lost();
      },
    });
    let calls = 0;
    engine.provide(app, { pay: { transaction: (client: TransactionClient, order: { amount: number }) => (calls++, insert(client, order)) }, look: () => 'looked' });
    await engine.work();
    const run = await engine.start(app.order, { args: [3] });
    expect(await run.result()).toEqual(['paid', 3, 'looked']);
    expect(calls).toBe(committed ? 1 : 2);
    expect(await payments(run.id)).toEqual([3]);
  });

  test('that a crash of the server has lost, with a number that another one has got, is made again', async () => {
    const engine = world.engine();
    const { transaction, query } = engine.connection;
    let tries = 0;
    Object.defineProperty(engine.connection, 'transaction', {
      value: async (body: (client: TransactionClient) => Promise<unknown>, signal: AbortSignal) => {
        if (++tries > 1) return transaction!.call(engine.connection, body, signal);
        const lost = new CommitUnknown('unknown', 'store_connection', 'the connection was lost');
        await transaction!.call(engine.connection, (client) => body(client).then(() => Promise.reject(lost)), signal).catch(() => {});
        throw lost;
      },
    });
    Object.defineProperty(engine.connection, 'query', {
      value: async (...args: Parameters<typeof query>) =>
        args[0].name === 'perdure_transaction_status' ? [{ status: 'committed' }] : query.apply(engine.connection, args),
    });
    await engine.provide(app, { pay: { transaction: insert }, look: () => 'looked' }).work();
    const run = await engine.start(app.order, { args: [9] });
    expect(await run.result()).toEqual(['paid', 9, 'looked']);
    expect([await payments(run.id), tries]).toEqual([[9], 2]);
  });

  test('of which nobody knows what has become of it when the engine closes is not asked after any more; the next finds its result', async () => {
    const engine = world.engine();
    const { transaction, query } = engine.connection;
    let asked = 0;
    Object.defineProperty(engine.connection, 'transaction', {
      value: async (...args: Parameters<NonNullable<typeof transaction>>) => {
        await transaction!.apply(engine.connection, args);
        throw new CommitUnknown('unknown', 'store_connection', 'the connection was lost');
      },
    });
    Object.defineProperty(engine.connection, 'query', {
      value: async (...args: Parameters<typeof query>) => {
        if (args[0].name !== 'perdure_transaction_status') return query.apply(engine.connection, args);
        asked++;
        throw new StoreError('unreachable', 'store_unreachable', 'no connection');
      },
    });
    await engine.provide(app, { pay: { transaction: insert }, look: () => 'looked' }).work();
    const run = await engine.start(app.careful);
    await until('the question', () => asked > 0);
    await engine.close({ deadline: 20 });
    const before = asked;
    await pause(300);
    expect(asked).toBe(before);
    const next = await working(() => 'again');
    expect(await (await next.run(run.id)).result()).toBe(1);
    expect(await payments(run.id)).toEqual([1]);
  });

  test('takes too long: it has not happened, and is made again or fails', async () => {
    const signals: AbortSignal[] = [];
    const transaction: Pay = async (client, order) => {
      const { attempt, signal } = effectContext();
      signals.push(signal);
      await insert(client, order);
      if (attempt === 1) await new Promise(() => {});
      return `attempt ${attempt}`;
    };
    const engine = await working(transaction, { timeout: 500, retry: { attempts: 2, delay: 1 } });
    const run = await engine.start(app.order, { args: [2] });
    expect(await run.result()).toEqual(['paid', 'attempt 2', 'looked']);
    expect(await payments(run.id)).toEqual([2]);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]);
    await engine.close();
    const once = await working(transaction, { timeout: 30 });
    const failed = await once.start(app.careful);
    expect(await failed.result()).toEqual(['PerdureError', expect.stringMatching(/took longer than 30 ms/), 'effect_timeout']);
    expect(await failed.status()).toMatchObject({ inDoubt: false });
  });

  test('is rolled back when the engine has waited long enough, and made by the next', async () => {
    const begun = gate();
    const engine = await working(async (client, order) => {
      await insert(client, order);
      begun.open();
      await new Promise(() => {});
    });
    const run = await engine.start(app.order, { args: [4] });
    await begun.promise;
    await pause(60); // on PGlite the worker's looks wait for it by now
    await engine.close({ deadline: 20 });
    const next = await working(insert);
    expect(await (await next.run(run.id)).result()).toEqual(['paid', 4, 'looked']);
    expect(await payments(run.id)).toEqual([4]);
  });

  // On PGlite nobody does anything while a transaction is open, so no name is lost.
  test.skipIf(kind === 'pglite')('that was begun under a name which this worker has lost is made again, by it', async () => {
    const [begun, taken] = [gate(), gate()];
    let times = 0;
    const transaction: Pay = async (client, order) => {
      if (++times === 1) {
        begun.open();
        await taken.promise;
      }
      return insert(client, order);
    };
    const engine = await world.working(app, { pay: { transaction } as never, look: () => 'looked' }, { leaseMs: 300 });
    const run = await engine.start(app.order, { args: [5] });
    await begun.promise;
    const name = (await world.store.workers.list())[0]!.id;
    await world.store.workers.bury(name);
    await until('it to hold the run again', async () => ![null, name].includes((await world.store.runs.find(run.id))!.worker));
    taken.open();
    expect(await run.result()).toEqual(['paid', 5, 'looked']);
    expect([await payments(run.id), times]).toEqual([[5], 2]);
  });

  const late = [
    ['a commit', 'perdure_commit_cycle', 'looksFirst', ['looked', 5]],
    ['a start', 'perdure_start_run', 'order', ['paid', 5, 'looked']],
  ] as const;
  test.skipIf(kind === 'pglite').each(late)('that was asked for by %s whose answer comes when the worker has another name is not begun', async (_, statement, workflow, result) => {
    const [committed, late, seen] = [gate(), gate(), gate()];
    const id = `late-${workflow}`;
    let times = 0;
    const engine = world.engine({ leaseMs: 300 });
    const { query } = engine.connection;
    let isFirst = true;
    Object.defineProperty(engine.connection, 'query', {
      value: async (...args: Parameters<typeof query>) => {
        const rows = await query.apply(engine.connection, args);
        if (isFirst && args[0].name === statement) {
          isFirst = false;
          committed.open();
          await late.promise;
        }
        return rows;
      },
    });
    const pay: Pay = (client, order) => (times++, insert(client, order));
    await engine.provide(app, { pay: { transaction: pay } as never, look: () => seen.promise.then(() => 'looked') }).work();
    const starting = engine.start(app[workflow], { id, args: [5] });
    if (workflow === 'looksFirst') seen.open();
    await committed.promise;
    const name = (await world.store.workers.list())[0]!.id;
    await world.store.workers.bury(name);
    await until('it to be made for the one who holds the run', async () => (await payments(id)).length === 1);
    late.open();
    await pause(100);
    seen.open();
    expect(await (await starting).result()).toEqual(result);
    expect([await payments(id), times]).toEqual([[5], 1]);
  });

  test.skipIf(kind === 'pglite')('is rolled back when its run leaves the worker: it may come back when another has made it', async () => {
    const begun = gate<AbortSignal>();
    const transaction: Pay = async (client, order) => {
      const { signal } = effectContext();
      await insert(client, order);
      begun.open(signal);
      return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
    };
    const first = await world.working(app, { pay: { transaction } as never, look: () => 'looked' }, { leaseMs: 300 });
    const run = await first.start(app.order, { args: [7] });
    const signal = await begun.promise;
    const { uid, worker } = (await world.store.runs.find(run.id))!;
    await world.store.runs.park(uid, worker!, '{}');
    await until('the abort', () => signal.aborted);
    expect(signal.reason).toMatchObject({ code: 'run_left' });
    await first.close();
    const next = await working(insert);
    await world.store.runs.resume(uid);
    expect(await (await next.run(run.id)).result()).toEqual(['paid', 7, 'looked']);
    expect(await payments(run.id)).toEqual([7]);
  });

  test('starts runs and sends messages in the same transaction', async () => {
    const engine: TestEngine = await working(async (client, order) => {
      await engine.startIn(client as never, app.careful, { id: `child-${kind}` });
      if (effectContext().attempt === 1) throw new Error('not yet');
      return insert(client, order);
    }, { retry: { attempts: 2, delay: 1 } });
    const run = await engine.start(app.order, { args: [8] });
    expect(await run.result()).toEqual(['paid', 8, 'looked']);
    expect(await (await engine.run(`child-${kind}`)).result()).toBeDefined();
  });

  test('a policy that speaks of doubt is refused', async () => {
    for (const option of [{ idempotent: true }, { onInDoubt: () => undefined }]) {
      const error = await thrownBy(() => world.engine().provide(app, { pay: { transaction: insert, ...option } }));
      expect(error).toMatchObject({ code: 'effect_policy', message: expect.stringMatching(/says nothing of a transaction/) });
    }
    const both = await thrownBy(() => world.engine().provide(app, { pay: { transaction: insert, run: () => 0 } }));
    expect(both).toMatchObject({ code: 'effect_policy' });
  });
});

describe('on PostgreSQL', () => {
  let world: World;
  beforeAll(async () => {
    world = await World.open('postgres');
    await world.sql.script('CREATE TABLE payments (id serial PRIMARY KEY, run text NOT NULL, amount int NOT NULL)');
  });
  afterEach(() => world.calm());
  afterAll(() => world.close());

  test('of two workers that make it one is undone: the one that does not hold the run', async () => {
    const gates = [gate(), gate()];
    let inside = 0;
    const transaction = async (client: TransactionClient, order: { amount: number }) => {
      const mine = inside++;
      await client.query('INSERT INTO payments (run, amount) VALUES ($1, $2)', [effectContext().run, order.amount]);
      await gates[mine]!.promise;
      return `worker ${mine}`;
    };
    const zombie = await world.working(app, { pay: { transaction } as never, look: () => 'looked' }, { leaseMs: 3_600_000 });
    const run = await zombie.start(app.order, { args: [1] });
    await until('the first', () => inside === 1);
    await world.buryAll(); // as if its lease had run out
    const heir = await world.working(app, { pay: { transaction } as never, look: () => 'looked' });
    await until('the second', () => inside === 2);
    gates[0]!.open();
    await pause(50);
    expect(await world.rows('SELECT amount FROM payments')).toEqual([]);
    gates[1]!.open();
    expect(await (await heir.run(run.id)).result()).toEqual(['paid', 'worker 1', 'looked']);
    expect(await world.rows('SELECT amount FROM payments')).toEqual([{ amount: 1 }]);
  });

  test('is rolled back when its run is cancelled: it has not begun', async () => {
    const begun = gate();
    const engine = await world.working(app, { pay: { transaction: async (client: TransactionClient) => {
      await client.query("INSERT INTO payments (run, amount) VALUES ('cancelled', 1)");
      begun.open();
      await pause(60_000, effectContext().signal);
    } } as never, look: () => 0 });
    const run = await engine.start(app.order, { args: [9] });
    await begun.promise;
    await run.cancel();
    const error = await thrownBy(run.result());
    expect(error).toBeInstanceOf(CancelledError);
    expect((error as CancelledError).effects).toEqual([{ name: 'pay', args: [{ amount: 9 }], outcome: 'not begun' }]);
    expect(await world.rows("SELECT * FROM payments WHERE run = 'cancelled'")).toEqual([]);
  });

  /** As the server ends a connection: the text of a FATAL error, in the protocol's form. */
  const fatal = (): Buffer => {
    const fields = Buffer.from('SFATAL\0C57P01\0Mterminating connection\0\0');
    const length = Buffer.alloc(4);
    length.writeInt32BE(4 + fields.length);
    return Buffer.concat([Buffer.from('E'), length, fields]);
  };
  const READY = Buffer.from([0x5a, 0, 0, 0, 5, 0x49]);

  test.each([
    ['as its transaction begins', (chunk: Buffer) => (chunk.includes('BEGIN') ? null : chunk), (chunk: Buffer) => chunk],
    ['as soon as it is there', (chunk: Buffer) => chunk, (chunk: Buffer) => (chunk.includes(READY) ? Buffer.concat([chunk, fatal()]) : chunk)],
  ])('a connection that breaks %s ends nothing but that', async (_, ask, answer) => {
    const target = new URL(await freshDatabase());
    const proxy = createServer((client) => {
      const server = connect(Number(target.port), target.hostname);
      const cut = (): void => void (client.destroy(), server.destroy());
      const pass = (to: typeof client, chunk: Buffer | null): unknown => (chunk ? to.write(chunk) : cut());
      for (const socket of [client, server]) socket.on('error', cut).on('close', cut);
      server.on('data', (chunk) => pass(client, answer(chunk)));
      client.on('data', (chunk) => pass(server, ask(chunk)));
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    const url = new URL(target);
    url.port = String((proxy.address() as { port: number }).port);
    const sql = openPostgres(url.href);
    try {
      expect(await thrownBy(sql.transaction!(async () => 1, new AbortController().signal))).toBeInstanceOf(Undone);
      await pause(20);
    } finally {
      await sql.close();
      proxy.close();
    }
  });

  test('an implementation that ends the transaction itself is told so', async () => {
    const engine = await world.working(app, { pay: { transaction: (client: TransactionClient) => client.query('COMMIT').then(() => 'committed') } as never, look: () => 0 });
    expect(await (await engine.start(app.careful)).result()).toEqual(['PerdureError', expect.stringMatching(/has ended its transaction itself/), 'transaction_ended']);
  });

  test('many at once do not keep the engine from its own statements', async () => {
    const all = gate();
    let inside = 0;
    const engine = await world.working(app, {
      pay: {
        transaction: async () => {
          if (++inside === 10) all.open();
          await all.promise;
        },
      } as never,
      look: () => 'looked',
    });
    const runs = await Promise.all(Array.from({ length: 30 }, () => engine.start(app.order, { args: [1] })));
    expect(await Promise.all(runs.map((run) => run.result()))).toHaveLength(30);
  });
});

test('a store without transactions says so when they are provided', async () => {
  const world = await World.open('memory');
  const error = await thrownBy(() => world.engine().provide(app, { pay: { transaction: () => 0 } }));
  expect(error).toMatchObject({ code: 'transactions_missing', message: expect.stringContaining('transaction.wf.ts#pay') });
  await world.close();
});

test('the client is typed as what the app declares', () => {
  interface Orders {
    charge(order: { amount: number }, note: string): Promise<{ receipt: string }>;
  }
  const given: Implementations<Orders>[] = [
    { charge: { transaction: async (client: pg.ClientBase, order) => ({ receipt: (await client.query('SELECT $1', [order.amount])).rows[0] as string }) } },
    { charge: { transaction: async (client, { amount }, note) => ({ receipt: note + (await client.query<{ n: string }>('SELECT 1', [amount])).rows[0]!.n }), timeout: '1 minute' } },
    // @ts-expect-error: it returns no receipt
    { charge: { transaction: async (_client: pg.ClientBase, _order) => 7 } },
    // @ts-expect-error: it has no such argument
    { charge: { transaction: (_client: TransactionClient, _order: { amount: string }) => ({ receipt: '' }) } },
    // @ts-expect-error: it is made again
    { charge: { transaction: () => ({ receipt: '' }), idempotent: true } },
  ];
  expect(given).toHaveLength(5);
});
