/**
 * Queries: answered from the stored state, by whoever has the program, without a worker and without a trace.
 */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { compileApp, KINDS, thrownBy, until, World } from '../support/app.ts';

const app = compileApp(`
  import { channel, query, sleep, start } from 'perdure';
  export declare function work(n: number): Promise<number>;
  export const go = channel<string>('go');
  export class Line { constructor(readonly text: string) {} get loud() { return this.text.toUpperCase(); } }
  let done = 0;
  let report = () => ({ step: 'none' });
  const lines: Line[] = [];
  const seen = new Map<string, number>();
  export const progress = query(() => done);
  export const step = query(function () { return report(); });
  export const linesOver = query((n: number, mark = '') => lines.filter((l) => l.text.length > n).map((l) => l.text + mark));
  export const asLines = query(() => lines);
  export const clock = query(() => Date.now());
  export const meddle = query(() => { done += 100; lines.push(new Line('meddled')); seen.set('x', 1); return [done, lines.length, seen.size]; });
  export const throws = query((what: string) => { throw Object.assign(new TypeError('no ' + what), { code: 'E1' }); });
  export const blunder = query(() => (undefined as any).nothing);
  export const calls = query(() => { try { work(1); } catch { return 'caught'; } return 'called'; });
  export const sleeps = query(() => { sleep(1); });
  export const receives = query(() => { go.receive(); });
  export const starts = query(() => { start(main, []); });
  export const rejects = query(() => { Promise.reject(new Error('nobody listens')); return 'ok'; });
  export const loops = query(() => { for (;;); });
  export const closure = query(() => ({ list: [1, { f: () => 1 }] }));
  export const promised = query(() => Promise.resolve(1));
  export async function main() {
    let local = 0;
    report = () => ({ step: 'local ' + local });
    for await (const text of go) {
      local++;
      lines.push(new Line(text));
      done++;
      if (text === 'end') break;
      if (text === 'throw') throw new Error('thrown');
    }
    done = await work(done);
    return done;
  }
`, 'queries');

/** Queries in several modules; one of them under a name that another has, too. */
const parts = compileApp(`
  import { channel, query } from 'perdure';
  import { count } from './parts-status.wf.ts';
  export { status as shown, status } from './parts-status.wf.ts';
  import * as all from './parts-status.wf.ts';
  export { all };
  export const go = channel<string>('go');
  let steps = 0;
  export const progress = query(() => steps);
  export const spoils = query(() => { (count as any).y = 1; });
  export async function main() { for await (const text of go) { steps++; count(text); if (text === 'spoil') (count as any).x = 1; } }
`, 'parts', {
  'parts-status.wf.ts': `
    import * as perdure from 'perdure';
    let last = '';
    export function count(text: string) { last = text; }
    export const status = perdure.query(() => last);
    export const progress = perdure.query(() => 'of ' + last);
  `,
});

const other = compileApp(`
  import { query } from 'perdure';
  export const shown = query(() => 1);
`, 'strangers');

