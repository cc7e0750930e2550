import { Engine } from '../../runtime/client.ts';
import { Store } from '../../runtime/store/store.ts';
import type { Sql } from '../../runtime/store/sql.ts';
import { WORKER_DEFAULTS } from '../../runtime/worker/worker.ts';
import { publishAll } from '../../test/support/publish-all.ts';
import { compileModules, sourceFile } from '../compile.ts';

const runs = new Map<string, any>();
const byId = new Map<string, any>();
const due: any[] = [];
const counts: Record<string, number> = {};
const sql: Sql = {
  kind: 'postgres',
  async query({ name }, v: any[]) {
    counts[name] = (counts[name] ?? 0) + 1;
    await new Promise<void>((r) => setImmediate(r));
    switch (name) {
      case 'perdure_start_run': { const r = { uid: v[0], id: v[1], workflow: v[2], entry: v[3], artifact: v[4], args_hash: v[5].toString('hex'), hash: v[6].toString('hex'), cause: v[7], mail: 0, status: 'running', worker: v[8] ?? null, outcome: null, created_ms: 0 }; runs.set(v[0], r); byId.set(v[1], r); if (!v[8]) due.push(r); return [{ uid: v[0] }]; }
      case 'perdure_claim_runs': { const out = due.splice(0, v[2]); for (const r of out) r.worker = v[0]; return out; }
      case 'perdure_load_run': { const r = runs.get(v[0]); return [{ part: 2, n: 0, hash: r.hash, a: '{}', b: r.cause }]; }
      case 'perdure_commit_cycle': return [{ uid: v[0], seq: v[1] }];
      case 'perdure_commit_cycles': return v[0].map((uid: string, i: number) => ({ uid, seq: v[1][i] }));
      case 'perdure_commit_ends': v[0].forEach((uid: string, i: number) => { if (v[7][i]) { const r = runs.get(uid); r.status = v[7][i]; } if (v[8][i]) runs.get(uid).outcome = v[8][i]; }); return v[0].map((uid: string, i: number) => ({ uid, seq: v[1][i] }));
      case 'perdure_find_run': return [byId.get(v[0])];
      case 'perdure_read_clock': return [{ now_ms: Date.now() }];
      case 'perdure_renew_lease': return [{ now_ms: Date.now() }];
      case 'perdure_next_due': return [{ in_ms: null }];
      default: return [];
    }
  },
  async script() {}, onActivity: () => () => {}, announce() {}, async close() {},
};
const store = new Store(sql);
const engine = new Engine(store, WORKER_DEFAULTS);
const module = publishAll(compileModules(sourceFile('workflows/effects')));
engine.provide({ ...module.exports, $perdure: module }, { step: (n: number) => n } as never);
await engine.work();
async function inFlight(count: number, atOnce: number, body: (n: number) => Promise<void>): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => { while (next < count) await body(next++); };
  await Promise.all(Array.from({ length: atOnce }, lane));
}
const [, , atOnceText = '50', totalText = '1000', stepsText = '10'] = process.argv;
const total = Number(totalText), STEPS = Number(stepsText);
for (let round = 0; round < 6; round++) {
  const from = performance.now(); const cpu = process.cpuUsage();
  await inFlight(total, Number(atOnceText), async () => {
    const run = await engine.start(module.exports.main as any, { args: [STEPS] });
    await run.result();
  });
  const { user, system } = process.cpuUsage(cpu);
  console.log(`${atOnceText} in flight: ${Math.round((total * STEPS / (performance.now() - from)) * 1000)} steps/s, cpu ${((user + system) / (total * STEPS)).toFixed(1)} µs/step`);
}
console.log(counts);
await engine.close();
