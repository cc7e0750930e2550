/**
 * Runs by filters: lists, and what is done to all that a filter lets through.
 */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { RunFilter, RunPage } from '../../runtime/client.ts';
import { compileApp, thrownBy, until, World, type Kind } from '../support/app.ts';

const app = compileApp(`
  export const inbox = channel<any>('inbox');
  function shared() {}
  function write(target: any) { target.x = 1; }
  export async function listens() { return await inbox.receive(); }
  export async function faulty() {
    const message: any = await inbox.receive();
    if (message === 'fault') write(shared);
    return message;
  }
`, 'many');

const KINDS: Kind[] = ['postgres', 'memory'];

describe.each(KINDS)('%s', (kind) => {
  let world: World;
  beforeAll(async () => {
    world = await World.open(kind);
  });
  afterEach(() => world.calm());
  afterAll(() => world.close());

  test('lists pages of what a filter lets through', async () => {
    const engine = world.engine();
    const before = new Date(Date.now() - 60_000);
    const runs = await engine.startMany(app.listens, Array.from({ length: 5 }, (_, n) => ({ tags: { list: 'a', n } })));
    await engine.start(app.faulty, { tags: { list: 'a' }, after: '1 hour' });
    const filter: RunFilter = { tags: { list: 'a' }, workflow: app.listens, status: 'running', createdAfter: before };
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page: RunPage = await engine.list({ ...filter, limit: 2, cursor });
      seen.push(...page.runs.map(({ uid }) => uid));
      cursor = page.cursor;
    } while (cursor !== null);
    expect(seen).toEqual(runs.map(({ uid }) => uid).reverse());
    const { runs: found } = await engine.list({ tags: { n: 3 } });
    expect(found).toMatchObject([{ uid: runs[3]!.uid, state: 'running', tags: { list: 'a', n: '3' }, workflow: 'many.wf.ts#listens' }]);
    expect((await engine.list({ workflow: 'faulty', status: ['pending', 'parked'] })).runs).toHaveLength(1);
    expect((await engine.list({ createdBefore: before })).runs).toEqual([]);
    expect(await engine.list({ workflow: 'nobody' })).toEqual({ runs: [], cursor: null });
  });

  test('a filter that cannot be is refused, and what cannot be taken back needs a condition', async () => {
    const engine = world.engine();
    const wrong: [object, RegExp][] = [
      [{ worklow: 'x' }, /worklow is no option; there are status, workflow/],
      [{ status: 'done' }, /no status 'done'; there are pending, running/],
      [{ createdAfter: 'yesterday' }, /createdAfter must be a valid Date/],
      [{ limit: 0 }, /limit/],
      [{ cursor: 'x' }, /cursor/],
    ];
    for (const [filter, message] of wrong) {
      const error = await thrownBy(engine.list(filter));
      expect(error).toMatchObject({ code: 'filter' });
      expect(error.message).toMatch(message);
    }
    for (const body of [() => engine.cancelMany({}), () => engine.terminateMany({})]) {
      expect((await thrownBy(body)).message).toMatch(/means all runs/);
    }
    expect(await thrownBy(engine.cancelMany({ worklow: 'x' } as never))).toMatchObject({ code: 'filter' });
  });

  test('parked runs are resumed together', async () => {
    const engine = await world.working(app);
    const runs = await engine.startMany(app.faulty, [1, 2, 3].map(() => ({ tags: { fault: 'yes' } })));
    for (const run of runs) await run.send(app.inbox, 'fault');
    await until('all to be parked', async () => (await engine.list({ tags: { fault: 'yes' }, status: 'parked' })).runs.length === 3);
    expect(await engine.resumeMany({ tags: { fault: 'no' } })).toBe(0);
    expect(await engine.resumeMany({ tags: { fault: 'yes' } })).toBe(3);
    await until('all to be parked again', async () => (await engine.list({ tags: { fault: 'yes' }, status: 'parked' })).runs.length === 3);
  });

  test('runs that are not over are cancelled or terminated together', async () => {
    const engine = await world.working(app);
    const runs = await engine.startMany(app.listens, Array.from({ length: 20 }, () => ({ tags: { stop: 'yes' } })));
    await engine.start(app.listens, { tags: { stop: 'no' } });
    await runs[0]!.send(app.inbox, 1);
    await runs[0]!.result();
    expect(await engine.terminateMany({ tags: { stop: 'yes' }, workflow: 'nobody' })).toBe(0);
    expect(await engine.cancelMany({ tags: { stop: 'yes' } }, { reason: 'enough' })).toBe(19);
    await until('all to be cancelled', async () => (await engine.list({ tags: { stop: 'yes' }, status: 'cancelled' })).runs.length === 19);
    expect(await engine.terminateMany({ tags: { stop: 'no' } })).toBe(1);
    expect((await engine.list({ tags: { stop: 'no' } })).runs).toMatchObject([{ state: 'terminated' }]);
  });
});
