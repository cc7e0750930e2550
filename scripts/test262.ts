/**
 * Conformance: tests of tc39/test262, each compiled as a workflow and compared with plain Node. See docs/conformance.md.
 *
 *     npm run test262 -- --dir CHECKOUT [--list FILE]… [--lists DIR --tier NAME,…] [--grep TEXT] [TEST…]
 *         [--sample N] [--mode plain|every|delta] [--inject none|stmt|expr] [--seed N] [--jobs N] [--timeout MS]
 *         [--json OUT] [--verbose]
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { hash } from '../test/conformance/hash.ts';
import type { Injection } from '../test/conformance/inject.ts';
import type { Task } from '../test/conformance/judge.ts';
import { judgeAll } from '../test/conformance/pool.ts';
import { printSummary, summarise } from '../test/conformance/report.ts';
import type { Judged } from '../test/conformance/verdict.ts';
import type { Mode } from '../test/support/harness.ts';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    dir: { type: 'string', default: process.env.TEST262_DIR ?? '' },
    list: { type: 'string', multiple: true, default: [] },
    lists: { type: 'string', default: process.env.TEST262_LISTS ?? '.' },
    tier: { type: 'string', default: '' },
    grep: { type: 'string' },
    sample: { type: 'string', default: '1' },
    mode: { type: 'string', default: 'plain' },
    inject: { type: 'string', default: 'none' },
    seed: { type: 'string', default: '1' },
    jobs: { type: 'string', default: String(availableParallelism()) },
    timeout: { type: 'string', default: '60000' },
    json: { type: 'string' },
    verbose: { type: 'boolean', default: false },
  },
});

/** How many of the places where `await` may stand get one. */
const SHARE = 0.3;
const PROGRESS_MS = 30_000;

const checkout = resolve(options.dir);
if (options.dir === '' || !existsSync(join(checkout, 'test/language'))) usage('--dir must name a checkout of tc39/test262');
if (!['plain', 'every', 'delta'].includes(options.mode)) usage(`no mode ${options.mode}`);
if (!['none', 'stmt', 'expr'].includes(options.inject)) usage(`no injection ${options.inject}`);

const task: Task = {
  checkout,
  mode: options.mode as Mode,
  injection: { kind: options.inject as Injection['kind'], seed: Number(options.seed), share: SHARE },
};

const results = new Map<string, Judged>();
const lists = chosenLists();
const paths = [...new Set([...lists.values()].flat())];
const started = Date.now();
let told = started;
let [done, wrongSoFar] = [0, 0];
await judgeAll(paths, task, {
  jobs: Number(options.jobs),
  timeoutMs: Number(options.timeout),
  judged(judged) {
    results.set(judged.path, judged);
    done++;
    if (judged.verdict.kind === 'wrong') wrongSoFar++;
    if (Date.now() - told < PROGRESS_MS) return;
    told = Date.now();
    process.stderr.write(`${done} of ${paths.length}, ${wrongSoFar} wrong\n`);
  },
});

const single = positionals.length > 0 && !options.list.length && options.tier === '';
if (single) for (const { path, verdict } of results.values()) console.log(`${path}: ${describe(verdict)}`);
const how = `mode ${task.mode}, inject ${task.injection.kind}${task.injection.kind === 'none' ? '' : `, seed ${task.injection.seed}`}`;
const everything = summarise([...results.values()]);
for (const [name, tests] of lists) {
  console.log(printSummary(`${name}, ${how}`, summarise(tests.map((path) => results.get(path)!)), { all: options.verbose }));
}
if (options.json) {
  const { unseen: _, ...published } = everything;
  writeFileSync(options.json, JSON.stringify(published, null, 1));
}
const { passed, rejected, wrong, skipped } = everything;
console.log(`test262: ${passed} passed, ${rejected.length} rejected, ${wrong.length} wrong, ${skipped.length} skipped of ${paths.length} in ${Math.round((Date.now() - started) / 1000)} s`);
process.exitCode = wrong.length > 0 || paths.length === 0 ? 1 : 0;

function describe(verdict: Judged['verdict']): string {
  if (verdict.kind === 'wrong') return `wrong: ${verdict.reason}${verdict.stack ? `\n${verdict.stack}` : ''}`;
  return verdict.kind === 'passed' ? 'passed' : `${verdict.kind}: ${verdict.kind === 'rejected' ? verdict.code : verdict.reason}`;
}

/** The tests to judge, by the list they are in. */
function chosenLists(): Map<string, string[]> {
  const out = new Map<string, string[]>();
  const add = (name: string, tests: string[]): void => {
    const chosen = (path: string): boolean => (options.grep === undefined || path.includes(options.grep)) && hash(`sample ${path}`) * Number(options.sample) < 1;
    out.set(name, [...new Set(tests)].filter(chosen).sort());
  };
  for (const file of [...options.list, ...options.tier.split(',').filter(Boolean).map(tierFile)]) add(basename(file, '.txt'), readList(file));
  if (positionals.length > 0) add('named', positionals);
  if (out.size === 0) add('all', testsIn('test/language').concat(testsIn('test/built-ins')));
  const unsafe = join(options.lists, 'injection-unsafe.txt');
  if (options.inject !== 'none' && existsSync(unsafe)) {
    const excluded = new Set(readList(unsafe));
    for (const [name, tests] of out) out.set(name, tests.filter((path) => !excluded.has(path)));
  }
  return out;
}

function tierFile(name: string): string {
  const found = [`tier-${name}.txt`, `open-${name}.txt`, `${name}.txt`].map((file) => join(options.lists, file)).find((file) => existsSync(file));
  return found ?? usage(`no list for the tier ${name} in ${options.lists}`);
}

/** One path a line; `#` begins a comment. */
function readList(file: string): string[] {
  return readFileSync(file, 'utf8').split('\n').map((line) => line.replace(/#.*/, '').trim()).filter((line) => line !== '');
}

function testsIn(folder: string): string[] {
  return readdirSync(join(checkout, folder), { recursive: true })
    .map((name) => `${folder}/${String(name)}`)
    .filter((name) => name.endsWith('.js') && !name.includes('_FIXTURE'));
}

function usage(problem: string): never {
  console.error(problem);
  process.exit(2);
}
