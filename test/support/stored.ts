/**
 * The `store` execution: a fixture on the engine and a real PostgreSQL. Its worker is killed again and again, at
 * statements that a seed chooses, and a new one goes on.
 */
import { Engine } from '../../runtime/client.ts';
import { migrate } from '../../runtime/store/migrate.ts';
import { openPostgres } from '../../runtime/store/postgres.ts';
import type { Sql, Statement } from '../../runtime/store/sql.ts';
import type { StoredRun } from '../../runtime/store/runs.ts';
import { Store } from '../../runtime/store/store.ts';
import { fromDocument } from '../../runtime/codec/border.ts';
import type { Json } from '../../runtime/codec/format.ts';
import { hostProgram } from '../../runtime/publish.ts';
import { WORKER_DEFAULTS } from '../../runtime/worker/worker.ts';
import { freshDatabase } from './database.ts';
import { compileModules, EFFECTS, ending } from './harness.ts';
import { KillableSql } from './killable.ts';
import { publishEach } from './publish-all.ts';
import type { Message } from './oracle-waiting.ts';
import { Random } from './random.ts';

const OPTIONS = { ...WORKER_DEFAULTS, pollMs: 15, leaseMs: 60_000, restMs: 1, runsMax: 10 };

/** So many of the fixtures: a run that two lives in a row have held for nothing is tried in a process of its own, and that takes seconds. */
const TRIED = 0.1;
const FORGIVE: Statement = { name: 'test_forgive', text: 'UPDATE perdure.runs SET losses = 0, lost_at = NULL WHERE losses > 0' };

// Such a process has to read TypeScript.
if (!process.execArgv.includes('tsx')) process.execArgv.push('--import', 'tsx');

let sql: Promise<Sql> | null = null;

async function database(): Promise<Sql> {
  sql ??= freshDatabase().then(async (url) => {
    const opened = openPostgres(url);
    await migrate(opened);
    return opened;
  });
  return sql;
}

/** Runs `main` of a fixture to its end; returns what it printed, from the log, and how it ended. */
export async function runStored(file: string, root: string, messages: Message[] = []): Promise<string[]> {
  const shared = await database();
  const modules = compileModules(file, {}, root);
  const store = new Store(shared);
  const published = publishEach(modules);
  const module = published.at(-1)!;
  // By its name in the program: it dies in the same places wherever the checkout is.
  const random = new Random(module.manifest.id);
  const isTried = new Random(`${module.manifest.id}, tried`).chance(TRIED);
  const provideAll = (engine: Engine): void => {
    for (const each of published) {
      const implementations = each.manifest.effects.map((name) => [name, { run: EFFECTS[name]!, idempotent: true }]);
      engine.provide({ ...each.exports, $perdure: each }, Object.fromEntries(implementations) as never);
    }
  };
  const id = `${module.manifest.id}-${random.below(1e9)}`;
  if (messages.length > 0) {
    // Somebody who is not killed starts the run and sends to it, once.
    const sender = new Engine(new Store(new KillableSql(shared, null, () => {})), OPTIONS);
    provideAll(sender);
    const run = await sender.start(module.exports.main as () => Promise<unknown>, { id });
    for (const [channel, value] of messages) await run.send(channel, value);
    await sender.close();
  }

  for (let life = 1; ; life++) {
    let killed!: () => void;
    const death = new Promise<void>((resolve) => (killed = resolve));
    // The first lives are short; then one is long enough to get to the end.
    const killAt = life > 12 ? Number.POSITIVE_INFINITY : 4 + random.below(life * 4);
    const mortal = new Store(new KillableSql(shared, { at: killAt, fate: random.chance(0.5) ? 'dies after' : 'dies before' }, killed));
    const engine = new Engine(mortal, OPTIONS);
    provideAll(engine);
    const living = (async () => {
      await engine.work();
      const run = await engine.start(module.exports.main as () => Promise<unknown>, { id });
      await run.result().catch(() => {});
      await engine.close();
    })();
    await Promise.race([living, death]);
    const found = await store.runs.find(id);
    if (found && found.outcome !== null) return [...(await printed(store, found)), describeOutcome(found)];
    if (found?.status === 'parked') return [...(await printed(store, found)), `parked ${found.reason}`];
    for (const worker of await store.workers.list()) await store.workers.bury(worker.id);
    if (!isTried) await shared.query(FORGIVE, []);
  }
}

async function printed(store: Store, run: StoredRun): Promise<string[]> {
  const rows = await store.log.read(run.uid, 0, 100_000);
  return rows.flatMap(({ capture }) => {
    const { console = [] } = JSON.parse(capture ?? '{}') as { console?: [string, Json][] };
    return console.map(([, line]) => String(fromDocument(line, hostProgram, 'line')));
  });
}

const describeOutcome = (run: StoredRun): string => ending(JSON.parse(run.outcome!) as { ok: Json } | { error: Json }, hostProgram);
