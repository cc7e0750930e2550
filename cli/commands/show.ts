/**
 * `perdure show RUN`: what a run is doing, in source terms; with `--at N`, what it was doing after cycle N.
 */
import { inspectRun, type Inspection, type ShownRequest, type ShownScope, type ShownTask } from '../../runtime/engine/inspect.ts';
import { showDocument } from '../../runtime/engine/show-document.ts';
import type { Json } from '../../runtime/codec/format.ts';
import type { ShownErrand } from '../../runtime/store/errands.ts';
import type { StoredRun } from '../../runtime/store/runs.ts';
import { causesText } from '../cause-text.ts';
import { familyOf, printChildren, type Family } from '../family.ts';
import { findRun, STORE_HELP, STORE_OPTION, wholeNumber, withStore, type Command } from '../command.ts';
import { ago, bold, count, cyan, dim, duration, green, plain, print, printFitting, printJson, printTable, red, time, yellow } from '../terminal.ts';
import { statusText, tokenText, toJson } from './list.ts';

export const show: Command = {
  name: 'show',
  summary: 'Show what a run is doing: stacks, variables, what it waits for',
  args: [{ name: 'RUN', help: 'the id of the run' }],
  options: { ...STORE_OPTION, at: { type: 'string' }, depth: { type: 'string' } },
  help: {
    ...STORE_HELP,
    at: ['CYCLE', 'Show it as it was after this cycle; `perdure logs` has the numbers'],
    depth: ['N', 'How deep objects are shown. Default: 3'],
  },
  examples: ['show order-42', 'show order-42 --at 1'],
  async run(values, [id]) {
    const at = wholeNumber(values.at, '--at');
    const depth = wholeNumber(values.depth, '--depth');
    const { run, inspection, family } = await withStore(values, async (store) => {
      const found = await findRun(store, id!);
      const options = { ...(at === undefined ? {} : { at }), ...(depth === undefined ? {} : { limits: { depth } }) };
      return { run: found, inspection: await inspectRun(store, found, options), family: await familyOf(store, found) };
    });
    if (values.json) printJson({ ...toJson(run), ...family, ...inspectionJson(inspection) });
    else printRun(run, inspection, family, at);
    return 0;
  },
};

const iso = (ms: number): string => new Date(ms).toISOString();

const inspectionJson = (inspection: Inspection): object => ({
  ...inspection,
  requests: inspection.requests.map(requestJson),
  inbox: inspection.inbox.map(({ entry }) => JSON.parse(entry) as unknown),
});

const requestJson = (request: ShownRequest): object => ({
  ...request,
  since: iso(request.since),
  due: request.due === null ? null : iso(request.due),
  retryAt: request.retryAt === null ? null : iso(request.retryAt),
  token: request.token && { until: request.token.until === null ? null : iso(request.token.until) },
  heartbeat: request.heartbeat && { ...request.heartbeat, at: iso(request.heartbeat.at) },
  doubt: request.doubt && { ...request.doubt, since: iso(request.doubt.since) },
});

function printRun(run: StoredRun, inspection: Inspection, family: Family, at: number | undefined): void {
  const name = run.workflow.slice(run.workflow.indexOf('#') + 1);
  // What the run has come to since is no part of what it was.
  print(`${bold(plain(run.id))}  ${plain(name)}  ${at === undefined ? statusText(run) : `after cycle ${at}`}`);
  const facts = [`started ${time(run.createdMs)}`, ...(at === undefined ? [count(inspection.seq, 'cycle')] : []), `program ${run.artifact.slice(0, 12)}`, ...(family.parent === null ? [] : [`child of ${plain(family.parent)}`])];
  print(dim(`${plain(run.workflow)}  ${facts.join('  ')}`));
  if (inspection.cancelled) print(`\n${yellow('cancelled')} ${plain(inspection.cancelled.reason ?? '')}`.trimEnd());
  if (at === undefined) {
    printAdmission(run);
    printOutcome(run);
  }
  for (const task of inspection.tasks) printTask(task, inspection.requests);
  printRequests(inspection.requests);
  if (inspection.scopes.length > 0) {
    print(`\n${bold('scopes')}`);
    printTable(inspection.scopes.map(scopeRow), '  ');
  }
  printChildren(family.children);
  printInbox(inspection);
  for (const { name: channel, messages } of inspection.channels) {
    if (messages.length === 0) continue;
    print(`\n${bold('messages')} in ${plain(channel)}`);
    printFitting(messages.map((message) => `  ${plain(message)}`));
  }
  for (const { id, locals } of inspection.modules) {
    if (locals.length === 0) continue;
    print(`\n${bold('module')} ${plain(id)}`);
    printLocals(locals, '  ');
  }
}

