/**
 * Leases: who is taken for dead, and who is not.
 */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { host } from '../../runtime/host.ts';
import { StoreError } from '../../runtime/store/errors.ts';
import { compileApp, gate, pause, until, World, type TestEngine } from '../support/app.ts';

const app = compileApp(`
  export declare function pay(order: number): Promise<any>;
  export async function order() { return ['paid', await pay(42)]; }
`, 'leases');

const LEASE_MS = 300;

let world: World;
beforeEach(async () => {
  world = await World.open('memory');
});
afterEach(async () => {
  vi.restoreAllMocks();
  await world.close();
});

/** From now on no statement reaches the database; returns how it comes back. */
function cutOff(engines: TestEngine[], how: () => Promise<never>): () => void {
  const cut = engines.map(({ connection }) => vi.spyOn(connection, 'query').mockImplementation(how));
  return () => cut.forEach((spy) => spy.mockRestore());
}

const unreachable = (): Promise<never> => Promise.reject(new StoreError('unreachable', 'store_unreachable', 'The database is away'));
const names = async (): Promise<string[]> => (await world.store.workers.list()).map(({ id }) => id).sort();

test('a database that was away for longer than a lease finds all workers again, and nothing is in doubt', async () => {
  const paid = gate<string>();
  const attempts: number[] = [];
  const engines: TestEngine[] = [];
  const pay = { run: (n: number) => (attempts.push(n), paid.promise), onInDoubt: () => expect.fail('somebody was asked') };
  for (let i = 0; i < 3; i++) engines.push(await world.working(app, { pay }, { leaseMs: LEASE_MS }));
  const run = await engines[0]!.start(app.order);
  await until('the effect', () => attempts.length > 0);
  const before = await names();
  const back = cutOff(engines, unreachable);
  await pause(2 * LEASE_MS);
  back();
  await pause(3 * LEASE_MS);
  expect(await names()).toEqual(before);
  paid.open('once');
  expect(await run.result()).toEqual(['paid', 'once']);
  expect(attempts).toEqual([42]);
});

test('a renewal that is not answered is made again at once, by another connection, before the lease has run out', async () => {
  const leaseMs = 900;
  const engine = world.engine({ leaseMs }).provide(app, { pay: () => 0 });
  const query = engine.connection.query.bind(engine.connection);
  const sent: number[] = [];
  const silent: (() => void)[] = [];
  vi.spyOn(engine.connection, 'query').mockImplementation((statement, values) => {
    if (statement.name !== 'perdure_renew_lease') return query(statement, values);
    if (sent.push(performance.now()) > 1) return query(statement, values);
    return new Promise((_, reject) => silent.push(() => unreachable().catch(reject)));
  });
  await engine.work();
  await until('the second renewal', () => sent.length === 2);
  // The first waits for a third of the lease; a pause of another third after that would be too long.
  expect(sent[1]! - sent[0]!).toBeLessThan(leaseMs / 2);
  for (const end of silent) end();
});

test('a worker that is cut off alone is taken for dead by who is not, and its run goes on there', async () => {
  const slow = gate<string>();
  const first = await world.working(app, { pay: { run: () => slow.promise, idempotent: true } }, { leaseMs: LEASE_MS });
  const run = await first.start(app.order);
  const second = await world.working(app, { pay: { run: () => 'by the second', idempotent: true } }, { leaseMs: LEASE_MS });
  cutOff([first], unreachable);
  expect(await (await second.run(run.id)).result()).toEqual(['paid', 'by the second']);
});

test('where the system does not say when a process has started, one that is there is alive', async () => {
  vi.spyOn(host, 'processStart').mockReturnValue(null);
  const first = await world.working(app, { pay: () => 0 }, { leaseMs: 60_000 });
  const second = await world.working(app, { pay: () => 0 }, { leaseMs: 60_000 });
  const before = await names();
  expect(before).toHaveLength(2);
  for (const engine of [first, second]) await engine.start(app.order).then((run) => run.result());
  await pause(100);
  expect(await names()).toEqual(before);
});
