// The worker of the soak: node --expose-gc worker.mjs STORE MODULE. Tells its memory when it is asked.
import { open } from 'perdure/engine';

const [store, module] = process.argv.slice(2);
const load = await import(module);
const engine = await open({ store, retention: { completed: '20 seconds' } });
let times = 0;
engine.provide(load, {
  act: {
    retry: { attempts: 3, delay: 10 },
    run: (step) => {
      if (++times % 20 === 0) throw new Error('now and then');
      return step;
    },
  },
});
process.on('message', () => {
  globalThis.gc();
  const { heapUsed, rss } = process.memoryUsage();
  process.send({ heapUsed, rss });
});
process.on('disconnect', () => process.exit(0));
await engine.work();
process.send({ ready: true });