/** How many lines there are of what was sent. `--json` has all. */
const SENT_MAX = 20;

/** Of a run that is parked, or that no worker has looked at yet. */
function printInbox({ inbox, requests }: Inspection): void {
  if (inbox.length === 0) return;
  const names = new Map(requests.map((request) => [String(request.number), `${describe(request)} #${request.number}`]));
  print(`\n${bold('sent')}, and not taken in yet`);
  printFitting(inbox.slice(0, SENT_MAX).map(({ entry }) => `  ${plain(causesText(entry, names))}`));
  if (inbox.length > SENT_MAX) print(dim(`  and ${inbox.length - SENT_MAX} more`));
}

/** Why it has not begun, and what it is called. */
function printAdmission({ status, startMs, turnKey, tags, replacedBy }: StoredRun): void {
  if (status === 'pending') {
    const moment = startMs === null ? [] : [`until ${time(startMs)}`];
    const turn = turnKey === null ? [] : [`for its turn among the runs of ${plain(turnKey)}`];
    print(`waits ${[...moment, ...turn].join(' and ')}`);
  }
  if (replacedBy !== null) print(`another run has taken its id: ${replacedBy}`);
  const texts = Object.entries(tags).map(([name, value]) => `${name}=${value}`);
  if (texts.length > 0) printFitting([`${dim('tags')} ${plain(texts.join('  '))}`]);
}

function printOutcome(run: StoredRun): void {
  if (run.outcome !== null) {
    const outcome = JSON.parse(run.outcome) as { ok: Json } | { error: Json };
    if ('ok' in outcome) print(`\n${green('returned')} ${plain(showDocument(outcome.ok))}`);
    else printError(red('threw'), outcome.error);
  }
  if (run.reason !== null) printError(yellow('parked'), JSON.parse(run.reason) as Json);
}

function printError(head: string, document: Json): void {
  const heap = (document as { heap?: Record<string, { error?: { message?: string; stack?: string } }> }).heap;
  const error = Object.values(heap ?? {})[0]?.error;
  print(`\n${head} ${plain(error?.stack ?? error?.message ?? showDocument(document))}`);
}

function printTask(task: ShownTask, requests: ShownRequest[]): void {
  const request = requests.find((r) => r.number === task.waitsFor);
  print(`\n${bold('task')} waiting for #${task.waitsFor}${request ? ` ${describe(request)}` : ''}`);
  for (const frame of task.frames) {
    print(`  ${cyan(plain(frame.name))} ${dim('at')} ${plain(frame.file)}:${frame.line}:${frame.column}`);
    if (frame.source) printFitting([dim(`      ${plain(frame.source)}`)]);
    printLocals(frame.locals, '      ');
  }
}

const scopeRow = ({ number, in: around, open, cancelled }: ShownScope): string[] => [
  `#${number}`,
  dim(around === null ? '' : `in scope #${around}`),
  dim(count(open, 'task')),
  cancelled ? yellow(`cancelled ${plain(cancelled.reason ?? '')}`.trimEnd()) : '',
];

function printLocals(locals: { name: string; value: string }[], indent: string): void {
  printTable(
    locals.map(({ name, value }) => [plain(name), `= ${plain(value)}`]),
    indent,
    ' ',
  );
}

