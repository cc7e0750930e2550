import pg from 'pg';
import { open } from '../../runtime/client.ts';
import { createDatabase, startPostgres } from '../../test/support/postgres.ts';
import { publishAll } from '../../test/support/publish-all.ts';
import { compileModules, sourceFile } from '../compile.ts';
const server = await startPostgres(process.argv[2] === 'off' ? { fsync: 'off', synchronous_commit: 'off' } : {});
const url = await createDatabase(server.url);
const client = new pg.Client({ connectionString: url }); await client.connect();
await client.query('CREATE TABLE bare (run text, n bigint, result json, at timestamptz DEFAULT now(), PRIMARY KEY (run, n))');
const engine = await open({ store: url });
const sq = (engine as any).store.sql; const oq = sq.query.bind(sq); const T: Record<string, number[]> = {};
let lastEnd = 0; if (process.argv[4]) sq.query = async (st: any, v: any) => { const f = performance.now(); if (st.name === 'perdure_commit_cycle') (T['gap'] ??= []).push(f - lastEnd); const x = await oq(st, v); (T[st.name] ??= []).push(performance.now() - f); if (st.name === 'perdure_commit_cycle') lastEnd = performance.now(); return x; };
const module = publishAll(compileModules(sourceFile('workflows/effects')));
engine.provide({ ...module.exports, $perdure: module }, { step: (n: number) => n } as never);
await engine.work();
async function bare(n: number) { await client.query('TRUNCATE bare'); const from = performance.now(); for (let i = 0; i < n; i++) await client.query({ name: 'bare', text: 'INSERT INTO bare (run, n, result) VALUES ($1, $2, $3)', values: ['run', i, String(i)] }); return (performance.now() - from) / n; }
async function ours(n: number) { const from = performance.now(); const run = await engine.start(module.exports.main as any, { args: [n] }); await run.result(); return (performance.now() - from) / n; }
const N = Number(process.argv[3] ?? 400);
const a: number[] = [], b: number[] = [], r: number[] = [];
for (let i = 0; i < 22; i++) { const x = await bare(N), y = await ours(N); if (i > 2) { a.push(x); b.push(y); r.push(x / y); } }
const s = (v: number[]) => { v.sort((p, q) => p - q); return `min ${v[0]!.toFixed(3)} p25 ${v[v.length >> 2]!.toFixed(3)} median ${v[v.length >> 1]!.toFixed(3)}`; };
console.log('bare', s(a)); console.log('ours', s(b)); console.log('ratio', s(r), 'max', r.at(-1)!.toFixed(2));
for (const [k, v] of Object.entries(T)) { console.log(k.padEnd(32), String(v.length).padStart(6), s(v)); }
await engine.close(); await client.end(); await server.stop();
