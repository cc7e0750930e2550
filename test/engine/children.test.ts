/**
 * Child runs: starting them once, hearing of their ends once, telling them things, and what becomes of them when their
 * parents end.
 */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { readCauses } from '../../runtime/engine/arrival.ts';
import { inspectRun } from '../../runtime/engine/inspect.ts';
import { compileApp, KINDS, pause, thrownBy, until, World, type TestEngine } from '../support/app.ts';

const other = compileApp(`
  export async function elsewhere(n: number) { return 'elsewhere ' + n; }
`, 'elsewhere');

const app = compileApp(`
  import { channel, scope, sleep, start, withTimeout } from 'perdure';
  import { helper } from './helper.wf.ts';
  export declare function pay(...args: any[]): Promise<any>;
  export const go = channel<any>('go');
  export class Money { amount: number; constructor(amount: number) { this.amount = amount; } }

  export async function leaf(x: any) { return [x, await pay(x)]; }
  export async function fails(message: string): Promise<never> { await pay('fails'); throw new RangeError(message); }
  export async function naps(name?: string) { try { await sleep('365 days'); } finally { if (name) await pay('stops ' + name); } }
  export async function listens() { const got = []; for (let i = 0; i < 3; i++) got.push(await go.receive()); return got; }
  async function hidden() {}

  export async function one(x: any, options?: any) { const child = await start(leaf, [x], options); return [child.id, child.workflow, await child.result(), await child.result()]; }
  export async function crosses() { const child = await start(leaf, [new Money(5)]); const [money] = await child.result() as any; return [money instanceof Money, money.amount]; }
  export async function catches() { const child = await start(fails, ['no']); try { await child.result(); } catch (error: any) { return [error.name, error.message, await child.result().catch((e: any) => e.message)]; } }
  export async function ignores() { await start(fails, ['ignored']); await sleep(20); return 'fine'; }
  export async function many(n: number) { const children = await Promise.all(Array.from({ length: n }, (_, i) => start(leaf, [i]))); return await Promise.all(children.map((c) => c.result())); }
  export async function tells() { const child = await start(listens, []); await child.send(go, 'a'); await child.send('go', { b: 1 }); await child.send(go, 3); return await child.result(); }
  export async function tellsLate() { const child = await start(leaf, [1]); await child.result(); try { await child.send(go, 1); } catch (error: any) { return error.code; } }
  export async function cancels() { const child = await start(naps, ['child']); await child.cancel('enough'); try { await child.result(); } catch (error: any) { return [error.name, error.reason]; } }
  export async function byName(name: string, ...args: any[]) { const child = await start(name, args); return await child.result(); }
  export async function imported() { return await (await start(helper, [2])).result(); }
  export async function wrong(how: string) {
    try {
      if (how === 'hidden') await start(hidden, []);
      else if (how === 'value') await start(5 as any, []);
      else if (how === 'args') await start(leaf, 'x' as any);
      else if (how === 'ends') await start(leaf, [1], { whenParentEnds: 'explode' as any });
      else if (how === 'id') await start(leaf, [1], { id: 'not an id' });
      else await start(how, []);
    } catch (error: any) { return [error.name, error.code, error.message]; }
  }
  export async function parent(ends: any, awaits: boolean) {
    const child = await start(naps, ['child'], { whenParentEnds: ends });
    await pay('started ' + child.id);
    if (awaits) return await child.result();
    await go.receive();
    return 'parent';
  }
  export async function grandparent() { const child = await start(parent, [undefined, true]); return await child.result(); }
  export async function cleansUp() {
    const child = await start(naps, ['child']);
    try { await child.result(); } catch (error: any) { return [error.name, error.reason, error.effects.map((e: any) => [e.name, e.run === child.id, e.outcome])]; }
  }
  export async function scoped(ends: any) {
    const child = await scope(async () => {
      const inner = await start(naps, ['inner'], { whenParentEnds: ends });
      await pay('started ' + inner.id);
      return inner;
    });
    return child.id;
  }
  export async function timed() {
    try { return await withTimeout(400, async () => await (await start(naps, ['timed'])).result()); } catch (error: any) { return [error.name, error.effects.map((e: any) => e.outcome)]; }
  }
  export async function timedOutAtStart() {
    try { return await withTimeout(20, async () => await (await start(naps, ['early'])).result()); } catch (error: any) { return error.name; }
  }
  export async function stumbles() { const child = await start(leaf, ['left']); await pay('stumble'); return await child.result(); }
  export async function handOver() { const child = await start(naps, ['late']); await sleep(5); const later = child; await sleep(5); await later.cancel(); return await later.result().catch((e: any) => e.name); }
`, 'family', { 'helper.wf.ts': `export async function helper(n: number) { return n * 2; }` });

