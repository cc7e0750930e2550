// The worker that is killed: node worker.mjs STORE MODULE JOURNAL. Starts what its parent asks for.
import { open, effectContext } from 'perdure/engine';

const [store, module, journal] = process.argv.slice(2);
const load = await import(module);

class Refused extends Error {}

async function happen(effect, run, step, amount) {
  const { idempotencyKey, attempt } = effectContext();
  const response = await fetch(journal, {
    method: 'POST',
    body: JSON.stringify({ key: idempotencyKey, attempt, effect, run, step, amount }),
  });
  const { value, refused } = await response.json();
  if (refused) throw new Refused('not now');
  return value;
}

const engine = await open({ store, poll: 50, rest: 30 });
// Workers are lost all the time here; most go on as if they were not, and begin runs before they are stored.
if (Math.random() < 0.7) engine.options.cautionMs = 0;
engine.provide(load, {
  pay: (...args) => happen('pay', ...args),
  note: { idempotent: true, run: (...args) => happen('note', ...args) },
  moody: { retry: { attempts: 20, delay: 5, backoff: 'fixed', when: (error) => error instanceof Refused }, run: (...args) => happen('moody', ...args) },
});
process.on('message', async ({ workflow, id, args }) => {
  await engine.start(load[workflow], { id, args });
  process.send({ started: id });
});
await engine.work();
process.send({ ready: true });
process.once('SIGTERM', async () => {
  await engine.close();
  process.exit(0);
});
