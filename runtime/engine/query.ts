/**
 * Questions to a run that are answered from its stored state: no worker is needed, the run is not woken, and nothing is
 * written. The state is restored into a heap of its own, the function of the query is called there as in a cycle, and
 * with the answer all of it is thrown away, what the function has changed included.
 *
 * It may not ask for anything: effects, sleeps, messages and children are refused by faults, which no `catch` of the
 * program sees.
 */
import { Query } from '../builtins/query.ts';
import { fromDocument, toDocument } from '../codec/border.ts';
import { errorDocument, type OutcomeDocument } from '../codec/outcome.ts';
import { Unstorable } from '../codec/unstorable.ts';
import type { Json, StateDocument } from '../codec/format.ts';
import { Fault, PerdureError } from '../errors.ts';
import { inSourceWords } from '../machine/engine-words.ts';
import { clearJobs } from '../machine/jobs.ts';
import { type Host, raise, registers } from '../machine/registers.ts';
import { inRun } from './cycle.ts';
import { pathWithin } from './path.ts';
import type { Program } from './program.ts';
import { Run } from './run.ts';
import { withStacks } from './stacks.ts';
import { withinTime } from './time-limit.ts';

export interface Question {
  /** As `queryNamed` has found it. */
  query: Query;
  args: Json;
  /** By the database's clock. */
  nowMs: number;
  limitMs: number;
  /** What its console prints. */
  print(level: string, line: unknown): void;
}

/** All queries of a program: `src/order.wf.ts#progress`. */
const queriesOf = (program: Program): string[] =>
  [...program.modules.values()].flatMap(({ id, manifest }) => manifest.queries.map((name) => `${id}#${name}`));

/** A query by `module#name`, or by its name if there is only one of it. Throws `unknown_query`. */
export function queryNamed(program: Program, name: string): Query {
  const all = queriesOf(program);
  const meant = all.filter((id) => id === name || id.slice(id.indexOf('#') + 1) === name);
  const query = meant.length === 1 ? program.named(meant[0]!) : undefined;
  if (query instanceof Query) return query;
  if (meant.length > 1) throw new PerdureError('unknown_query', `Several modules have a query '${name}': say which, ${meant.join(' or ')}.`);
  const known = all.length > 0 ? `It has ${all.join(', ')}.` : 'It has none.';
  throw new PerdureError('unknown_query', `The program of the run has no query '${name}'. ${known}`);
}

/** Has the program come to its first wait, or its end? Before that its variables have no values. */
export const hasBegun = (program: Program, state: StateDocument): boolean =>
  [...program.modules.values()].every(({ id, manifest }) => manifest.slots.length === 0 || id in state.modules);

/**
 * What a query answers to this state, which is taken apart; or what it throws. Throws `query_waits`, `query_time`,
 * `query_answer`.
 */
export function answerQuery(program: Program, state: StateDocument, { query, args, nowMs, limitMs, print }: Question): OutcomeDocument {
  const run = Run.restore(program, state);
  run.begin({ now: () => nowMs, latest: () => nowMs });
  let answer: OutcomeDocument | undefined;
  const inTime = withinTime(limitMs, () => {
    answer = withStacks(() => ask(run, query, args));
  });
  if (!inTime) throw new PerdureError('query_time', `The query was stopped after ${limitMs} ms. A loop without end?`);
  for (const [level, line] of run.capture.document?.console ?? []) print(level, line);
  return answer!;
}

function ask(run: Run, query: Query, args: Json): OutcomeDocument {
  let answer: OutcomeDocument | undefined;
  try {
    inRun(run, () => (answer = called(run.program, query, fromDocument(args, run.program, 'args') as unknown[])), asking(run));
  } finally {
    // What it has begun is forgotten with it.
    clearJobs();
  }
  return answer!;
}

function called(program: Program, query: Query, args: unknown[]): OutcomeDocument {
  let value: unknown;
  try {
    value = Query.ask(query, args);
    return { ok: toDocument(value, program) };
  } catch (error) {
    if (registers.fault !== null) throw error;
    if (!(error instanceof Unstorable)) return { error: errorDocument(inSourceWords(error), program) };
    throw new PerdureError('query_answer', `The answer cannot leave the workflow: ${pathWithin(value, 'answer', error.value)}: ${error.message}.`);
  }
}

/** A run as a query meets it. */
function asking(run: Run): Host {
  const refuse = (what: string): never =>
    raise(new Fault('query_waits', `A query answers at once, of the state as it is: it cannot use ${what}.`));
  return {
    request: (request) => refuse(request.kind === 'effect' ? `the effect ${request.name}` : WORDS[request.kind]),
    answer: () => refuse('`reply`'),
    now: () => run.now(),
    random: () => run.random(),
    randomUUID: () => run.randomUUID(),
    print: (level, args) => run.print(level, args),
    stamp: (object) => run.stamp(object),
    get scoping() {
      return refuse('scopes');
    },
  };
}

const WORDS = {
  sleep: '`sleep`',
  receive: '`receive`',
  start: '`start`',
  tell: 'the handle of a child',
  end: 'the handle of a child',
} as const;
