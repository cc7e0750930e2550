/**
 * The worker of the order example: executes the runs in a store until it is told to stop.
 *
 *     SHOP=http://127.0.0.1:8080 node --import tsx --import perdure/register examples/order/worker.ts
 */
import { open } from 'perdure/engine';
import { effectsFor } from './effects.ts';
import * as orders from './order.wf.ts';

const engine = await open({ store: process.env.DATABASE_URL ?? '.perdure' });
engine.provide(orders, effectsFor(process.env.SHOP ?? 'http://127.0.0.1:8080'));
await engine.work();
console.log(`worker ${process.pid} is ready`);

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void engine.close());
}