describe.each(KINDS)('%s', (kind) => {
  let world: World;
  beforeAll(async () => {
    world = await World.open(kind);
  });
  afterEach(() => world.calm());
  afterAll(() => world.close());

  test('one whose start is under way when its scope times out is ended, though its parent sleeps meanwhile', async () => {
    const engine = world.engine().provide(app, { pay: () => pause(150) });
    const { connection } = engine;
    const query = connection.query.bind(connection);
    connection.query = (statement, values) =>
      statement.name === 'perdure_start_child' ? pause(100).then(() => query(statement, values)) : query(statement, values);
    await engine.work();
    expect(await (await engine.start(app.timedOutAtStart)).result()).toBe('TimeoutError');
  });

  const paid: unknown[] = [];
  const pay = (what: unknown): unknown => {
    paid.push(what);
    return 'paid';
  };
  const working = async (effects: Record<string, never> | object = { pay }): Promise<TestEngine> => {
    paid.length = 0;
    return world.working(app, effects as Record<string, never>);
  };
  const childrenOf = (uid: string) => world.store.families.childrenOf(uid, 100);
  const status = async (uid: string) => (await world.store.runs.findByUid(uid))!.status;
  const ended = (uid: string) => until('its end', async () => (await world.store.runs.findByUid(uid))!.finishedMs !== null);
  /** The id of a child that its parent has told of, and that sleeps by now: one that has not begun has nothing to clean up. */
  const startedChild = async (): Promise<string> => {
    const id = (await until('the child', () => paid.find((p) => String(p).startsWith('started ')))).toString().slice(8);
    const { uid } = (await world.store.runs.find(id))!;
    await until('its sleep', async () => (await world.store.log.read(uid, 0, 2)).length === 2);
    return id;
  };

  test('a child is started, and its result comes back; its id is made of the parent and the place', async () => {
    const engine = await working();
    const run = await engine.start(app.one, { args: [7] });
    const [id, workflow, result, again] = await run.result() as unknown[];
    expect([workflow, result, again]).toEqual(['family.wf.ts#leaf', [7, 'paid'], [7, 'paid']]);
    expect(id).toBe(`${run.uid}:1`);
    const [child] = await childrenOf(run.uid);
    expect(child).toMatchObject({ id, request: 1, workflow: 'family.wf.ts#leaf', status: 'completed' });
    expect(await world.store.runs.find(id as string)).toMatchObject({ parent: run.uid });
  });

  test('classes of the program keep their class on the way', async () => {
    const engine = await working({ pay: (money: { amount: number }) => money.amount });
    expect(await (await engine.start(app.crosses)).result()).toEqual([true, 5]);
  });

  test('what a child throws is thrown where its result is awaited, and nowhere else', async () => {
    const engine = await working();
    expect(await (await engine.start(app.catches)).result()).toEqual(['RangeError', 'no', 'no']);
    expect(await (await engine.start(app.ignores)).result()).toBe('fine');
  });

  test('many at once', async () => {
    const engine = await working();
    const run = await engine.start(app.many, { args: [25] });
    expect(await run.result()).toEqual(Array.from({ length: 25 }, (_, i) => [i, 'paid']));
    expect((await childrenOf(run.uid)).map(({ request }) => request)).toEqual(Array.from({ length: 25 }, (_, i) => i + 1));
  });

  test('messages to a child arrive once, in order; one that has ended takes none', async () => {
    const engine = await working();
    expect(await (await engine.start(app.tells)).result()).toEqual(['a', { b: 1 }, 3]);
    expect(await (await engine.start(app.tellsLate)).result()).toBe('run_ended');
  });

  test('a child can be cancelled', async () => {
    const engine = await working();
    expect(await (await engine.start(app.cancels)).result()).toEqual(['CancelledError', 'enough']);
    expect(await (await engine.start(app.handOver)).result()).toBe('CancelledError');
  });

  test('workflows of other modules of the program, and of other programs by name', async () => {
    const engine = await working();
    engine.provide(other);
    await world.working(other);
    expect(await (await engine.start(app.imported)).result()).toBe(4);
    for (const name of ['elsewhere.wf.ts#elsewhere', 'elsewhere']) {
      expect(await (await engine.start(app.byName, { args: [name, 3] })).result()).toBe('elsewhere 3');
    }
  });

  test('what cannot be started is refused where it is started', async () => {
    const engine = await working();
    const wrong = async (how: string) => (await engine.start(app.wrong, { args: [how] })).result();
    expect(await wrong('hidden')).toMatchObject(['TypeError', undefined, 'start takes an exported async function, or the name of a workflow: module#name']);
    expect(await wrong('value')).toContain('TypeError');
    expect(await wrong('args')).toEqual(['TypeError', undefined, 'start takes a workflow, an array of its arguments, and options']);
    expect(await wrong('ends')).toMatchObject(['TypeError', 'start_options', 'whenParentEnds is one of cancel, terminate, leave']);
    expect(await wrong('id')).toContain('TypeError');
    expect(await wrong('nobody.wf.ts#knows')).toContain('unknown_workflow');
  });

  test('an id of its own; one that is taken by another run is refused', async () => {
    const engine = await working();
    const id = `child-${kind}`;
    expect((await (await engine.start(app.one, { args: [1, { id, tags: { a: 1 }, priority: 2 }] })).result() as unknown[])[0]).toBe(id);
    expect(await world.store.runs.find(id)).toMatchObject({ tags: { a: '1' }, priority: 2 });
    expect(await thrownBy((await engine.start(app.one, { args: [1, { id }] })).result())).toMatchObject({ code: 'run_exists' });
  });

  test('the deadline of a child', async () => {
    const engine = await working();
    const run = await engine.start(app.one, { args: [1, { deadline: new Date(0) }] });
    expect(await thrownBy(run.result())).toMatchObject({ name: 'CancelledError', reason: 'its deadline has passed' });
    expect((await run.status()).state).toBe('failed'); // not the parent was cancelled
  });

  // ——— The end of the parent ———

  test.each([
    ['cancel', ['stops child'], 'cancelled'],
    ['terminate', [], 'terminated'],
    ['leave', [], 'running'],
    [undefined, [], 'running'],
  ])('when a parent has returned: %s', async (ends, stops, state) => {
    const engine = await working();
    const run = await engine.start(app.parent, { args: [ends, false] });
    const child = (await engine.run(await startedChild())).uid;
    await run.send('go', 1);
    expect(await run.result()).toBe('parent');
    await ended(run.uid);
    if (state !== 'running') await ended(child);
    expect([await status(child), paid.slice(1)]).toEqual([state, stops]);
    expect(await status(run.uid)).toBe('completed');
  });

  test.each([
    ['cancel', ['stops child'], 'cancelled'],
    ['terminate', [], 'terminated'],
    ['leave', [], 'running'],
    [undefined, ['stops child'], 'cancelled'],
  ])('when a parent that awaits it is cancelled: %s', async (ends, stops, state) => {
    const engine = await working();
    const run = await engine.start(app.parent, { args: [ends, true] });
    const child = (await engine.run(await startedChild())).uid;
    await pause(20);
    await run.cancel({ reason: 'why' });
    expect(await thrownBy(run.result())).toMatchObject({ name: 'CancelledError', reason: 'why' });
    if (state !== 'running') await ended(child);
    expect([await status(child), paid.slice(1)]).toEqual([state, stops]);
    await ended(run.uid);
    expect(await status(run.uid)).toBe('cancelled');
  });

  test('a cancelled parent waits for its child, and knows how it has ended', async () => {
    const engine = await working({ pay: async (what: unknown) => (await pause(40), paid.push(what)) });
    const run = await engine.start(app.cleansUp);
    await until('the child', async () => (await childrenOf(run.uid)).length);
    await pause(40);
    await run.cancel({ reason: 'why' });
    expect(await run.result()).toEqual(['CancelledError', 'why', [['naps', true, 'failed']]]);
    expect(paid).toEqual(['stops child']);
  });

  test('a parent that is terminated: its children are told all the same, down to the last', async () => {
    const engine = await working();
    const run = await engine.start(app.grandparent);
    const grandchild = (await engine.run(await startedChild())).uid;
    const [child] = await childrenOf(run.uid);
    await pause(20);
    await run.terminate({ reason: 'stop' });
    await Promise.all([ended(child!.uid), ended(grandchild)]);
    expect([await status(run.uid), await status(child!.uid), await status(grandchild)]).toEqual(['terminated', 'cancelled', 'cancelled']);
    expect(paid.slice(1)).toEqual(['stops child']);
  });

  test.skipIf(kind === 'memory')('one that has had more children than anybody counts: those that go on are told', async () => {
    const engine = await working();
    const run = await engine.start(app.parent, { args: ['terminate', true] });
    const child = (await engine.run(await startedChild())).uid;
    await world.rows(
      `INSERT INTO perdure.runs (uid, id, workflow, entry, artifact, args_hash, status, outcome, finished_at, parent, request)
       SELECT gen_random_uuid(), 'many ' || n, 'w', 'e', '', '', 'completed', '{"ok":1}', now(), $1, -n FROM generate_series(0, 9999) n`,
      [run.uid],
    );
    await run.terminate();
    await until('the child to hear of it', async () => (await status(child)) !== 'running');
  });

  test('whoever has terminated it and died is replaced by a worker', async () => {
    const engine = await working();
    const run = await engine.start(app.parent, { args: ['terminate', false] });
    const child = (await engine.run(await startedChild())).uid;
    const end = { uid: run.uid, cause: '{"terminate":true}', delta: '{"over":"terminated"}', outcome: '{"error":1}' };
    await until('a quiet moment', () => world.store.log.terminate(end));
    await ended(child);
    expect(await status(child)).toBe('terminated');
  });

  test('a child that is terminated is an error in its parent', async () => {
    const engine = await working();
    const run = await engine.start(app.parent, { args: [undefined, true] });
    await engine.terminate(await startedChild(), { reason: 'gone' });
    expect(await thrownBy(run.result())).toMatchObject({ code: 'run_terminated' });
  });

  test('a parent that has failed and is retried hears of a child that has ended meanwhile', async () => {
    let stumbles = true;
    const engine = await working({ pay: (what: unknown) => {
      if (what === 'stumble' && stumbles) throw new Error('stumbled');
      return 'paid';
    } });
    const run = await engine.start(app.stumbles);
    await ended(run.uid);
    const child = await until('the child', async () => (await childrenOf(run.uid))[0]);
    await ended(child.uid);
    await until('its end to be told', async () => !(await world.store.families.owing(100)).includes(child.uid));
    stumbles = false;
    await engine.retry(run);
    expect(await run.result()).toEqual(['left', 'paid']);
  });

  // ——— Scopes ———

  test('a child that is bound ends with the scope it was started in; another is left', async () => {
    for (const [ends, state] of [['cancel', 'cancelled'], ['terminate', 'terminated'], [undefined, 'running']] as const) {
      const engine = await working();
      const run = await engine.start(app.scoped, { args: [ends] });
      const id = await run.result();
      expect(id).toBe(await startedChild());
      expect(await status((await engine.run(id as string)).uid)).toBe(state);
      await world.calm();
    }
  });

  test('a timeout cancels the child that is awaited', async () => {
    const engine = await working();
    expect(await (await engine.start(app.timed)).result()).toEqual(['TimeoutError', ['failed']]);
    expect(paid).toEqual(['stops timed']);
  });

  // ——— Deaths ———

  test('a worker that dies anywhere in between: each child is started once, and heard of once', async () => {
    let life = 0;
    let engine: TestEngine;
    const mortal = { run: (x: unknown) => {
      if (++life % 3 === 0 && life < 20) engine.kill();
      return `paid ${String(x)}`;
    }, idempotent: true };
    engine = await world.working(app, { pay: mortal });
    const run = await engine.start(app.many, { args: [10] });
    await until('the end', async () => {
      if (engine.connection.state === 'dead') {
        await world.buryAll();
        engine = await world.working(app, { pay: mortal });
      }
      return (await world.store.runs.find(run.id))!.finishedMs !== null;
    });
    expect(JSON.parse((await world.store.runs.find(run.id))!.outcome!)).toEqual({ ok: Array.from({ length: 10 }, (_, i) => [i, `paid ${i}`]) });
    expect(await childrenOf(run.uid)).toHaveLength(10);
    const causes = (await world.store.log.read(run.uid, 0, 1000)).flatMap(({ cause }) => readCauses(cause, 'cause'));
    const ends = causes.flatMap((cause) => (cause.kind === 'ended' ? [cause.request] : []));
    expect(ends.sort((a, b) => a - b)).toEqual(Array.from({ length: 10 }, (_, i) => i + 1));
  });

  test('a child that has ended and gone before its parent knew that it was started is not started again', async () => {
    const first = world.engine().provide(app, { pay });
    const query = first.connection.query.bind(first.connection);
    first.connection.query = async (statement, values) => {
      const rows = await query(statement, values);
      if (statement.name === 'perdure_start_child') first.kill();
      return rows;
    };
    await first.work();
    await world.store.artifacts.store(other.$perdure.artifact.hash, other.$perdure.artifact.entry, JSON.stringify(other.$perdure.artifact));
    const { uid } = await first.start(app.byName, { args: ['elsewhere.wf.ts#elsewhere', 1] });
    const child = await until('the child', async () => (await childrenOf(uid))[0]);
    await world.buryAll();
    const second = await world.working(other);
    await ended(child.uid);
    await until('it to be gone', async () => (await second.prune({ olderThan: 0 }), await world.store.runs.findByUid(child.uid)) === null);
    const third = await world.working(app, { pay });
    expect(await (await third.run(uid)).result()).toBe('elsewhere 1');
    await pause(50);
    expect(await childrenOf(uid)).toEqual([]);
  });

  test('the log and `show` tell of children', async () => {
    const engine = await working();
    const run = await engine.start(app.parent, { args: [undefined, true] });
    await startedChild();
    await until('the wait', async () => {
      const { requests } = await inspectRun(world.store, (await world.store.runs.find(run.id))!);
      return requests.some(({ kind: what, name }) => what === 'child' && name === `${run.uid}:1`);
    });
    const causes = (await world.store.log.read(run.uid, 0, 100)).map(({ cause }) => cause).join('\n');
    expect(causes).toContain(`{"started":1,"id":"${run.uid}:1"`);
  });
});
