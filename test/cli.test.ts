/**
 * The `perdure` command as a person or a script uses it: against PostgreSQL and against an embedded store, with an app
 * that runs and without one.
 */
import { readdirSync, readFileSync } from 'node:fs';
import type { ChildProcess } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { ERROR_CODES } from '../runtime/error-codes.ts';
import { CorruptState, InternalError, PerdureError } from '../runtime/errors.ts';
import { StoreError } from '../runtime/store/errors.ts';
import { CliError, exitCodeOf } from '../cli/exit-code.ts';
import { clip, formatTable, plain, time, wantsColor, width } from '../cli/terminal.ts';
import { AppFolder, type Finished } from './support/app-folder.ts';
import { freshDatabase } from './support/database.ts';

// Each test starts several processes, beside whatever else the machine does.
vi.setConfig({ testTimeout: 240_000 });

const FLOW = `import { channel, start } from 'perdure';

export declare function quick(n: number): Promise<number>;
export declare function slow(n: number): Promise<string>;
export const news = channel<string>('news');

let heard = 0;

export async function wait(order: { id: string; note: string }): Promise<string> {
  const peek = () => late;
  console.log('begins', order.note);
  const message = await news.receive();
  heard += 1;
  const late = order.id + ' ' + message;
  if (message === 'throw') throw new Error('no ' + order.note);
  return peek();
}

async function risky(n: number): Promise<string> {
  const label = 'n' + n;
  const answer = await slow(n);
  return label + ' ' + answer;
}

export async function doubt(n: number): Promise<string> {
  const doubled = await quick(n);
  const answer = await risky(doubled);
  return answer;
}

export async function parent(): Promise<string> {
  const child = await start(wait, [{ id: 'o-6', note: '' }], { id: 'child-1', whenParentEnds: 'terminate' });
  return await child.result();
}
`;

const APP = `import { open } from 'perdure/engine';
import * as flow from './flow.wf.ts';
const engine = await open({ store: process.env.STORE });
engine.provide(flow, {
  quick: (n) => n * 2,
  slow: process.env.SLOW === 'no' ? () => 'again' : () => new Promise(() => {}),
});
await engine.work();
await engine.schedule('nightly', { cron: '0 3 * * *', timeZone: 'Europe/Berlin', workflow: flow.doubt, args: [1], overlap: 'allow' });
console.log('ready');
setInterval(() => {}, 1000);
`;

const SECRET = 'geh3im-w0rt';
const ESC = '\u001b';
const NOTE = { id: 'o-1', note: `${ESC}[31mred\u009b2J\u202e` };

/** All that must never come out, whatever the command does. */
function expectClean({ stdout, stderr }: Finished): void {
  for (const text of [stdout, stderr]) {
    expect(text).not.toContain(SECRET);
    expect(text).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
    expect(text).not.toMatch(/^ {4}at .*\.js:/m);
  }
}

