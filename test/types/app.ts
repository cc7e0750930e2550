/**
 * What apps write, as TypeScript sees it: what the documentation shows is accepted, and what cannot be is not. Never executed;
 * `test/types.test.ts` has it checked.
 */
import { effectContext, type Engine, type RunPage } from 'perdure/engine';
import * as shop from './shop.wf.ts';

declare const engine: Engine;
declare const mail: { send(to: string, text: string): Promise<void> };
declare const gpu: { render(scene: string): Promise<Uint8Array> };

// ——— Effects that are completed later: docs/engine.md#completed-later ———

engine.provide(shop, {
  approve: async (order) => {
    const { later } = effectContext();
    const token = await later({ expires: '7 days' });
    await mail.send(order.id, `https://shop.example/approve?token=${token}`);
    return token;
  },
});
engine.provide(shop, { approve: { run: async (order) => (order.total < 100 ? true : effectContext().later()), timeout: '1 minute' } });
engine.provide(shop, {
  // @ts-expect-error: it has no token, and returns nothing
  approve: async (order) => {
    await mail.send(order.id, 'Well?');
  },
  // @ts-expect-error: a text is no token
  charge: async () => 'a token',
});
engine.provide(shop, {
  // @ts-expect-error: a transaction is not completed later
  approve: { transaction: async () => effectContext().later() },
});

// ——— Queues: docs/engine.md#queues ———

engine.provide(shop, { render: { queue: 'gpu' } });
engine.serve('gpu', { render: { run: (scene) => gpu.render(scene), idempotent: true, retry: { attempts: 3 } } }, { concurrency: 2 });
engine.serve('gpu', { render: (scene: string) => gpu.render(scene), 'src/films.wf.ts#count': async (scene: string, n: number) => scene.length + n });
engine.serve<typeof import('./shop.wf.ts')>('gpu', { render: (scene) => gpu.render(scene) });
engine.serve<typeof shop>('gpu', { 'test/types/shop.wf.ts#render': { run: (scene) => gpu.render(scene), timeout: '1 hour' } });
engine.serve<typeof shop>('gpu', {
  // @ts-expect-error: it renders no text
  render: async (scene) => scene.trim(),
  // @ts-expect-error: it renders no text
  'test/types/shop.wf.ts#render': async (scene) => scene.trim(),
});
// @ts-expect-error: there is no such effect
engine.serve<typeof shop>('gpu', { 'test/types/shop.wf.ts#paint': async () => 1 });
const wrongly = { render: { run: 5 } };
// @ts-expect-error: it is no function
engine.serve('gpu', wrongly);

// ——— Starts ———

declare const client: import('perdure/engine').SqlClient;
const order = { id: '42', total: 7 };

export async function starts(): Promise<void> {
  const receipt: string = await (await engine.start(shop.fulfil, { id: 'order-42', args: [order] })).result();
  const swept: number = await (await engine.start(shop.sweep)).result();
  await engine.start(shop.sweep, { id: 'sweep', tags: { receipt, swept } });
  await engine.start(shop.sweep, { args: [3] });
  await engine.startIn(client, shop.fulfil, { args: [order] });
  await engine.startIn(client, shop.sweep);
  await engine.startMany(shop.fulfil, [{ id: 'a', args: [order] }, { args: [order], tags: { a: true } }], { onConflict: 'return' });
  await engine.startMany(shop.sweep, [{ id: 'b' }, { args: [1] }]);
  await engine.sendWithStart(shop.fulfil, { id: 'c', args: [order] }, shop.notes, 'now', { key: 'k' });
  await engine.schedule('nightly', { cron: '@daily', workflow: shop.sweep });
  await engine.schedule('nightly', { cron: '@daily', workflow: shop.fulfil, args: [order] });
  const options: import('perdure/engine').StartOptions<[order: typeof order]> = { args: [order], send: [[shop.notes, 'now']] };
  await engine.start(shop.fulfil, options);

  // @ts-expect-error: it needs an order
  await engine.start(shop.fulfil);
  // @ts-expect-error: it needs an order
  await engine.start(shop.fulfil, {});
  // @ts-expect-error: it needs an order
  await engine.start(shop.fulfil, { id: 'order-42', args: [] });
  // @ts-expect-error: that is no order
  await engine.start(shop.fulfil, { args: ['42'] });
  // @ts-expect-error: that is no number
  await engine.start(shop.sweep, { args: ['3'] });
  // @ts-expect-error: there is no such option
  await engine.start(shop.sweep, { arg: [3] });
  // @ts-expect-error: it needs an order
  await engine.startIn(client, shop.fulfil);
  // @ts-expect-error: it needs an order
  await engine.startMany(shop.fulfil, [{ id: 'a' }]);
  // @ts-expect-error: it needs an order
  await engine.sendWithStart(shop.fulfil, { id: 'c' }, shop.notes, 'now');
  // @ts-expect-error: a run that is there gets the message
  await engine.sendWithStart(shop.fulfil, { id: 'c', args: [order], onConflict: 'fail' }, shop.notes, 'now');
  await engine.sendWithStart(shop.fulfil, { id: 'c', args: [order], onConflict: 'replace-finished' }, shop.notes, 'now');
  // @ts-expect-error: it needs an order
  await engine.schedule('nightly', { cron: '@daily', workflow: shop.fulfil });
  // @ts-expect-error: that is no order
  await engine.schedule('nightly', { cron: '@daily', workflow: shop.fulfil, args: ['42'] });
}

