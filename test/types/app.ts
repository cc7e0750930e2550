/**
 * What apps write, as TypeScript sees it: what the documentation shows is accepted, and what cannot be is not. Never executed;
 * `test/types.test.ts` has it checked.
 */
import { effectContext, open, type Engine } from 'perdure/engine';
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

void open;
const wrongly = { render: { run: 5 } };
// @ts-expect-error: it is no function
engine.serve('gpu', wrongly);
