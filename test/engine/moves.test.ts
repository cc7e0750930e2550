/**
 * Runs that go on with another version of their program: a workflow that was at fault is corrected, and a parked or failed run goes on
 * from where it was, or is refused and stays as it is.
 */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { compileApp, KINDS, thrownBy, until, World, type App } from '../support/app.ts';

let apps = 0;

/** A new module, and other versions of it. */
function versions(): (source: string) => App {
  const name = `moved${++apps}`;
  return (source) => compileApp(`export declare function step(what: unknown): Promise<any>;\n${source}`, name);
}

const LOOPS = `
  export async function main(n: number) {
    const seen = [await step('first')];
    while (seen.length < n) {}
    seen.push(await step('second'));
    return seen;
  }`;

const ENDS = LOOPS.replace('while (seen.length < n) {}', 'while (seen.length < n) seen.push(await step("more"));');
/** The same waits: what a correction of plain code looks like. */
const GOES_ON = LOOPS.replace('while (seen.length < n) {}', 'while (seen.length < n) seen.push("more");');

describe.each(KINDS)('%s', (kind) => {
  let world: World;
  beforeAll(async () => {
    world = await World.open(kind);
  });
  afterEach(() => world.calm());
  afterAll(() => world.close());

  /** An app under work, and what its effects were asked for. */
  async function working(app: App, answer: (what: any) => unknown = (what) => `${String(what)} done`) {
    const calls: unknown[] = [];
    const step = (what: unknown): unknown => {
      calls.push(what);
      return answer(what);
    };
    const engine = await world.working(app, { step }, { limits: { cycleMs: 200, stateBytes: 1e6 } });
    return { engine, calls };
  }

  /** Starts a run of the first version and waits until it is parked, or over. */
  async function stuck(app: App, args: unknown[] = [], status = 'parked', answer?: (what: any) => unknown) {
    const { engine, calls } = await working(app, answer);
    const run = await engine.start(app.main, { args });
    await until(`it is ${status}`, async () => (await world.store.runs.find(run.id))?.status === status);
    await world.calm();
    return { id: run.id, calls };
  }

  const row = async (id: string) => {
    const run = (await world.store.runs.find(id))!;
    return { status: run.status, artifact: run.artifact, entries: (await world.store.log.read(run.uid, 0, 100)).length };
  };

  test('a loop without end is corrected: the run goes on from its last checkpoint, and nothing is done twice', async () => {
    const version = versions();
    const before = version(LOOPS);
    const { id, calls } = await stuck(before, [3]);
    expect(calls).toEqual(['first']);
    const after = version(GOES_ON);
    const { engine, calls: since } = await working(after);
    await engine.resume(id, { onto: after.main });
    expect(await (await engine.run(id)).result()).toEqual(['first done', 'more', 'more', 'second done']);
    expect(since).toEqual(['second']);
    const log = await world.store.log.read((await world.store.runs.find(id))!.uid, 0, 100);
    const [from, to] = [before.$perdure.artifact.hash, after.$perdure.artifact.hash];
    expect(log.map(({ cause }) => JSON.parse(cause))).toContainEqual({ moved: { from, to } });
    expect(await thrownBy(engine.resume(id, { onto: after.main }))).toMatchObject({ code: 'not_parked' });
  });

  test('a value that cannot be stored is gone in the corrected code', async () => {
    const version = versions();
    const source = (walk: string) => `
      export async function main() {
        const order = { items: [{ list: await step('first'), walk: null as any }] };
        order.items[0]!.walk = ${walk};
        return [await step('second'), [...order.items[0]!.walk]];
      }`;
    const { id } = await stuck(version(source('Reflect.apply([].values, order.items[0]!.list, [])')), [], 'parked', () => [1, 2]);
    const after = version(source('order.items[0]!.list.values()'));
    const { engine } = await working(after);
    await engine.resume(id, { onto: after.main });
    expect(await (await engine.run(id)).result()).toEqual(['second done', [1, 2]]);
  });

  test('what has happened meanwhile is there: messages, closures, objects and their classes', async () => {
    const version = versions();
    const source = (fault: string) => `
      export const inbox = channel<any>('inbox');
      class Cart {
        total = 0;
        add(n: number) { this.total += n; ${fault} return this; }
      }
      let count = 0;
      export async function main() {
        const cart = new Cart();
        const undo = [() => cart.total, (n: number) => n + cart.total];
        count++;
        for (const n of [1, await step('first')]) {
          cart.add(n);
          count++;
          await step(n);
        }
        return [cart.total, undo[0]!(), undo[1]!(1), count, await inbox.receive(), cart instanceof Cart];
      }`;
    const { id } = await stuck(version(source('if (this.total > 5) for (;;);')), [], 'parked', (what) => (what === 'first' ? 9 : what));
    await (await world.engine().run(id)).send('inbox', { hello: 1 });
    const after = version(source(''));
    const { engine, calls } = await working(after);
    await engine.resume(id, { onto: after.main });
    expect(await (await engine.run(id)).result()).toEqual([10, 10, 11, 3, { hello: 1 }, true]);
    expect(calls).toEqual([9]);
  });

  test('a run that is parked in its first cycle begins with the corrected code', async () => {
    const version = versions();
    const { id } = await stuck(version('export async function main() { for (;;); }'));
    const after = version('let all = [1];\nexport async function main() { all.push(await step(2)); return all; }');
    const { engine } = await working(after);
    await engine.resume(id, { onto: after.main });
    expect(await (await engine.run(id)).result()).toEqual([1, '2 done']);
  });

  test('what is under way beside it goes on: an effect, a sleep, a helper that has ended and is gone from the code', async () => {
    const version = versions();
    const source = (helper: string, call: string, loop: string) => `
      ${helper}
      async function late() { await sleep(50); return 'late'; }
      export async function main() {
        const slow = step('slow');
        const nap = late();
        ${call}
        await step('quick');
        ${loop}
        return [await slow, await nap];
      }`;
    let answer!: (value: unknown) => void;
    const slow = new Promise((resolve) => (answer = resolve));
    const app = version(source('async function warm() { return await step("warm"); }', 'await warm();', 'for (;;);'));
    const { engine, calls } = await working(app, (what) => (what === 'slow' ? slow : what));
    const run = await engine.start(app.main);
    await until('it is parked', async () => (await world.store.runs.find(run.id))?.status === 'parked');
    const after = version(source('', '', ''));
    const { engine: next, calls: since } = await working(after);
    // the waits of `main` are not what they were
    expect(await thrownBy(next.resume(run, { onto: after.main }))).toMatchObject({ code: 'does_not_fit' });
    const right = version(source('const warm = () => null;', 'await warm();', ''));
    const { engine: last } = await working(right);
    await last.resume(run, { onto: right.main });
    answer('at last');
    expect(await (await last.run(run.id)).result()).toEqual(['at last', 'late']);
    expect([calls, since]).toEqual([['slow', 'warm', 'quick'], []]);
  });

  test('a failed run is retried with the corrected code, also from before', async () => {
    const version = versions();
    const source = (check: string) => `
      export async function main() {
        const first = await step('first');
        const second = await step('second');
        ${check}
        return [first, second, await step('third')];
      }`;
    const { id, calls } = await stuck(version(source("if (second) throw new Error('a mistake');")), [], 'failed');
    expect(calls).toEqual(['first', 'second']);
    const after = version(source("if (!second) throw new Error('right');"));
    const { engine, calls: since } = await working(after);
    await engine.retry(id, { onto: after.main });
    expect(await (await engine.run(id)).result()).toEqual(['first done', 'second done', 'third done']);
    expect(since).toEqual(['third']);
  });

  test('one that has failed again goes back to a cycle of the first program, if the present one fits it', async () => {
    const version = versions();
    const source = (after: string) => `
      export async function main() {
        const first = await step('first');
        ${after}
        const second = await step('second');
        if (second !== 'fine') throw new Error(String(second));
        return [first, second, undo.length];
      }`;
    const { id } = await stuck(version(source('const undo = [() => 1]; for (;;);')));
    const corrected = version(source('const undo = [() => 1, () => 2];'));
    let fine = false;
    const { engine, calls } = await working(corrected, (what) => (fine ? 'fine' : `${String(what)} done`));
    await engine.resume(id, { onto: corrected.main });
    expect(await thrownBy((await engine.run(id)).result())).toMatchObject({ message: 'second done' });
    // A cycle of the second program, after the log went back to one of the first: it is no cycle of the first.
    for (const from of [1, 3]) {
      expect(await engine.retry(id, { from })).toBe(from);
      expect(await thrownBy((await engine.run(id)).result())).toMatchObject({ message: 'second done' });
    }
    fine = true;
    expect(await engine.retry(id, { from: 1 })).toBe(1);
    expect(await (await engine.run(id)).result()).toEqual(['first done', 'fine', 2]);
    expect(calls).toEqual(['second', 'second', 'second']);
  });

  describe('is refused, and the run stays as it is', () => {
    const refusals: [string, string, string | RegExp][] = [
      ['where a function under way has other waits', ENDS, /#main is under way, and has other waits now: step, step#2, step#3; it had step, step#2/],
      ['where a module has variables that the run does not', `let later = 1;\n${GOES_ON.replace('return seen', 'later++; return seen')}`, /has later at its top level/],
      ['where the workflow is gone', GOES_ON.replace(/main/g, 'other'), /is a run of .*#main, and that is not/],
      ['where a variable that is needed later has no value', GOES_ON.replace('const seen', 'const extra = n * 2; const seen').replace('return seen', 'return [seen, extra]'), /extra/],
    ];
    test.each(refusals)('%s', async (_, source, reason) => {
      const version = versions();
      const { id } = await stuck(version(LOOPS), [3]);
      const before = await row(id);
      const after = version(source);
      const { engine } = await working(after);
      expect(await thrownBy(engine.resume(id, { onto: after.main ?? after.other }))).toMatchObject({ code: 'does_not_fit', message: expect.stringMatching(reason) });
      expect(await row(id)).toEqual(before);
    });

    test('where an effect that is under way is not declared any more', async () => {
      const version = versions();
      const source = (declared: string, call: string, loop: string) => `${declared}
        export async function main() {
          const slow = ${call};
          await step('quick');
          ${loop}
          return await slow;
        }`;
      const other = 'export declare function other(): Promise<any>;';
      const app = version(source(other, 'other()', 'for (;;);'));
      const limits = { cycleMs: 200, stateBytes: 1e6 };
      const engine = await world.working(app, { step: () => 0, other: () => new Promise(() => {}) }, { limits });
      const run = await engine.start(app.main);
      await until('it is parked', async () => (await world.store.runs.find(run.id))?.status === 'parked');
      const after = version(source('', 'Promise.resolve(1)', ''));
      const { engine: next } = await working(after);
      expect(await thrownBy(next.resume(run, { onto: after.main }))).toMatchObject({
        code: 'does_not_fit',
        message: expect.stringMatching(/the effect .*#other is under way, and is not declared any more/),
      });
    });

    test('where functions without names are not as many', async () => {
      const version = versions();
      const source = (undo: string, loop: string) => `
        export async function main(n: number) {
          const undo: (() => unknown)[] = [];
          ${undo}
          undo.push(() => n);
          await step('first');
          ${loop}
          return undo.map((one) => one());
        }`;
      const { id } = await stuck(version(source('', 'for (;;);')), [3]);
      const after = version(source('undo.push(() => -n);', ''));
      const { engine } = await working(after);
      expect(await thrownBy(engine.resume(id, { onto: after.main }))).toMatchObject({
        code: 'does_not_fit',
        message: expect.stringMatching(/there are 2 functions .*#main\/push now, and were 1/),
      });
    });

    test('with what is no workflow, or an option that there is not', async () => {
      const version = versions();
      const { id } = await stuck(version(LOOPS), [3]);
      const engine = world.engine();
      expect(await thrownBy(engine.resume(id, { onto: (async () => {}) as never }))).toMatchObject({ code: 'not_compiled' });
      expect(await thrownBy(engine.resume(id, { program: 1 } as never))).toMatchObject({ code: 'options' });
      expect(await thrownBy(engine.retry(id, { into: 1 } as never))).toMatchObject({ code: 'options' });
    });
  });

  test('the same program is a resume as ever', async () => {
    const version = versions();
    const app = version(LOOPS);
    const { id } = await stuck(app, [3]);
    const before = await row(id);
    const engine = world.engine();
    await engine.resume(id, { onto: app.main });
    expect(await row(id)).toEqual({ ...before, status: 'running' });
  });
});
