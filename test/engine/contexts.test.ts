/**
 * Steps of many runs are evaluated and committed together. What the app's own code sees around it is not that of another run.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { effectContext } from '../../runtime/client.ts';
import { compileApp, pause, until, World } from '../support/app.ts';

const app = compileApp(`
  export declare function act(...args: any[]): Promise<any>;
  export async function steps(who: string) { for (let i = 0; i < 5; i++) await act(who, i); return who; }
  export async function prints(who: string) { await act(who, 0); if (who === 'bad') console.error('boom'); await act(who, 1); return who; }
  export async function printsFirst() { console.error('boom'); await act('first', 1); return 'first'; }
`, 'contexts');

let world: World;
beforeEach(async () => {
  world = await World.open('memory');
});
afterEach(() => world.close());

const NAMES = ['a', 'b', 'c', 'd'];

test('an effect sees nothing of an AsyncLocalStorage of whoever started a run, its own or another; and keeps what it puts there', async () => {
  const tenant = new AsyncLocalStorage<string>();
  const seen: string[] = [];
  const act = async (who: string): Promise<string> => {
    seen.push(String(tenant.getStore()));
    return tenant.run(who, async () => {
      await pause(2);
      return `${tenant.getStore()} ${effectContext().run}`;
    });
  };
  const engine = await world.working(app, { act });
  const runs = await Promise.all(NAMES.map((name) => tenant.run(name, () => engine.start(app.steps, { id: name, args: [name] }))));
  expect(await Promise.all(runs.map((run) => run.result()))).toEqual(NAMES);
  expect(seen).toEqual(Array.from({ length: 20 }, () => 'undefined'));
});

test('an effect that starts a run is not around the effects of that', async () => {
  const contexts: string[] = [];
  const engine = await world.working(app, {
    act: async (who: string, i: number) => {
      contexts.push(`${who} ${effectContext().run}`);
      if (who === 'outer' && i === 0) await (await engine.start(app.steps, { id: 'inner', args: ['inner'] })).result();
    },
  });
  await (await engine.start(app.steps, { id: 'outer', args: ['outer'] })).result();
  expect(new Set(contexts)).toEqual(new Set(['outer outer', 'inner inner']));
});

test('a console that throws stops no other run, and its own goes on from the store', async () => {
  const thrown: unknown[] = [];
  const listeners = process.listeners('unhandledRejection');
  process.removeAllListeners('unhandledRejection').on('unhandledRejection', (error) => thrown.push(error));
  const { error } = console;
  console.error = () => {
    throw new Error('console.error is forbidden');
  };
  try {
    const open: (() => void)[] = [];
    const made: string[] = [];
    const act = async (who: string, i: number): Promise<void> => {
      made.push(`${who} ${i}`);
      // All go on in one statement.
      if (i === 0) await new Promise<void>((resolve) => open.push(resolve));
    };
    const engine = await world.working(app, { act });
    const runs = await Promise.all(['x', 'bad', 'y'].map((name) => engine.start(app.prints, { args: [name] })));
    await until('all', () => open.length === 3);
    for (const go of open) go();
    expect(await Promise.all(runs.map((run) => run.result()))).toEqual(['x', 'bad', 'y']);
    // Also where it throws in the cycle that is stored with the start.
    expect(await (await engine.start(app.printsFirst)).result()).toBe('first');
    expect(made.sort()).toEqual(['bad 0', 'bad 1', 'first 1', 'x 0', 'x 1', 'y 0', 'y 1']);
    expect(thrown).toEqual([1, 2].map(() => new Error('console.error is forbidden')));
  } finally {
    console.error = error;
    process.removeAllListeners('unhandledRejection');
    for (const listener of listeners) process.on('unhandledRejection', listener);
  }
});
