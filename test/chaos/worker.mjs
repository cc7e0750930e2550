// A worker of the chaos loop: node worker.mjs STORE MODULE JOURNAL. Starts what its parent asks for, until it is told to close.
import { effectContext, open } from 'perdure/engine';

const [store, module, journal] = process.argv.slice(2);
const load = await import(module);
const killed = await import(new URL('../kill/load.wf.js', module).href);
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

class Refused extends Error {}

async function happen(effect, run, step, amount, signal) {
  const { idempotencyKey, attempt } = effectContext();
  const response = await fetch(journal, {
    method: 'POST',
    signal,
    body: JSON.stringify({ key: idempotencyKey, attempt, effect, run, step, amount }),
  });
  const { value, refused } = await response.json();
  if (refused) throw new Refused('not now');
  return value;
}

async function book(client, run, step, amount) {
  const { idempotencyKey, attempt } = effectContext();
  await client.query('INSERT INTO bookings (key, attempt, run, step, amount) VALUES ($1, $2, $3, $4, $5)', [idempotencyKey, attempt, run, step, amount]);
  return amount * 3;
}

/** Whoever gets the token may be told too late, or never. */
async function approve(run, step, amount) {
  const { later, idempotencyKey: key, attempt } = effectContext();
  const token = await later({ expires: '2 seconds' });
  process.send({ approve: { token, key, attempt, effect: 'approve', run, step, amount } });
  return token;
}

/** As an app does that outlives its database. */
async function insist(body) {
  for (;;) {
    try {
      return await body();
    } catch (error) {
      if (!String(error.code).startsWith('store_')) throw error;
      await pause(50);
    }
  }
}

const engine = await insist(() => open({ store, poll: 200, rest: 40, lease: '2 seconds', connectionsMax: 6 }));
// Workers are lost all the time here; most go on as if they were not, and begin runs before they are stored.
if (Math.random() < 0.7) engine.options.cautionMs = 0;
engine.provide(killed, {
  pay: (...args) => happen('pay', ...args),
  note: { idempotent: true, run: (...args) => happen('note', ...args) },
  moody: { retry: { attempts: 40, delay: 5, backoff: 'fixed', when: (error) => error instanceof Refused }, run: (...args) => happen('moody', ...args) },
});
engine.provide(load, { book: { transaction: book }, carry: { queue: 'errands' }, approve });
// Told to stop, it does.
engine.serve('errands', { carry: (...args) => happen('carry', ...args, effectContext().signal) }, { concurrency: 3 });
process.on('message', ({ workflow, id, args, schedule }) => {
  void insist(() => (schedule ? engine.schedule(schedule, { cron: '* * * * *', workflow: load.tick, overlap: 'allow', backfill: '1 hour' }) : engine.start(load[workflow], { id, args }))).then(
    () => process.send({ started: id ?? schedule }),
    (error) => error.code === 'engine_closed' || process.send({ failed: `${id ?? schedule}: ${error.stack}` }),
  );
});
process.on('disconnect', () => process.exit(0));
await insist(() => engine.work());
process.send({ ready: true });
process.once('SIGTERM', async () => {
  await engine.close({ deadline: 2000 });
  process.exit(0);
});
