/**
 * `perdure show RUN`: what a run is doing, in source terms; with `--at N`, what it was doing after cycle N.
 */
import { inspectRun, showDocument, type Inspection, type ShownRequest, type ShownTask } from '../../runtime/engine/inspect.ts';
import type { Json } from '../../runtime/codec/format.ts';
import type { StoredRun } from '../../runtime/store/store.ts';
import { CliError, findRun, STORE_HELP, STORE_OPTION, withStore, type Command } from '../command.ts';
import { ago, bold, cyan, dim, duration, green, plain, print, printJson, printTable, red, time, yellow } from '../terminal.ts';
import { statusText, toJson } from './list.ts';

export const show: Command = {
  name: 'show',
  summary: 'Show what a run is doing: stacks, variables, what it waits for',
  usage: 'RUN [--at CYCLE]',
  options: { ...STORE_OPTION, at: { type: 'string' }, depth: { type: 'string' } },
  help: { ...STORE_HELP, at: 'Show it as it was after this cycle', depth: 'How deep objects are shown. Default: 3' },
  async run(values, [id]) {
    const at = wholeNumber(values.at, '--at');
    const depth = wholeNumber(values.depth, '--depth');
    const { run, inspection } = await withStore(values, async (store) => {
      const found = await findRun(store, id);
      const options = { ...(at === undefined ? {} : { at }), ...(depth === undefined ? {} : { limits: { depth } }) };
      return { run: found, inspection: await inspectRun(store, found, options) };
    });
    if (values.json) printJson({ ...toJson(run), ...inspection });
    else printRun(run, inspection, at);
    return 0;
  },
};

function wholeNumber(value: unknown, option: string): number | undefined {
  if (value === undefined) return undefined;
  const number = Number(value);
  if (!Number.isInteger(number) || number < 0) throw new CliError(`${option} takes a whole number.`);
  return number;
}

function printRun(run: StoredRun, inspection: Inspection, at: number | undefined): void {
  const name = run.workflow.slice(run.workflow.indexOf('#') + 1);
  const when = at === undefined ? '' : dim(` after cycle ${at}`);
  print(`${bold(plain(run.id))}  ${plain(name)}  ${statusText(run)}${when}`);
  print(dim(`${plain(run.workflow)}  started ${time(run.createdMs)}  ${inspection.seq} cycles  program ${run.artifact.slice(0, 12)}`));
  if (at === undefined) printOutcome(run);
  for (const task of inspection.tasks) printTask(task, inspection.requests);
  printRequests(inspection.requests);
  for (const { name: channel, messages } of inspection.channels) {
    if (messages.length === 0) continue;
    print(`\n${bold('messages')} in ${plain(channel)}`);
    for (const message of messages) print(`  ${plain(message)}`);
  }
  for (const { id, locals } of inspection.modules) {
    if (locals.length === 0) continue;
    print(`\n${bold('module')} ${plain(id)}`);
    printLocals(locals, '  ');
  }
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
  print(`\n${bold('task')} waiting for ${request ? describe(request) : `request ${task.waitsFor}`}`);
  for (const frame of task.frames) {
    print(`  ${cyan(plain(frame.name))} ${dim('at')} ${plain(frame.file)}:${frame.line}`);
    if (frame.source) print(dim(`      ${plain(frame.source)}`));
    printLocals(frame.locals, '      ');
  }
}

function printLocals(locals: { name: string; value: string }[], indent: string): void {
  printTable(
    locals.map(({ name, value }) => [`${plain(name)}`, `= ${plain(value)}`]),
    indent,
  );
}

const describe = (request: ShownRequest): string => {
  const name = plain(request.name.slice(request.name.indexOf('#') + 1));
  if (request.kind === 'sleep') return `sleep until ${time(request.due ?? 0)}`;
  if (request.kind === 'receive') return `a message in ${name}${request.due === null ? '' : ` until ${time(request.due)}`}`;
  return `effect ${name}`;
};

function printRequests(requests: ShownRequest[]): void {
  if (requests.length === 0) return;
  print(`\n${bold('waits for')}`);
  printTable(
    requests.map((request) => [
      `#${request.number}`,
      describe(request),
      request.args === null ? '' : plain(request.args),
      dim(`since ${ago(request.since)}`),
      request.due === null ? '' : dim(request.due > Date.now() ? `due in ${duration(request.due - Date.now())}` : 'due'),
      request.kind === 'effect' ? dim(`attempt ${request.attempts}`) : '',
      request.inDoubt ? yellow('in doubt') : request.lastError ? red(plain(request.lastError)) : '',
    ]),
    '  ',
  );
}
