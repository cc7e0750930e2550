/**
 * The order example in one process: a flaky shop, an engine, an order, its receipt.
 *
 *     node --import tsx --import perdure/register examples/order/main.ts
 */
import { open } from 'perdure/engine';
import { effectsFor } from './effects.ts';
import * as orders from './order.wf.ts';
import { serve, Shop } from './shop.ts';

const { url, server } = await serve(new Shop());
const engine = await open({ store: process.env.DATABASE_URL ?? '.perdure' });
engine.provide(orders, effectsFor(url));
await engine.work();

const run = await engine.start(orders.fulfil, {
  args: [
    {
      id: `order-${Date.now()}`,
      customer: 'ada',
      lines: [
        { sku: 'tea', count: 2, price: 450 },
        { sku: 'cup', count: 1, price: 1200 },
      ],
      grace: '1 second',
    },
  ],
});
console.log(await run.result());

await engine.close();
server.close();