const describe = (request: ShownRequest): string => {
  const name = plain(request.name.slice(request.name.indexOf('#') + 1));
  if (request.kind === 'timeout') return request.scope === 0 ? 'the deadline of the run' : `the timeout of scope #${request.scope}`;
  if (request.kind === 'cancellation') return 'what was aborted, to end';
  if (request.kind === 'start') return `the start of ${name}`;
  if (request.kind === 'tell') return `${name} to a child`;
  if (request.kind === 'child') return `the end of ${plain(request.name)}`;
  if (request.kind === 'sleep') return `sleep until ${time(request.due ?? 0)}`;
  if (request.kind === 'receive') return `a message in ${name}${request.due === null ? '' : ` until ${time(request.due)}`}`;
  return `effect ${name}`;
};

const dueText = (what: string, ms: number): string => (ms > Date.now() ? `${what} in ${duration(ms - Date.now())}` : what);

function attemptText({ attempts, retryAt }: ShownRequest): string {
  if (retryAt !== null) return dueText(`attempt ${attempts + 1}`, retryAt);
  return attempts === 0 ? 'not begun' : `attempt ${attempts}`;
}

function printRequests(requests: ShownRequest[]): void {
  if (requests.length === 0) return;
  print(`\n${bold('waits for')}`);
  printTable(
    requests.map((request) => [
      `#${request.number}`,
      describe(request),
      request.args === null ? '' : plain(request.args),
      dim(`since ${ago(request.since)}`),
      request.due === null ? '' : dim(dueText('due', request.due)),
      request.scope && request.kind !== 'timeout' ? dim(`in scope #${request.scope}`) : '',
      request.kind === 'effect' ? dim(attemptText(request)) : '',
      request.cancelled ? yellow('aborted') : request.inDoubt ? yellow('in doubt') : request.lastError ? red(plain(request.lastError)) : '',
    ]),
    '  ',
  );
  printFitting(requests.flatMap((request) => notesOf(request).map((note) => `  #${request.number}  ${note}`)));
}

/** How an effect waits for its turn, or who makes it. */
function errandText({ queue, worker, readyMs, waitingMs, ahead, served, limit: { concurrency, rate } }: ShownErrand): string {
  const of = queue === '' ? '' : ` of the queue ${plain(queue)}`;
  if (worker !== null) return dim(`made by worker ${plain(worker)}${of}, after ${duration(waitingMs)}`);
  if (readyMs > Date.now()) return dim(`holds no place${of} until the next attempt`);
  if (!served) return yellow(`waits for the queue ${plain(queue)}, which nobody serves, for ${duration(waitingMs)}`);
  const limits = [
    ...(concurrency === null ? [] : [`${concurrency} at a time`]),
    ...(rate === null ? [] : [`${rate.limit} in ${duration(rate.perMs)}`]),
  ].join(', ');
  return dim(`waits for its turn${of}, for ${duration(waitingMs)}; ${ahead} before it${limits === '' ? '' : ` (${limits})`}`);
}

/** What does not fit into the row of a request. */
function notesOf({ attempts, errand, heartbeat, token, doubt }: ShownRequest): string[] {
  const notes: string[] = [];
  if (errand && !errand.doubt) notes.push(errandText(errand));
  if (heartbeat) notes.push(dim(`heartbeat ${ago(heartbeat.at)}${heartbeat.details === null ? '' : `: ${plain(heartbeat.details)}`}`));
  if (token) notes.push(tokenText(token));
  if (doubt) {
    const process = doubt.host === null ? '' : ` (process ${doubt.pid} on ${plain(doubt.host)})`;
    notes.push(dim(`attempt ${attempts} was made by worker ${plain(doubt.worker)}${process}, and came in doubt ${ago(doubt.since)}`));
    if (doubt.lost > 1) notes.push(red(`${doubt.lost} workers were found dead while they made it, one after the other: perhaps it ends its process`));
    if (doubt.trouble !== null) notes.push(red(`onInDoubt failed: ${plain(doubt.trouble)}`));
  }
  return notes;
}