describe.each(KINDS)('on %s', (kind) => {
  let world: World;
  beforeAll(async () => {
    world = await World.open(kind);
  });
  afterEach(() => world.calm());
  afterAll(() => world.close());

  const asleep = (id: string) => until(`${id} to sleep`, async () => {
    const run = await world.store.runs.find(id);
    return run?.worker === null && run.mail > 0 ? run : null;
  });

  /** A run that has taken some messages and sleeps, with no worker left. */
  async function waiting(id: string, ...messages: string[]) {
    const engine = await world.working(app, { work: (n: number) => n * 10 });
    const run = await engine.start(app.main, { id });
    for (const message of messages) await run.send(app.go, message);
    await until(`${id} to have taken its messages`, async () => (await engine.query(run, app.progress).catch(() => 0)) === messages.length);
    await asleep(id);
    await engine.close();
    return world.engine().run(id);
  }

  test('they see variables of the module, what is reachable from them, and locals through a closure', async () => {
    const run = await waiting(`see-${kind}`, 'a', 'bcd');
    expect(await run.query(app.progress)).toBe(2);
    expect(await run.query(app.step)).toEqual({ step: 'local 2' });
    expect(await run.query(app.linesOver, 1)).toEqual(['bcd']);
    expect(await run.query('linesOver', 0, '!')).toEqual(['a!', 'bcd!']);
    expect(await run.query('queries.wf.ts#progress')).toBe(2);
    const lines = (await run.query(app.asLines)) as { loud: string }[];
    expect(lines[1]).toBeInstanceOf(app.Line);
    expect(lines[1]!.loud).toBe('BCD');
  });

  test('nothing is written, claimed or woken, and what a query changes is forgotten', async () => {
    const run = await waiting(`trace-${kind}`, 'a');
    const before = [await world.store.runs.find(run.id), await world.store.log.load(run.uid)];
    expect(await run.query(app.meddle)).toEqual([101, 2, 1]);
    expect(await run.query(app.meddle)).toEqual([101, 2, 1]);
    expect(await run.query(app.rejects)).toBe('ok');
    expect([await world.store.runs.find(run.id), await world.store.log.load(run.uid)]).toEqual(before);
  });

  test('the clock is that of the database, beside a worker that holds the run', async () => {
    const engine = await world.working(app, { work: (n: number) => n }, { restMs: 60_000 });
    const run = await engine.start(app.main, { id: `held-${kind}` });
    await run.send(app.go, 'a');
    await until('the message', async () => (await engine.query(run, app.progress).catch(() => 0)) === 1);
    expect(Math.abs((await engine.query(run, app.clock) as number) - Date.now())).toBeLessThan(10_000);
    expect(await engine.query(run, app.meddle)).toEqual([101, 2, 1]);
    expect(await thrownBy(engine.query(run, app.calls))).toMatchObject({ code: 'query_waits' });
    await run.send(app.go, 'end');
    expect(await run.result()).toBe(2);
    expect(await run.query(app.progress)).toBe(2);
  });

  test('a run that is over answers as it ended', async () => {
    const engine = await world.working(app, { work: (n: number) => n });
    const run = await engine.start(app.main, { id: `failed-${kind}` });
    await run.send(app.go, 'throw');
    await thrownBy(run.result());
    expect(await run.query(app.progress)).toBe(1);
    const stopped = await engine.start(app.main, { id: `terminated-${kind}` });
    await stopped.send(app.go, 'x');
    await until('the message', async () => (await stopped.query(app.progress).catch(() => 0)) === 1);
    await stopped.terminate();
    expect(await stopped.query(app.step)).toEqual({ step: 'local 1' });
  });

  test('what cannot be asked', async () => {
    const run = await waiting(`wrong-${kind}`, 'a');
    for (const [query, args, code] of [
      [app.calls, [], 'query_waits'], [app.sleeps, [], 'query_waits'], [app.receives, [], 'query_waits'], [app.starts, [], 'query_waits'],
      [app.closure, [], 'query_answer'], [app.promised, [], 'query_answer'], ['nothing', [], 'unknown_query'], [other.shown, [], 'unknown_query'],
      [() => 1, [], 'unknown_query'], [app.progress, [() => 1], 'unstorable'],
    ] as const) {
      expect(await thrownBy(run.query(query as never, ...(args as [])))).toMatchObject({ code });
    }
    expect((await thrownBy(run.query(app.closure))).message).toContain('answer.list[1].f');
    expect(await thrownBy(run.query(app.throws, 'luck'))).toMatchObject({ name: 'TypeError', message: 'no luck', code: 'E1' });
    const { stack } = await thrownBy(run.query(app.throws, 'luck'));
    expect(stack).toContain('queries.wf.ts:16:71');
    expect((await thrownBy(run.query(app.blunder))).message).toBe("Cannot read properties of undefined (reading 'nothing')");
    expect(await thrownBy(world.engine().query('nobody', app.progress))).toMatchObject({ code: 'run_missing' });
    expect(await run.query(app.progress)).toBe(1);
  });

  test('queries of imported modules, re-exported or not', async () => {
    const engine = await world.working(parts, {});
    const run = await engine.start(parts.main, { id: `parts-${kind}` });
    await run.send(parts.go, 'a');
    await until('the message', async () => (await engine.query(run, parts.shown).catch(() => '')) === 'a');
    expect(await run.query(parts.status)).toBe('a');
    expect(await run.query(parts.all.status)).toBe('a');
    expect(await run.query(parts.progress)).toBe(1);
    expect(await run.query(parts.all.progress)).toBe('of a');
    expect(await run.query('parts-status.wf.ts#progress')).toBe('of a');
    expect(await thrownBy(run.query('progress'))).toMatchObject({ code: 'unknown_query', message: expect.stringContaining('say which') });
    expect(await thrownBy(run.query(app.progress))).toMatchObject({ code: 'unknown_query' });
  });

  test('a parked run is asked too; what all runs share no query can change', async () => {
    const engine = await world.working(parts, {});
    const run = await engine.start(parts.main, { id: `parked-${kind}` });
    await run.send(parts.go, 'a');
    await until('the message', async () => (await engine.query(run, parts.shown).catch(() => '')) === 'a');
    await run.send(parts.go, 'spoil');
    expect(await thrownBy(run.result())).toMatchObject({ code: 'shared_write' });
    expect((await run.status()).state).toBe('parked');
    expect(await run.query(parts.progress)).toBe(1);
    expect(await thrownBy(run.query(parts.spoils))).toMatchObject({ code: 'shared_write' });
    expect(await run.query(parts.shown)).toBe('a');
  });

  test('one that has not begun has nothing to tell', async () => {
    const engine = world.engine();
    const run = await engine.start(app.main, { id: `early-${kind}`, after: '1 hour' });
    expect(await thrownBy(run.query(app.progress))).toMatchObject({ code: 'query_early' });
  });

  test('a query without end is stopped, and the worker beside it goes on', async () => {
    const engine = await world.working(app, { work: (n: number) => n }, { limits: { cycleMs: 200, stateBytes: 2 ** 26 } });
    const run = await engine.start(app.main, { id: `loop-${kind}` });
    await run.send(app.go, 'a');
    await until('the message', async () => (await engine.query(run, app.progress).catch(() => 0)) === 1);
    expect(await thrownBy(engine.query(run, app.loops))).toMatchObject({ code: 'query_time' });
    expect(await engine.query(run, app.progress)).toBe(1);
    await run.send(app.go, 'end');
    expect(await run.result()).toBe(2);
  });

  test('code that was changed in the database does not run', async () => {
    const run = await waiting(`altered-${kind}`, 'a');
    const engine = world.engine();
    const query = engine.connection.query.bind(engine.connection);
    engine.connection.query = async (statement, values) => {
      const rows = await query(statement, values);
      return statement.name === 'perdure_load_artifact' ? rows.map((row) => ({ ...row, content: String(row.content).replaceAll('done', 'gone') })) : rows;
    };
    expect(await thrownBy(engine.query(run.id, app.progress))).toMatchObject({ code: 'artifact_hash' });
  });
});