describe.each(['postgres', 'pglite'])('with a store: %s', (kind) => {
  let app: AppFolder;
  let store: string;
  let server: ChildProcess | undefined;
  const serve = async (slow: string): Promise<void> => {
    server = await app.serve(['--import', 'perdure/register', 'app.js'], { STORE: store, SLOW: slow });
  };
  const perdure = async (...args: string[]): Promise<Finished> => {
    const finished = await app.perdure(args, { PERDURE_STORE: store });
    expectClean(finished);
    return finished;
  };
  /** stdout of a command that succeeds. */
  const text = async (...args: string[]): Promise<string> => {
    const { code, stdout, stderr } = await perdure(...args);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    return stdout;
  };
  const json = async (...args: string[]): Promise<any> => JSON.parse(await text(...args, '--json'));
  const until = async (id: string, status: string): Promise<void> => {
    for (;;) {
      const shown = await json('show', id);
      if (shown.status === status || (status === 'in doubt' && shown.inDoubt)) return;
    }
  };

  beforeAll(async () => {
    app = new AppFolder({ 'flow.wf.ts': FLOW, 'app.js': APP });
    store = app.file('store');
    if (kind === 'postgres') {
      const url = new URL(await freshDatabase());
      url.password = SECRET; // the server trusts whoever comes
      store = url.href;
    }
    await serve('yes');
  });

  afterAll(() => app.remove());

  test('starts a run in a running app, and finds it again', async () => {
    const args = ['start', 'wait', '--id', 'wait-1', '--args', JSON.stringify([NOTE])];
    expect(await text(...args)).toBe('started wait-1 of flow.wf.ts#wait\n');
    expect(await text(...args)).toBe('wait-1 of flow.wf.ts#wait was started before, with the same arguments\n');
    expect(await perdure('start', 'wait', '--id', 'wait-1', '--args', '[{}]')).toMatchObject({
      code: 4,
      stdout: '',
      stderr: "error[run_exists]: The id 'wait-1' is taken by a run of flow.wf.ts#wait with other arguments.\n",
    });
    expect(await json('start', 'flow.wf.ts#doubt', '--id', 'doubt-1', '--args', '[4]')).toEqual({
      id: 'doubt-1',
      workflow: 'flow.wf.ts#doubt',
      started: true,
    });
  });

  test('shows a run: stack, source lines, variables of every frame, what it waits for', async () => {
    for (let shown = ''; !shown.includes('risky at'); ) shown = await text('show', 'doubt-1');
    const shown = (await text('show', 'doubt-1')).replace(/since \S+( \S+)? ago/g, 'since … ago').split('\n');
    expect(shown[0]).toBe('doubt-1  doubt  running');
    expect(shown[1]).toMatch(/^flow\.wf\.ts#doubt {2}started \d{4}-\d\d-\d\d [\d:.]{12}(Z|[+-]\d\d:\d\d) {2}2 cycles {2}program [0-9a-f]{12}$/);
    expect(shown.slice(2)).toEqual([
      '',
      'task waiting for #2 effect slow',
      '  risky at flow.wf.ts:21:18',
      '      const answer = await slow(n);',
      "      label = 'n8'",
      '  doubt at flow.wf.ts:27:18',
      '      const answer = await risky(doubled);',
      '',
      'waits for',
      '  #2  effect slow  [8]  since … ago  attempt 1',
      '',
      'module flow.wf.ts',
      '  heard = 0',
      '',
    ]);
  });

  test('an uninitialised variable is shown as one, and text as text', async () => {
    for (let shown = ''; !shown.includes('a message in news'); ) shown = await text('show', 'wait-1');
    const shown = await text('show', 'wait-1');
    expect(shown).toContain("order = { id: 'o-1', note: '\\x1b[31mred\\x9b2J\\u202e' }");
    expect(shown).toContain('late  = <uninitialised>');
  });

  test('shows a run as it was', async () => {
    const shown = await text('show', 'doubt-1', '--at', '1');
    expect(shown).toMatch(/^doubt-1 {2}doubt {2}after cycle 1\n/);
    expect(shown).toContain('  doubt at flow.wf.ts:26:19\n      const doubled = await quick(n);\n');
    expect(await perdure('show', 'doubt-1', '--at', '99')).toMatchObject({
      code: 3,
      stdout: '',
      stderr: "error[no_such_cycle]: The run 'doubt-1' has no cycle 99; its last is 2.\n",
    });
  });

  test('buffered messages are shown', async () => {
    expect(await text('send', 'doubt-1', 'news', '"early"', '--key', 'k')).toBe('sent to news of doubt-1\n');
    expect(await text('send', 'doubt-1', 'news', '"early"', '--key', 'k')).toBe("A message with the key 'k' was sent to news of doubt-1 before\n");
    // Until the run has taken it in it is shown among what was sent.
    let shown = '';
    while (!shown.includes('messages in news')) shown = await text('show', 'doubt-1');
    expect(shown).toContain("\nmessages in news\n  'early'\n");
  });

  test('the log has a line per cycle, and what the run printed below it', async () => {
    const line = /^\d {2}\d{4}-\d\d-\d\d [\d:.]{12}(Z|[+-]\d\d:\d\d) {2}/;
    const [first, second, printed, ...rest] = (await text('logs', 'wait-1')).split('\n');
    expect(first!.replace(line, '')).toBe("start wait({ id: 'o-1', note: '\\x1b[31mred\\x9b2J\\u202e' })");
    expect(second!.replace(line, '')).toMatch(/^started {2,}.*written.* {2}→ receive news #1$/);
    expect(printed).toBe('   log: begins \\x1b[31mred\\x9b2J\\u202e');
    expect(rest).toEqual(['']);
    const logged = (await text('logs', 'doubt-1')).split('\n');
    expect(logged[2]!.replace(line, '')).toMatch(/^quick #1 = 8 .* → slow #2\(8\)$/);
    expect(logged[3]!.replace(line, '')).toMatch(/^message news: 'early' /);
    expect((await text('logs', 'doubt-1', '--from', '2', '--limit', '1')).split('\n')).toHaveLength(2);
  });

  test('JSON of every command that reads', async () => {
    const runs = await json('list');
    expect(runs.map((r: { id: string }) => r.id)).toEqual(['doubt-1', 'wait-1']);
    expect(Object.keys(runs[0])).toEqual([
      'id', 'uid', 'workflow', 'artifact', 'status', 'inDoubt', 'token', 'unserved', 'outcome', 'reason', 'tags', 'priority', 'createdAt', 'startsAt', 'finishedAt', 'cycles', 'cursor',
    ]);
    const shown = await json('show', 'doubt-1');
    expect(shown).toMatchObject({ id: 'doubt-1', status: 'running', seq: 3, outcome: null });
    expect(shown.tasks[0].frames[0]).toEqual({
      name: 'risky', file: 'flow.wf.ts', line: 21, column: 18,
      source: 'const answer = await slow(n);',
      locals: [{ name: 'label', value: "'n8'" }],
    });
    expect(shown.requests).toEqual([
      {
        number: 2, kind: 'effect', name: 'flow.wf.ts#slow', args: '[8]', since: expect.stringMatching(/^\d{4}-.*Z$/), due: null,
        cancelled: false, scope: null, attempts: 1, inDoubt: false, lastError: null, retryAt: null,
        heartbeat: null, doubt: null, token: null, errand: null,
      },
    ]);
    expect(shown.channels).toEqual([{ name: 'news', messages: ["'early'"] }]);
    expect(shown.modules).toEqual([{ id: 'flow.wf.ts', locals: [{ name: 'heard', value: '0' }] }]);
    const logged = await json('logs', 'wait-1');
    expect(Object.keys(logged[0])).toEqual(['seq', 'hash', 'cause', 'delta', 'capture', 'at']);
    expect(logged[1].capture.console).toEqual([['log', `begins ${NOTE.note}`]]);
  });

  test('a message ends the wait', async () => {
    expect(await json('send', 'wait-1', 'news', '"hello"')).toEqual({ id: 'wait-1', channel: 'news', number: 1, sent: true });
    await until('wait-1', 'completed');
    expect(await text('show', 'wait-1')).toContain("\nreturned 'o-1 hello'\n");
    expect(await perdure('send', 'wait-1', 'news', '1')).toMatchObject({
      code: 4,
      stderr: "error[run_ended]: The run 'wait-1' has ended and takes nothing any more.\n",
    });
  });

  test('a failed run shows what it threw, and where', async () => {
    await text('start', 'wait', '--id', 'wait-2', '--args', '[{"id": "o-2", "note": "pens"}]');
    await text('send', 'wait-2', 'news', '"throw"');
    await until('wait-2', 'failed');
    expect(await text('show', 'wait-2')).toContain('\nthrew Error: no pens\n    at wait (flow.wf.ts:15:34)\n');
  });

  test('what is not there', async () => {
    const errors: [string[], number, string][] = [
      [['show', 'nope'], 3, "error: There is no run 'nope'. `perdure list` shows those there are.\n"],
      // as long as a uid, and of its letters
      [['show', 'a'.repeat(36)], 3, `error: There is no run '${'a'.repeat(36)}'. \`perdure list\` shows those there are.\n`],
      [['logs', 'nope'], 3, "error: There is no run 'nope'. `perdure list` shows those there are.\n"],
      [['send', 'nope', 'news', '1'], 3, "error: There is no run 'nope'. `perdure list` shows those there are.\n"],
      [['send', 'doubt-1', 'nwes', '1'], 3, "error: The program of 'doubt-1' has no channel 'nwes'. It has news.\n"],
      [['resolve', 'doubt-1', 'slow', '--retry'], 4, "error[not_in_doubt]: No effect of 'doubt-1' is in doubt.\n"],
      [['resume', 'doubt-1'], 4, "error[not_parked]: The run 'doubt-1' is not parked: it is running.\n"],
      [['resume', 'nope'], 3, "error: There is no run 'nope'. `perdure list` shows those there are.\n"],
      [
        ['start', 'nope'], 3,
        "error[unknown_workflow]: There is no workflow 'nope' in the store. There are: flow.wf.ts#doubt, flow.wf.ts#parent, flow.wf.ts#wait.\n",
      ],
    ];
    for (const [args, code, stderr] of errors) expect(await perdure(...args), args.join(' ')).toMatchObject({ code, stdout: '', stderr });
    const { code, stdout, stderr } = await perdure('show', 'nope', '--json');
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(JSON.parse(stderr)).toEqual({
      error: { code: null, exitCode: 3, message: "There is no run 'nope'. `perdure list` shows those there are." },
    });
  });

  test('without a running app: lists, shows, starts, sends', async () => {
    await app.stop(server!);
    const listed = (await text('list')).split('\n');
    expect(listed[0]).toMatch(/^RUN {6}WORKFLOW {2}STATUS {5}CYCLES {2}STARTED {2,}ENDED$/);
    expect(listed.slice(1).map((row) => row.split(/ {2,}/, 4))).toEqual([
      ['wait-2', 'wait', 'failed', '2'],
      ['doubt-1', 'doubt', 'running', '3'],
      ['wait-1', 'wait', 'completed', '2'],
      [''],
    ]);
    expect((await json('list', '--status', 'failed')).map((r: { id: string }) => r.id)).toEqual(['wait-2']);
    expect((await json('list', '--workflow', 'wait', '--limit', '1')).map((r: { id: string }) => r.id)).toEqual(['wait-2']);
    expect(await text('list', '--workflow', 'other')).toBe('No runs.\n');
    await text('start', 'wait', '--id', 'wait-3', '--args', '[{"id": "o-3", "note": ""}]');
    await text('send', 'wait-3', 'news', '"later"');
    expect(await text('show', 'doubt-1')).toContain('  risky at flow.wf.ts:21:18\n');
    expect((await json('show', 'wait-3')).tasks).toEqual([]);
  });

  test('an effect whose app has died is in doubt, until a person decides', async () => {
    await serve('no');
    await until('doubt-1', 'in doubt');
    expect((await text('show', 'doubt-1')).split('\n')[0]).toBe('doubt-1  doubt  in doubt');
    expect(await text('show', 'doubt-1')).toMatch(/ {2}#2 {2}effect slow {2}\[8\] {2}since \S+( \S+)? ago {2}attempt 1 {2}in doubt\n {2}#2 {2}attempt 1 was made by worker \w{8} \(process \d+ on .+\), and came in doubt /);
    expect(await perdure('resolve', 'doubt-1', 'quick', '--retry')).toMatchObject({
      code: 4,
      stderr: "error[not_in_doubt]: The effect 'quick' of 'doubt-1' is not in doubt. In doubt: slow #2.\n",
    });
    expect(await text('resolve', 'doubt-1', 'slow', '--retry')).toBe('resolved slow #2 of doubt-1\n');
    await until('doubt-1', 'completed');
    expect((await json('show', 'doubt-1')).outcome).toEqual({ ok: 'n8 again' });
    await until('wait-3', 'completed'); // started while nobody was there
  });

  test('a run shows its children, and who has started it', async () => {
    await text('start', 'parent', '--id', 'parent-1');
    for (let shown = ''; !shown.includes('the end of child-1'); ) shown = await text('show', 'parent-1');
    expect(await text('show', 'parent-1')).toContain('\nchildren\n  child-1  wait  running\n');
    expect(await text('show', 'child-1')).toMatch(/ {2}child of parent-1\n/);
    expect(await json('show', 'parent-1')).toMatchObject({ parent: null, children: [{ id: 'child-1', workflow: 'flow.wf.ts#wait', status: 'running', children: [] }] });
    const logged = await text('logs', 'parent-1');
    expect(logged).toContain("→ start wait #1({ id: 'o-6', note: '' })");
    expect(logged).toContain('start wait #1 as child-1');
    await text('terminate', 'parent-1');
    await until('child-1', 'terminated');
  });

  test('schedules are listed, paused, resumed, triggered and removed', async () => {
    const listed = (await text('schedules')).split('\n');
    expect(listed[0]).toMatch(/^SCHEDULE {2}CRON {7}ZONE {11}WORKFLOW {2}OVERLAP {2}NEXT {2,}LAST {2}LAST RUN$/);
    expect(listed[1]).toMatch(/^nightly {3}0 3 \* \* \* {2}Europe\/Berlin {2}doubt {5}allow {4}\d{4}-\d\d-\d\d [\d:.]{12}(Z|[+-]\d\d:\d\d)/);
    expect(await text('schedules', 'pause', 'nightly')).toBe('paused nightly\n');
    expect(await json('schedules')).toMatchObject([{ id: 'nightly', workflow: 'flow.wf.ts#doubt', args: [1], paused: true, nextAt: null, lastRun: null }]);
    expect(await text('schedules', 'resume', 'nightly')).toBe('resumed nightly\n');
    const { run } = await json('schedules', 'trigger', 'nightly');
    expect(run).toMatch(/^nightly@\d{4}-\d\d-\d\dT[\d:]{8}Z-[0-9a-f]{8}$/);
    await until(run, 'completed');
    expect(await json('schedules')).toMatchObject([{ lastRun: run }]);
    expect(await perdure('schedules', 'pause', 'weekly')).toMatchObject({ code: 3, stderr: "error[schedule_missing]: There is no schedule 'weekly'.\n" });
    expect(await perdure('schedules', 'explode', 'nightly')).toMatchObject({ code: 1 });
    expect(await text('schedules', 'remove', 'nightly')).toBe('removed nightly\n');
    expect(await text('schedules')).toBe('No schedules.\n');
  });

  test('a run is cancelled, and one terminated', async () => {
    await text('start', 'wait', '--id', 'wait-4', '--args', '[{"id": "o-4", "note": ""}]');
    for (let shown = ''; !shown.includes('a message in news'); ) shown = await text('show', 'wait-4');
    expect(await text('cancel', 'wait-4', '--reason', 'no longer needed')).toBe('cancelling wait-4\n');
    await until('wait-4', 'cancelled');
    expect(await text('show', 'wait-4')).toContain('\ncancelled no longer needed\n\nthrew CancelledError: The run was cancelled: no longer needed\n    at async wait (flow.wf.ts:12:19)\n');
    expect(await text('logs', 'wait-4')).toContain("  cancelled: 'no longer needed' ");
    expect(await perdure('cancel', 'wait-4')).toMatchObject({ code: 4, stderr: "error[run_ended]: The run 'wait-4' has ended and takes nothing any more.\n" });
    await text('start', 'wait', '--id', 'wait-5', '--args', '[{"id": "o-5", "note": ""}]');
    expect(await text('terminate', 'wait-5', '--reason', 'entered twice')).toBe('terminated wait-5\n');
    expect(await text('show', 'wait-5')).toContain("\nthrew PerdureError: The run 'wait-5' was terminated: entered twice\n");
    expect(await text('logs', 'wait-5')).toContain("  terminated: 'entered twice' ");
    expect((await json('list', '--status', 'terminated')).map((r: { id: string }) => r.id)).toEqual(['wait-5', 'child-1', 'parent-1']);
    expect(await perdure('cancel', 'wait-4', '--wait', 'long')).toMatchObject({ code: 1 });
  });
});

describe.concurrent('a store that is not there', () => {
  let app: AppFolder;
  beforeAll(() => {
    app = new AppFolder({ 'flow.wf.ts': FLOW });
  });
  afterAll(() => app.remove());

  test.each([
    [['list'], 2, /^error\[store_missing\]: There is no store in \S+\/\.perdure\./],
    [['show', 'x', '--store', 'flow.wf.ts'], 2, /^error\[store_missing\]: There is no store in \S+\/flow\.wf\.ts\./],
    [['list', '--store', 'mysql://u:geh3im-w0rt@h/d'], 1, /^error\[store_url\]: A store is a PostgreSQL URL/],
    [['list', '--store', 'postgres://u:geh3im-w0rt@127.0.0.1:port/d'], 1, /^error\[store_url\]: The URL of the store is not a valid/],
    [['list', '--store', 'postgres://u:geh3im-w0rt@127.0.0.1:1/d'], 2, /^error\[store_unreachable\]: The database cannot be reached: /],
  ])('%j', async (args, code, message) => {
    for (const more of [[], ['--json']]) {
      const finished = await app.perdure([...args, ...more]);
      expectClean(finished);
      expect(finished).toMatchObject({ code, stdout: '' });
      if (more.length === 0) expect(finished.stderr).toMatch(message);
      else expect(JSON.parse(finished.stderr).error).toMatchObject({ code: message.source.match(/\[(\w+)/)?.[1] ?? '', exitCode: code });
    }
    expect(readdirSync(app.path)).not.toContain('.perdure');
  });

  test('a database without our tables is left as it is', async () => {
    const url = await freshDatabase();
    for (const _ of [1, 2]) {
      const finished = await app.perdure(['list', '-s', url]);
      expect(finished).toMatchObject({ code: 2, stdout: '' });
      expect(finished.stderr).toMatch(/^error\[store_schema\]: There are no tables of Perdure in this database\./);
    }
  });
});

describe.concurrent('wrong input', () => {
  let app: AppFolder;
  beforeAll(() => {
    app = new AppFolder({ 'flow.wf.ts': FLOW, 'other.ts': '' });
  });
  afterAll(() => app.remove());

  test.each([
    [['frob'], "There is no command 'frob'. `perdure help` lists them."],
    [['shw'], "There is no command 'shw'. Did you mean 'show'? `perdure help` lists them."],
    [['help', 'shw'], "There is no command 'shw'. Did you mean 'show'? `perdure help` lists them."],
    [['show'], '`perdure show` needs RUN: the id of the run.\nUsage: perdure show RUN [OPTIONS]'],
    [['send', 'r'], '`perdure send` needs CHANNEL: the name of the channel.\nUsage: perdure send RUN CHANNEL [MESSAGE] [OPTIONS]'],
    [['show', 'a', 'b'], "'b' is one argument too many.\nUsage: perdure show RUN [OPTIONS]"],
    [['list', 'x'], "'x' is one argument too many.\nUsage: perdure list [OPTIONS]"],
    [['show', 'r', '--aat', '1'], "`perdure show` has no option --aat. Did you mean '--at'?"],
    [['show', 'r', '-x'], '`perdure show` has no option -x.'],
    [['show', 'r', '--at', 'x'], '--at takes a whole number from 0 on.'],
    [['show', 'r', '--at', '1.5'], '--at takes a whole number from 0 on.'],
    [['show', 'r', '--at', '-1'], '--at takes a value: --at=CYCLE.'],
    [['show', 'r', '--at=-1'], '--at takes a whole number from 0 on.'],
    [['show', 'r', '--at'], '--at takes a value: --at=CYCLE.'],
    [['show', 'r', '--json=yes'], '--json takes no value.'],
    [['list', '--limit', '0'], '--limit takes a whole number from 1 on.'],
    [['list', '--status', 'waiting'], "error[filter]: Wrong filter: 'waiting' is what `perdure list` says of runs whose status is 'running': --status running finds them."],
    [['list', '--status', 'done'], "error[filter]: Wrong filter: there is no status 'done'; there are pending, running, completed, failed, cancelled, terminated, parked."],
    [['list', '--store', ''], '--store needs a PostgreSQL URL or a directory.'],
    [['send', 'r', 'c', '{bad'], /^The message is not JSON: .*\. Text needs quotes: '"text"'\.$/],
    [['start', 'w', '--args', '['], /^--args is not JSON: /],
    [['start', 'w', '--args', '{}'], `--args takes a JSON array: one element per argument, for example '[{"id": 1}]'.`],
    [['resolve', 'r', 'e'], "Say what has happened: --retry, --result 'JSON' or --error MESSAGE."],
    [['resolve', 'r', 'e', '--retry', '--error', 'x'], "Say what has happened: --retry, --result 'JSON' or --error MESSAGE."],
    [['resolve', 'r', 'e', '--result', 'x'], /^--result is not JSON: /],
    [['build'], /^`perdure build` needs PATTERN: /],
    [['build', 'flow.wf.ts'], 'Where to? Give --out DIR.'],
    [['build', '*.wf.ts', 'src/**', '--out', 'dist'], 'No workflow module (*.wf.ts) matches src/**.'],
    [['check', 'other.ts'], 'No workflow module (*.wf.ts) matches other.ts.'],
    [['explain'], /^`perdure explain` needs FILE: /],
    [['explain', 'nope.wf.ts'], 'There is no file nope.wf.ts.'],
    [['explain', '.'], '. is no workflow module: their names end with .wf.ts.'],
    [['explain', 'flow.wf.ts', '--stage', 'ast'], "There is no stage 'ast'. There are validate, analyse, ir, js, manifest."],
    [[`${ESC}[31m`], "There is no command '\\x1b[31m'. `perdure help` lists them."],
  ])('%j', async (args, message) => {
    const finished = await app.perdure(args);
    expectClean(finished);
    expect(finished).toMatchObject({ code: 1, stdout: '' });
    const text = finished.stderr.replace(/^error: /, '').replace(/\n$/, '');
    if (typeof message === 'string') expect(text).toBe(message);
    else expect(text).toMatch(message);
  });

  test('an id that no run may have', async () => {
    const { code, stderr } = await app.perdure(['start', 'w', '--id', 'a b']);
    expect(code).toBe(1);
    expect(stderr).toBe("error[run_id]: 'a b' is no run id: up to 200 letters, digits and any of . : @ / + = _ -\n");
  });
});

test('help of every command names its arguments and options', async () => {
  const app = new AppFolder({});
  try {
    const overview = await app.perdure([]);
    expect(overview).toMatchObject({ code: 0, stderr: '' });
    expect((await app.perdure(['--help'])).stdout).toBe(overview.stdout);
    const names = [...overview.stdout.matchAll(/^ {2}(\w+) {2,}\S/gm)].map((match) => match[1]!);
    expect(names).toEqual([
      'build', 'check', 'explain', 'start', 'list', 'show', 'logs', 'send', 'ask', 'query', 'cancel', 'terminate', 'schedules', 'resolve', 'complete', 'resume', 'prune', 'retry',
    ]);
    for (const name of names) {
      const { code, stdout, stderr } = await app.perdure([name, '--help']);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toContain(`\nUsage: perdure ${name}`);
      expect(stdout).toMatch(/ --json {2,}Print one JSON document/);
      expect(stdout).toContain(`\nFor example:\n\n  perdure ${name}`);
      for (const argument of /Usage: perdure \w+ (.*)\[OPTIONS\]/.exec(stdout)![1]!.match(/[A-Z]+/g) ?? []) {
        expect(stdout).toMatch(new RegExp(`^  ${argument} {2,}\\S`, 'm'));
      }
    }
    expect((await app.perdure(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  } finally {
    await app.remove();
  }
});

describe('build, check, explain', () => {
  let app: AppFolder;
  beforeAll(() => {
    app = new AppFolder({
      'src/order.wf.ts': "import { add } from './sub/util.wf.ts';\nexport async function main() { return add(1, 2); }\n",
      'src/sub/util.wf.ts': 'export const add = (a: number, b: number) => a + b;\n',
      'bad/one.wf.ts': 'export async function f() {\n  fetch(1);\n  eval("2");\n}\n',
      'bad/two.wf.ts': `export async function g() {\n  setTimeout(1, '${ESC}[31m');\n}\n`,
      'bad/fine.wf.ts': 'export async function h() {}\n',
      'dist/kept.txt': 'mine',
    });
  });
  afterAll(() => app.remove());

  const files = (folder: string): string[] => readdirSync(app.file(folder), { recursive: true }).map(String).sort();

  test('nothing is written when a file has errors, and all errors come in one go', async () => {
    const { code, stdout, stderr } = await app.perdure(['build', 'bad/*.wf.ts', '--out', 'dist']);
    expectClean({ code, stdout, stderr });
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect([...stdout.matchAll(/^error\[(\w+)\].*\n --> (\S+)$/gm)].map((m) => [m[1], m[2]])).toEqual([
      ['host_global', 'bad/one.wf.ts:2:3'],
      ['eval_code', 'bad/one.wf.ts:3:3'],
      ['host_global', 'bad/two.wf.ts:2:3'],
    ]);
    expect(stdout).toMatch(/\n3 errors\n$/);
    expect(files('dist')).toEqual(['kept.txt']);
    const checked = await app.perdure(['check', 'bad/*.wf.ts', '--json']);
    expect(checked).toMatchObject({ code: 1, stderr: '' });
    const { ok, diagnostics } = JSON.parse(checked.stdout);
    expect(ok).toBe(false);
    expect(diagnostics.map((d: object) => Object.keys(d))[0]).toEqual([
      'code', 'severity', 'message', 'help', 'label', 'file', 'line', 'column', 'endLine', 'endColumn', 'suggestion',
    ]);
    const built = await app.perdure(['build', 'bad/*.wf.ts', '--out', 'dist', '--json']);
    expect(built.code).toBe(1);
    expect(JSON.parse(built.stdout)).toEqual({ ok: false, modules: [], diagnostics });
  });

  test('writes modules, maps and manifests, and deletes nothing', async () => {
    const built = await app.perdure(['build', 'src/**/*.wf.ts', '--out', 'dist']);
    expect(built).toMatchObject({
      code: 0,
      stderr: '',
      stdout: '  src/sub/util.wf.ts  →  dist/sub/util.wf.js\n  src/order.wf.ts     →  dist/order.wf.js\ncompiled 2 modules into dist\n',
    });
    expect(files('dist')).toEqual([
      'kept.txt', 'order.wf.js', 'order.wf.js.map', 'order.wf.manifest.json', 'sub', 'sub/util.wf.js', 'sub/util.wf.js.map',
    ]);
    expect(JSON.parse(readFileSync(app.file('dist/sub/util.wf.js.map'), 'utf8'))).toMatchObject({
      version: 3,
      file: 'util.wf.js',
      sources: ['../../src/sub/util.wf.ts'],
    });
  });

  test('the same files in another order, or as a pattern, go to the same places', async () => {
    const outputs = [];
    for (const patterns of [['src/sub/util.wf.ts', 'src/order.wf.ts'], ['src/order.wf.ts', 'src/sub/*.wf.ts'], [app.file('src/**/*.wf.ts')]]) {
      const { code, stdout } = await app.perdure(['build', ...patterns, '--out', 'dist', '--json']);
      expect(code).toBe(0);
      outputs.push(JSON.parse(stdout));
    }
    expect(outputs[1]).toEqual(outputs[0]);
    expect(outputs[2]).toEqual(outputs[0]);
    expect(outputs[0].modules).toEqual([
      { id: 'src/sub/util.wf.ts', hash: expect.any(String), files: ['dist/sub/util.wf.js', 'dist/sub/util.wf.js.map'] },
      {
        id: 'src/order.wf.ts', hash: expect.any(String),
        files: ['dist/order.wf.js', 'dist/order.wf.js.map', 'dist/order.wf.manifest.json'],
      },
    ]);
  });

  test('an import from outside the root is refused, and so is an output that cannot be', async () => {
    expect(await app.perdure(['build', 'src/order.wf.ts', '--root', 'src/sub', '--out', 'dist2'])).toMatchObject({
      code: 1,
      stderr: `error: src/order.wf.ts lies outside ${app.file('src/sub')}. Give --root a folder that holds all modules.\n`,
    });
    const refused = await app.perdure(['build', 'src/order.wf.ts', '--out', 'dist/kept.txt']);
    expectClean(refused);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(/^error: (ENOTDIR|EEXIST): .*kept\.txt/);
    expect(readFileSync(app.file('dist/kept.txt'), 'utf8')).toBe('mine');
  });

  test('explain prints every stage, and check what is fine', async () => {
    const all = (await app.perdure(['explain', 'src/order.wf.ts'])).stdout;
    expect([...all.matchAll(/^── (\w+) ─+$/gm)].map((m) => m[1])).toEqual(['validate', 'analyse', 'ir', 'js', 'manifest']);
    const json = JSON.parse((await app.perdure(['explain', 'src/order.wf.ts', '--json'])).stdout);
    expect(Object.keys(json)).toEqual(['ok', 'file', 'stages', 'diagnostics']);
    for (const [stage, text] of Object.entries(json.stages as Record<string, string>)) {
      expect(text.length, stage).toBeGreaterThan(10);
      expect((await app.perdure(['explain', 'src/order.wf.ts', '--stage', stage])).stdout).toBe(`${text}\n`);
    }
    expect(JSON.parse(json.stages.manifest)).toMatchObject({ id: 'src/order.wf.ts', workflows: ['main'] });
    const bad = await app.perdure(['explain', 'bad/one.wf.ts', '--stage', 'js']);
    expect(bad).toMatchObject({ code: 1, stderr: '' });
    expect(bad.stdout).toMatch(/^error\[host_global\]/);
    expect(await app.perdure(['check', 'src/**/*.wf.ts'])).toMatchObject({ code: 0, stdout: 'fine 2 modules\n' });
  });

  test('colours where they are wanted', async () => {
    const coloured = async (env: NodeJS.ProcessEnv): Promise<boolean> =>
      (await app.perdure(['check', 'src/**/*.wf.ts'], env)).stdout.includes(`${ESC}[32m`);
    expect(await coloured({})).toBe(false);
    expect(await coloured({ FORCE_COLOR: '1' })).toBe(true);
    expect(await coloured({ FORCE_COLOR: '0' })).toBe(false);
    const terminal = { isTTY: true };
    expect(wantsColor(terminal, {})).toBe(true);
    expect(wantsColor(terminal, { NO_COLOR: '1' })).toBe(false);
    expect(wantsColor(terminal, { NO_COLOR: '' })).toBe(true);
    expect(wantsColor(terminal, { TERM: 'dumb' })).toBe(false);
  });

  test('a reader that has enough is no error', async () => {
    const source = `export const text = '${'x'.repeat(300_000)}';\n`;
    app.write({ 'long/a.wf.ts': source });
    const cli = new URL('../dist/cli/main.js', import.meta.url).pathname;
    const script = `const { spawn } = require('node:child_process');
      const child = spawn(process.execPath, [${JSON.stringify(cli)}, 'explain', 'long/a.wf.ts'], { stdio: ['ignore', 'pipe', 'inherit'] });
      child.stdout.once('data', () => child.stdout.destroy());
      child.on('exit', (code) => console.log(code));`;
    expect(await app.node(['-e', script])).toEqual({ code: 0, stdout: '0\n', stderr: '' });
  });
});

describe('the terminal', () => {
  test.each([
    ['UTC', '2026-11-22 14:03:07.120Z'],
    ['Asia/Kolkata', '2026-11-22 19:33:07.120+05:30'],
    ['America/St_Johns', '2026-11-22 10:33:07.120-03:30'],
  ])('a moment says of which clock it is: %s', (zone, expected) => {
    const moment = Date.UTC(2026, 10, 22, 14, 3, 7, 120);
    vi.stubEnv('TZ', zone);
    try {
      expect(time(moment)).toBe(expected);
      expect(new Date(time(moment)).getTime()).toBe(moment); // and can be given to `--after`
    } finally {
      vi.unstubAllEnvs();
    }
  });

  test('columns line up, whatever the width of the characters', () => {
    expect(formatTable([['a', 'b', 'c'], ['日本', '', 'd'], ['e\n', '', '']])).toEqual(['a     b  c', '日本     d', 'e\\n']);
    expect(formatTable([['a', '', 'c'], ['b', '', 'd']])).toEqual(['a  c', 'b  d']);
    expect(width('e\u0301')).toBe(1);
    expect(width('👍')).toBe(2);
    expect(width(`${ESC}[1mbold${ESC}[22m`)).toBe(4);
  });

  test('a line is clipped to the width, its colours closed', () => {
    expect(clip('abcdef', 6)).toBe('abcdef');
    expect(clip('abcdef', 5)).toBe('abcd…');
    expect(clip('日本語', 5)).toBe('日本…');
    expect(clip(`${ESC}[1mabcdef${ESC}[22m`, 4)).toBe(`${ESC}[1mabc…${ESC}[0m`);
  });

  test('what could steer the terminal is shown', () => {
    expect(plain(`a\tb\n${ESC}]0;x\u0007\u009b\u202e\r`)).toBe('a\tb\n\\x1b]0;x\\x07\\x9b\\u202e\\x0d');
  });
});

test('exit codes', () => {
  const input = exitCodeOf(new CliError('x'));
  expect(input).toBe(1);
  expect(exitCodeOf(new StoreError('unreachable', 'store_unreachable', 'x'))).toBe(2);
  expect(exitCodeOf(new CorruptState('', 'x'))).toBe(2);
  expect(exitCodeOf(Object.assign(new Error('EACCES: x'), { syscall: 'mkdir', code: 'EACCES' }))).toBe(2);
  expect(exitCodeOf(new InternalError('x'))).toBe(70);
  expect(exitCodeOf(new TypeError('x'))).toBe(70);
  expect(exitCodeOf(undefined)).toBe(70);
  const codes = Object.keys(ERROR_CODES) as (keyof typeof ERROR_CODES)[];
  const of = (wanted: number): string[] => codes.filter((code) => exitCodeOf(new PerdureError(code, 'x')) === wanted);
  expect(of(3)).toEqual(['run_missing', 'no_such_cycle', 'unknown_query', 'token_unknown', 'schedule_missing', 'unknown_workflow']);
  expect(of(4)).toEqual([
    'run_exists', 'run_ended', 'run_parked', 'not_parked', 'does_not_fit', 'not_failed', 'not_in_doubt', 'query_early', 'token_decided', 'token_expired', 'no_reply', 'ask_timeout',
  ]);
  expect(of(70)).toEqual([]);
});
