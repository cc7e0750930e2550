/**
 * What an app throws may be anything. It is a failure of that attempt, which the workflow can catch; and nothing of what it is ends or
 * hangs the worker. (A rejection that nobody handles fails these tests.)
 */
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { effectContext, type EffectPolicy } from '../../runtime/client.ts';
import { errorDocument } from '../../runtime/codec/outcome.ts';
import { host } from '../../runtime/host.ts';
import { hostProgram } from '../../runtime/publish.ts';
import { compileApp, pause, until, World } from '../support/app.ts';
import { lastEntry } from '../support/log.ts';

const app = compileApp(`
  export declare function act(...args: any[]): Promise<any>;
  export async function careful() {
    try {
      return ['returned', await act()];
    } catch (error: any) {
      return error instanceof Error ? [error.name, error.message] : ['thrown', typeof error];
    }
  }
`, 'odd-errors');

const trap = (): never => {
  throw new Error('trap');
};
const withGetter = (name: string): Error => Object.defineProperty(new Error('x'), name, { get: trap });
const handler = Object.fromEntries(Object.getOwnPropertyNames(Reflect).map((name) => [name, trap]));
const everyTrap = (): unknown => new Proxy(new Error('x'), handler);
const described = 'something that cannot be described was thrown';

const ODD: [string, () => unknown, unknown[]][] = [
  ['a frozen error', () => Object.freeze(new TypeError('x')), ['TypeError', 'x']],
  ['a stack that cannot be written', () => Object.defineProperty(new Error('x'), 'stack', { value: 'x', writable: false, configurable: false }), ['Error', 'x']],
  ['a name that throws', () => withGetter('name'), ['Error', 'x']],
  ['a message that throws', () => withGetter('message'), ['Error', described]],
  ['a message that is no text', () => Object.assign(new Error('x'), { message: { toString: trap } }), ['Error', described]],
  ['a cause that throws', () => withGetter('cause'), ['Error', 'x']],
  ['a code that throws', () => withGetter('code'), ['Error', 'x']],
  ['a Proxy whose traps throw', everyTrap, ['Error', described]],
  ['an object without a text', () => Object.create(null) as unknown, ['thrown', 'object']],
  ['nothing', () => undefined, ['thrown', 'undefined']],
  ['a cause that is itself', () => { const error = new Error('x'); error.cause = error; return error; }, ['Error', 'x']],
  ['errors that hold each other', () => { const all = new AggregateError([], 'x'); all.errors.push(all, all, all); return all; }, ['AggregateError', 'x']],
];

let world: World;
const warnings: string[] = [];
beforeAll(async () => {
  world = await World.open('pglite');
  vi.spyOn(console, 'warn').mockImplementation((text: string) => void warnings.push(text));
});
afterEach(() => {
  warnings.length = 0;
  return world.calm();
});
afterAll(() => world.close());

async function outcome(policy: EffectPolicy, run: () => unknown, how: 'run' | 'transaction' = 'run'): Promise<unknown> {
  const engine = await world.working(app, { act: { ...policy, [how]: run } as never });
  return (await engine.start(app.careful)).result();
}

describe.each(ODD)('%s', (_, make, expected) => {
  const throwing = async (): Promise<never> => {
    throw make();
  };

  test('that an effect throws', async () => {
    expect(await outcome({}, throwing)).toEqual(expected);
  });

  test('that is tried again', async () => {
    expect(await outcome({ idempotent: true, retry: { attempts: 2, delay: 1, only: ['TypeError', 'Error', 'AggregateError'] } }, throwing)).toEqual(expected);
  });

  test('of an effect with a limit', async () => {
    expect(await outcome({ concurrency: 1 }, throwing)).toEqual(expected);
  });

  test('of a transaction', async () => {
    const result = await outcome({}, throwing, 'transaction');
    // Of a Proxy, the traps are what is thrown on the way.
    expect(result).toEqual(make === everyTrap ? [expect.any(String), expect.any(String)] : expected);
  });

  test('that a key throws', async () => {
    expect(await outcome({ concurrency: 1, key: () => { throw make(); } }, () => 1)).toEqual(expected);
  });

  test.each([
    ['throws', () => { throw make(); }],
    ['promises', async () => { throw make(); }],
  ])('that `retry.when` %s', async (__, when) => {
    const result = await outcome({ retry: { attempts: 2, delay: 1, when: when as never } }, () => { throw new RangeError('declined'); });
    expect(result).toEqual(['RangeError', 'declined']);
    expect(warnings).toEqual([expect.stringContaining('act has failed')]);
  });

  test('that comes of being told to stop', async () => {
    const engine = await world.working(app, {
      act: async () => {
        await pause(60_000, effectContext().signal).catch(() => {});
        throw make();
      },
    });
    const run = await engine.start(app.careful);
    await until('the attempt', async () => (await lastEntry(world.store, run.uid)).seq >= 1);
    await run.cancel();
    await expect(run.result()).resolves.toEqual(['CancelledError', expect.anything()]);
  });
});

test.each(ODD.filter(([name]) => /Proxy|message that throws|frozen/.test(name)))('%s that `onInDoubt` throws', async (_, make, expected) => {
  let asked = 0;
  const engine = await world.working(app, {
    act: {
      timeout: 1,
      run: () => new Promise(() => {}),
      onInDoubt: () => {
        if (asked++ === 0) throw make();
        return { error: make() };
      },
    },
  });
  expect(await (await engine.start(app.careful)).result()).toEqual(expected);
  expect(asked).toBe(2);
});

test.each([
  ['a getter in an array', () => Object.defineProperty([1], '0', { get: () => { throw everyTrap(); }, enumerable: true })],
  ['a Proxy whose traps throw, beside a function', () => ({ f: () => {}, p: everyTrap() })],
])('a result that cannot be stored: %s', async (_, make) => {
  expect(await outcome({}, make)).toEqual(['PerdureError', expect.stringContaining('cannot reach the workflow')]);
  const beats = await outcome({}, () => effectContext().heartbeat(make()));
  expect(beats).toEqual(['PerdureError', expect.stringContaining('#act cannot reach the workflow')]);
});

test('an error that is thrown stays as it was', async () => {
  let [thrown, stack]: (Error | string | undefined)[] = [];
  await outcome({}, () => {
    thrown = new Error('x');
    stack = thrown.stack;
    throw thrown;
  });
  expect(stack).toMatch(/effects.attempt/);
  expect((thrown as unknown as Error).stack).toBe(stack);
});

test('what we cannot handle is a failure of the attempt', async () => {
  const { random } = host;
  host.random = trap;
  const result = await outcome({ retry: { attempts: 2 } }, () => { throw new Error('x'); }).finally(() => (host.random = random));
  expect(result).toEqual(['PerdureError', expect.stringContaining('act could not be handled: Error: trap')]);
  expect(warnings).toEqual([expect.stringContaining('could not be handled. This is a bug of Perdure')]);
});

test('a chain of causes is followed so far, and no further', () => {
  let error = new Error('the first');
  for (let i = 0; i < 1000; i++) error = new Error(`${i}`, { cause: error });
  const { heap } = errorDocument(error, hostProgram) as { heap: object };
  expect(Object.keys(heap)).toHaveLength(200);
});
