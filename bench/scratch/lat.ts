import pg from 'pg';
import { openPostgres } from '../../runtime/store/postgres.ts';
import { migrate } from '../../runtime/store/migrate.ts';
import { commitCycle } from '../../runtime/store/queries/commit-cycles.ts';
import { createDatabase, startPostgres } from '../../test/support/postgres.ts';
import { randomUUID, createHash, randomBytes } from 'node:crypto';
const server = await startPostgres(process.argv[2] === 'off' ? { fsync: 'off', synchronous_commit: 'off' } : {});
const url = await createDatabase(server.url);
const sql = openPostgres(url); await migrate(sql);
const client = new pg.Client({ connectionString: url }); await client.connect();
const pool = new pg.Pool({ connectionString: url, max: 10 }); pool.on('error', () => {});
await client.query('CREATE TABLE bare (run text, n bigint, result json, at timestamptz DEFAULT now(), PRIMARY KEY (run, n))');
await client.query('CREATE TABLE tlog (uid uuid, seq bigint, hash bytea, at timestamptz DEFAULT clock_timestamp(), cause text, delta text, capture text, PRIMARY KEY (uid, seq))');
const cause = '{"kind":"result","request":12,"value":12}';
const delta = '{"requests":{"12":null,"13":{"effect":"bench/workflows/effects.wf.ts#step","args":[13],"at":1732543210123,"by":"3f2a1b9c","to":{"frame":{"@":3}}}},"edit":{"3":{"at":"step","set":{"sum":66,"i":13}}},"last":13}';
async function chain(q: (v: unknown[]) => Promise<any>, n: number) {
  const uid = randomUUID(); let prev = randomBytes(32);
  await client.query("INSERT INTO perdure.log (uid, seq, hash, cause, delta) VALUES ($1, 0, $2, '{}', '{}')", [uid, prev]);
  const from = performance.now();
  for (let i = 1; i <= n; i++) { const hash = createHash('sha256').update(prev).update(cause).update(delta).digest(); await q([uid, i, prev, hash, cause, delta, null]); prev = hash; }
  return (performance.now() - from) / n;
}
async function bare(n: number) { await client.query('TRUNCATE bare'); const from = performance.now(); for (let i = 0; i < n; i++) await client.query({ name: 'bare', text: 'INSERT INTO bare (run, n, result) VALUES ($1, $2, $3)', values: ['run', i, String(i)] }); return (performance.now() - from) / n; }
const sides: Record<string, () => Promise<number>> = {
  bare: () => bare(100),
  client: () => chain((v) => client.query({ name: 'cc', text: commitCycle.text, values: v }), 100),
  pool: () => chain((v) => pool.query({ name: 'cc', text: commitCycle.text, values: v }), 100),
  sql: () => chain((v) => sql.query(commitCycle, v), 100),
  noConflict: () => chain((v) => client.query({ name: 'nc', text: commitCycle.text.replace('ON CONFLICT DO NOTHING', ''), values: v }), 100),
  noReturning: () => chain((v) => client.query({ name: 'nr', text: commitCycle.text.replace('ON CONFLICT DO NOTHING', '').replace('RETURNING uid, seq', ''), values: v }), 100),
  ret1: () => chain((v) => client.query({ name: 'r1', text: commitCycle.text.replace('ON CONFLICT DO NOTHING', '').replace('RETURNING uid, seq', 'RETURNING 1 AS ok'), values: v }), 100),
  ret1c: () => chain((v) => client.query({ name: 'r1c', text: commitCycle.text.replace('RETURNING uid, seq', 'RETURNING 1 AS ok'), values: v }), 100),
  plain: () => chain((v) => client.query({ name: 'pl', text: 'INSERT INTO perdure.log (uid, seq, hash, cause, delta, capture) VALUES ($1,$2,$3,$4,$5,$6)', values: [v[0], v[1], v[3], v[4], v[5], v[6]] }), 100),
};

const all: Record<string, number[]> = {};
for (let r = 0; r < 40; r++) for (const [k, f] of Object.entries(sides)) { const t = await f(); if (r > 1) (all[k] ??= []).push(t); }
for (const [k, ts] of Object.entries(all)) { ts.sort((a, b) => a - b); console.log(k.padEnd(14), 'min', ts[0]!.toFixed(3), 'p25', ts[ts.length >> 2]!.toFixed(3), 'median', ts[ts.length >> 1]!.toFixed(3), 'ms'); }
await client.end(); await pool.end(); await sql.close(); await server.stop();
