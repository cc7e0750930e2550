/**
 * Modules as the app sees them, and as runs evaluate them: what a module awaits at its top level belongs to a run.
 */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type App, compileApp, gate, thrownBy, until, World } from '../support/app.ts';
import { compileModules } from '../support/harness.ts';
import { publishEach } from '../support/publish-all.ts';

const FILES = {
  'orders.wf.ts': `
    import { rate } from './prices.wf.ts';
    import * as prices from './prices.wf.ts';
    export * from './prices.wf.ts';
    export { prices };
    export let doubled = rate * 2;
    export async function quote(n: number) { return [n * rate, doubled, Object.keys(prices).join()]; }
  `,
  'prices.wf.ts': `
    export declare function lookUp(what: string): Promise<number>;
    export const rate = await lookUp('rate');
    export const constant = 7;
    export let counts = [1];
    export class Money { amount = 1; }
    export function price() { return rate; }
  `,
};
const [prices, app] = publishEach(compileModules('/app/orders.wf.ts', FILES, '/app')).map(
  (module): App => ({ ...module.exports, $perdure: module }),
) as [App, App];

const failing = compileApp(
  `
  export declare function lookUp(): Promise<number>;
  const settings: { deep?: { x: number } } = {};
  export const rate = await lookUp();
  export const x = settings.deep!.x;
  export async function main() { return rate; }
  `,
  'failing-modules',
);

let world: World;
beforeAll(async () => {
  world = await World.open('pglite');
});
afterEach(() => world.calm());
afterAll(() => world.close());

describe('a module that awaits at its top level', () => {
  test('the app sees what needs no run: workflows, effects, classes, constants; variables are undefined', () => {
    expect(typeof app.quote).toBe('function');
    expect(typeof app.lookUp).toBe('function');
    expect(app.constant).toBe(7);
    expect(new app.Money().amount).toBe(1);
    expect([app.rate, app.doubled, app.counts]).toEqual([undefined, undefined, undefined]);
    expect(Object.keys(app.prices).sort()).toEqual(['Money', 'constant', 'counts', 'lookUp', 'price', 'rate']);
  });

  test('so it is with one that only calls an effect; what else it throws is thrown where it is imported', () => {
    const calling = compileApp("export declare function ask(): Promise<number>; const asked = ask(); export let list = [1]; export async function main() { return await asked; }");
    expect([typeof calling.main, calling.list]).toEqual(['function', undefined]);
    expect(() => compileApp('const o: any = undefined; export const x = o.x; export async function main() {}')).toThrow("reading 'x'");
  });

  test('each run evaluates it once, also when the worker is gone while it waits', async () => {
    const asked: string[] = [];
    const held = gate();
    const working = async (wait: boolean) => {
      const run = async (what: string): Promise<number> => {
        asked.push(what);
        if (wait) await held.promise;
        return 5;
      };
      const engine = world.engine().provide(prices, { lookUp: { run, idempotent: true } }).provide(app, {});
      await engine.work();
      return engine;
    };
    const first = await working(true);
    const run = await first.start(app.quote, { id: 'q', args: [3] });
    await until('the effect of the top level', () => asked.length === 1);
    first.kill();
    await world.buryAll();
    await working(false);
    expect(await (await world.engine().run(run.id)).result()).toEqual([15, 10, 'Money,constant,counts,lookUp,price,rate']);
    expect(asked).toEqual(['rate', 'rate']);
    held.open();
  });

  test('what it throws fails the run, at its place in the source', async () => {
    const engine = await world.working(failing, { lookUp: () => 1 });
    const run = await engine.start(failing.main, { args: [] });
    const error = (await thrownBy(run.result())) as Error;
    expect(error.message).toBe("Cannot read properties of undefined (reading 'x')");
    expect(error.stack).toMatch(/failing-modules\.wf\.ts:6:35/);
    expect((await run.status()).state).toBe('failed');
  });
});