export async function messages(): Promise<void> {
  const run = await engine.start(shop.fulfil, { args: [order], send: [[shop.notes, 'now', { key: 'k' }], [shop.counts, 3], ['prices', { item: 'tea' }]] });
  await engine.start(shop.sweep, { send: [[shop.counts, 3]] });
  await engine.startIn(client, shop.fulfil, { args: [order], send: [[shop.notes, 'now'], ['notes', 'by name']] });
  await engine.startMany(shop.fulfil, [{ args: [order], send: [[shop.notes, 'now']] }, { args: [order], send: [[shop.counts, 1], [shop.notes, 'x']] }]);
  await engine.sendWithStart(shop.fulfil, { id: 'c', args: [order], send: [[shop.counts, 3], [shop.notes, 'x']] }, shop.notes, 'now');
  await run.send(shop.notes, 'now');

  // @ts-expect-error: that is no text
  await engine.start(shop.fulfil, { args: [order], send: [[shop.counts, 1], [shop.notes, 5]] });
  // @ts-expect-error: questions are asked
  await engine.start(shop.sweep, { send: [[shop.prices, { item: 'tea' }]] });
  // @ts-expect-error: that is no text
  await engine.startIn(client, shop.fulfil, { args: [order], send: [[shop.notes, 5]] });
  // @ts-expect-error: that is no text
  await engine.sendWithStart(shop.fulfil, { id: 'c', args: [order], send: [[shop.notes, 5]] }, shop.notes, 'now');
  // @ts-expect-error: that is no text
  await engine.sendWithStart(shop.fulfil, { id: 'c', args: [order] }, shop.notes, 5);
  // @ts-expect-error: that is no text
  await run.send(shop.notes, 5);
  // @ts-expect-error: what is received with a timeout may be undefined, what is sent may not
  await run.send(shop.notes, undefined);
  // @ts-expect-error: questions are asked
  await run.send(shop.prices, { item: 'tea' });
  const price: number = await run.ask(shop.prices, { item: 'tea' });
  // @ts-expect-error: that is no question
  await run.ask(shop.prices, { name: 'tea', price });
}
export async function many(runs: { id: string; args: [typeof order] }[], named: readonly { id: string }[]): Promise<void> {
  await engine.startMany(shop.fulfil, runs);
  await engine.startMany(shop.sweep, named);
  await engine.startMany(shop.fulfil, named.map(({ id }) => ({ id, args: [order], send: [['notes', 'x']] })));
  await engine.startMany(shop.fulfil, named.map(({ id }) => ({ id, args: [order] })));
  // @ts-expect-error: they need an order
  await engine.startMany(shop.fulfil, named);
}

export async function pages(): Promise<void> {
  for (let cursor; ; ) {
    const page = await engine.list({ status: 'failed', tags: { customer: 42 }, cursor });
    if (!(cursor = page.cursor)) break;
  }
  let cursor: string | null = null;
  do {
    const page: RunPage = await engine.list({ cursor });
    cursor = page.cursor;
  } while (cursor);
}

// ——— Helpers of apps, over any workflow ———

type Workflow<A extends unknown[], R> = (...args: A) => Promise<R>;

export const begin = <A extends unknown[], R>(workflow: Workflow<A, R>, ...args: A) => engine.start(workflow, { args, tags: { tenant: 7 } });
export const beginAs = <A extends unknown[], R>(id: string, workflow: Workflow<A, R>, args: A) => engine.startIn(client, workflow, { id, args });
export const beginMany = <A extends unknown[], R>(workflow: Workflow<A, R>, all: A[]) => engine.startMany(workflow, all.map((args) => ({ args })));
export const tell = <A extends unknown[], R>(id: string, workflow: Workflow<A, R>, args: A) => engine.sendWithStart(workflow, { id, args }, shop.notes, 'x');
export const daily = <A extends unknown[], R>(id: string, workflow: Workflow<A, R>, args: A) => engine.schedule(id, { cron: '@daily', workflow, args });
export const explicit = () => engine.start<[typeof order], string>(shop.fulfil, { args: [order], send: [[shop.notes, 'x']] });
export const byName = async () => (await engine.run('order-42')).send<string>('notes', 'x');
