/**
 * `perdure logs RUN`: the log, one line per cycle: what arrived, what changed, what was asked for.
 */
import type { DeltaDocument, Json, RequestDocument } from '../../runtime/codec/format.ts';
import { showDocument } from '../../runtime/engine/show-document.ts';
import { causesText, errorText, LIMITS } from '../cause-text.ts';
import { findRun, STORE_HELP, STORE_OPTION, wholeNumber, withStore, type Command } from '../command.ts';
import { bold, cyan, dim, formatTable, plain, printFitting, printJson, time } from '../terminal.ts';

interface LogLine {
  seq: number;
  atMs: number;
  hash: string;
  /** As it is stored. */
  cause: string;
  delta: DeltaDocument;
  capture: { console?: [string, Json][] } | null;
}

export const logs: Command = {
  name: 'logs',
  summary: 'Show the log of a run, one line per cycle',
  args: [{ name: 'RUN', help: 'the id of the run' }],
  options: { ...STORE_OPTION, from: { type: 'string' }, limit: { type: 'string' } },
  help: { ...STORE_HELP, from: ['CYCLE', 'The first cycle. Default: 0'], limit: ['N', 'How many. Default: 1000'] },
  examples: ['logs order-42', 'logs order-42 --from 100 --limit 20'],
  async run(values, [id]) {
    const from = wholeNumber(values.from, '--from') ?? 0;
    const limit = wholeNumber(values.limit, '--limit', 1) ?? 1000;
    const lines = await withStore(values, async (store) => {
      const run = await findRun(store, id!);
      const rows = await store.log.read(run.uid, from, limit);
      return rows.map(
        (row): LogLine => ({
          seq: row.seq,
          atMs: row.atMs,
          hash: row.hash,
          cause: row.cause,
          delta: JSON.parse(row.delta) as DeltaDocument,
          capture: row.capture === null ? null : (JSON.parse(row.capture) as LogLine['capture']),
        }),
      );
    });
    if (values.json) printJson(lines.map(jsonOf));
    else printLines(lines);
    return 0;
  },
};

const jsonOf = ({ seq, hash, cause, delta, capture, atMs }: LogLine): object => ({
  seq, hash, cause: JSON.parse(cause) as unknown, delta, capture, at: new Date(atMs).toISOString(),
});

function printLines(lines: LogLine[]): void {
  const names = new Map<string, string>();
  const rows = formatTable(
    lines.map((line) => [
      bold(String(line.seq)),
      dim(time(line.atMs)),
      plain(causesText(line.cause, names, line.seq > 0)), // the arguments stand in the first line
      dim(plain(changesText(line.delta))),
      cyan(plain(requestsText(line.delta, names))),
    ]),
  );
  const margin = ' '.repeat(String(lines.at(-1)?.seq ?? 0).length + 2);
  lines.forEach(({ capture }, i) => {
    printFitting([rows[i]!]);
    for (const [level, text] of capture?.console ?? []) {
      printFitting(plain(typeof text === 'string' ? text : showDocument(text)).split('\n').map((line) => `${margin}${dim(`${level}:`)} ${line}`));
    }
  });
}

function changesText(delta: DeltaDocument): string {
  const put = Object.keys(delta.put ?? {}).length;
  const edited = Object.keys(delta.edit ?? {}).length;
  const variables = Object.values(delta.edit ?? {}).flatMap((edit) => {
    const { slots = {} } = edit as { slots?: object };
    return Object.keys(slots).filter((name) => !name.startsWith('$'));
  });
  return [
    ...(put ? [`${put} written`] : []),
    ...(edited ? [`${edited} edited`] : []),
    ...(variables.length ? [variables.join(', ')] : []),
    ...(delta.over ? ['ended'] : []),
  ].join(' · ');
}

function requestsText(delta: DeltaDocument, names: Map<string, string>): string {
  const replies = (delta.replies ?? []).map(({ channel, reply }) =>
    'ok' in reply ? `answers ${channel}: ${showDocument(reply.ok, LIMITS)}` : `refuses ${channel}: ${errorText(reply.error)}`,
  );
  return Object.entries(delta.requests ?? {})
    .flatMap(([n, request]) => {
      if (request === null) return [];
      names.set(n, nameOf(n, request));
      if ('cancelled' in request && request.cancelled !== undefined) return [`abort ${names.get(n)}`];
      return [`→ ${names.get(n)}${'args' in request ? `(${showDocument(request.args, LIMITS).replace(/^\[|\]$/g, '')})` : ''}`];
    })
    .concat(replies)
    .join('  ');
}

const nameOf = (n: string, request: RequestDocument): string => {
  if ('effect' in request) return `${request.effect.split('#').at(-1)} #${n}`;
  if ('start' in request) return `start ${request.start.split('#').at(-1)} #${n}`;
  if ('tell' in request) return `tell #${n}`;
  if ('result' in request) return `end of child #${request.result} #${n}`;
  if ('cancels' in request) return `timeout #${n}`;
  if ('cancelling' in request) return `wait for what is aborted #${n}`;
  return 'sleep' in request ? `sleep #${n}` : `receive ${request.receive} #${n}`;
};
