/** `queries/commit-cycles.ts` in memory. */
import { commitAnswers, commitCycle, commitCycles, commitEnds, readHash, writeImage } from '../queries/commit-cycles.ts';
import type { Commit } from '../log.ts';
import type { RunStatus } from '../runs.ts';
import type { Row } from '../sql.ts';
import { dropErrandsOf } from './errands.ts';
import { checkJson, on, refused, type Implementation } from './implementation.ts';
import { channelKey, type Tables } from './tables.ts';

type Step = Pick<Commit, 'uid' | 'seq' | 'prev' | 'hash' | 'cause' | 'delta' | 'capture' | 'worker'>;

type Columns = [
  uid: string[],
  seq: number[],
  prev: Buffer[],
  hash: Buffer[],
  cause: string[],
  delta: string[],
  capture: (string | null)[],
  worker: string[],
];

const stepsOf = ([uid, seq, prev, hash, cause, delta, capture, worker]: Columns): Step[] =>
  uid.map((_, i) => ({
    uid: uid[i]!,
    seq: seq[i]!,
    prev: prev[i]!,
    hash: hash[i]!,
    cause: cause[i]!,
    delta: delta[i]!,
    capture: capture[i]!,
    worker: worker[i]!,
  }));

/** Whether a step builds on what was there before the statement, and its worker holds the run. */
const builds = ({ log, runs }: Tables, { uid, seq, prev, worker }: Step): boolean =>
  log.of(uid).get(seq - 1)?.hash === prev.toString('hex') && runs.byUid.get(uid)?.worker === worker;

/** The steps that go in; none does if there is such a row already. */
function fitting<S extends Step>(tables: Tables, steps: S[]): S[] {
  const fit = steps.filter((step) => builds(tables, step));
  const isNew = fit.every(({ uid, seq }) => tables.log.of(uid).get(seq) === undefined) && new Set(fit.map(({ uid, seq }) => `${uid} ${seq}`)).size === fit.length;
  if (!isNew) throw refused('23505', 'duplicate key value violates unique constraint "log_pkey"');
  return fit;
}

const check = ({ cause, delta, capture }: Step): void => [cause, delta, capture].forEach(checkJson);

/** Inserts steps that fit and whose documents are fine. */
function append({ log, now }: Tables, steps: Step[]): void {
  for (const { uid, seq, hash, cause, delta, capture } of steps) log.of(uid).insert(seq, { hash: hash.toString('hex'), at: now(), cause, delta, capture });
}

/** Which of the `count` steps went in, and which could not because their runs are locked. */
const which = (done: Step[], count: number, locked: Step[] = []): Row[] => [
  { written: done.length, hashes: done.length < count ? hashesOf(done) : null, locked: done.length < count ? hashesOf(locked) : null },
];
const hashesOf = (steps: Step[]): string => steps.map(({ hash }) => hash.toString('hex')).join(',');

function commit(tables: Tables, steps: Step[]): Step[] {
  const fit = fitting(tables, steps);
  fit.forEach(check);
  append(tables, fit);
  return fit;
}

interface End extends Step {
  status: RunStatus | null;
  outcome: string | null;
  mail: number | null;
  settled: Set<number>;
}

/** What else belongs to a step that went in. */
function conclude(tables: Tables, { uid, status, outcome, mail, settled }: End): void {
  const { runs, inbox, claims, now } = tables;
  const run = runs.byUid.get(uid);
  if (run && outcome !== null) runs.change(run, { outcome });
  if (run && status !== null) runs.change(run, { status, worker: null, wakeAt: null, finishedAt: now() });
  if (mail !== null) inbox.of(uid).delete(Number.NEGATIVE_INFINITY, mail);
  const isUnwanted = (request: number): boolean => status !== null || settled.has(request);
  dropErrandsOf(tables, uid, isUnwanted);
  const table = claims.of(uid);
  table.splice(0, table.length, ...table.filter(({ request }) => !isUnwanted(request)));
}

type EndColumns = [...Columns, (RunStatus | null)[], (string | null)[], (number | null)[], settledOf: string[], settled: number[]];

function endsOf(values: EndColumns): End[] {
  const [, , , , , , , , status, outcome, mail, settledOf, settled] = values;
  return stepsOf(values.slice(0, 8) as Columns).map((step, i) => ({
    ...step,
    status: status[i]!,
    outcome: outcome[i]!,
    mail: mail[i]!,
    settled: new Set(settled.filter((_, j) => settledOf[j] === step.uid)),
  }));
}

function commitEnding<S extends End>(tables: Tables, steps: S[]): { done: S[]; locked: S[] } {
  const ends = ({ uid, status, outcome }: S): boolean => (status !== null || outcome !== null) && tables.runs.byUid.has(uid);
  const locked = steps.filter((step) => ends(step) && tables.isLocked(step.uid));
  const fit = fitting(tables, steps.filter((step) => !locked.includes(step)));
  for (const step of fit) {
    check(step);
    checkJson(step.outcome);
  }
  append(tables, fit);
  for (const step of fit) conclude(tables, step);
  return { done: fit, locked };
}

/** Questions that nobody has answered before are answered. */
function answer({ asks }: Tables, { uid, replies }: { uid: string; replies: string | null }): void {
  const known = asks.of(uid);
  for (const { channel, key, reply } of JSON.parse(replies ?? '[]') as { channel: string; key: string; reply: string }[]) {
    if (known.get(channelKey(channel, key)) === null) known.set(channelKey(channel, key), reply);
  }
}

export const committing: Implementation[] = [
  on(
    commitCycle,
    (
      tables,
      uid: string,
      seq: number,
      prev: Buffer,
      hash: Buffer,
      cause: string,
      delta: string,
      capture: string | null,
      worker: string,
    ) => {
      const step = { uid, seq, prev, hash, cause, delta, capture, worker };
      if (!builds(tables, step)) throw refused('23502', 'null value in column "hash" of relation "log" violates not-null constraint');
      commit(tables, [step]);
      return [];
    },
  ),

  on(commitCycles, (tables, ...columns: Columns) => which(commit(tables, stepsOf(columns)), columns[0].length)),

  on(commitEnds, (tables, ...values: EndColumns) => {
    const { done, locked } = commitEnding(tables, endsOf(values));
    return which(done, values[0].length, locked);
  }),

  on(commitAnswers, (tables, ...values: [...EndColumns, (string | null)[]]) => {
    const replies = values[13];
    const steps = endsOf(values.slice(0, 13) as EndColumns).map((step, i) => ({ ...step, replies: replies[i]! }));
    for (const { replies: text } of steps) checkJson(text);
    const { done, locked } = commitEnding(tables, steps);
    for (const step of done) answer(tables, step);
    return which(done, steps.length, locked);
  }),

  on(readHash, ({ log }, uid: string, seq: number) => {
    const row = log.of(uid).get(seq);
    return row ? [{ hash: row.hash }] : [];
  }),

  on(writeImage, ({ images, runs }, uid: string, seq: number, state: string, worker: string) => {
    checkJson(state);
    if (runs.byUid.get(uid)?.worker !== worker) return [];
    const table = images.of(uid);
    table.insert(seq, state);
    const before = table.last(seq - 1);
    if (before) table.delete(1, before.n - 1);
    return [];
  }),
];
