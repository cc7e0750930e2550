/**
 * The `perdure` command on many runs: starts with options, filters, operations over what they find.
 */
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { ServedApp } from './support/app-folder.ts';
import { freshDatabase } from './support/database.ts';

// Each test starts several processes, beside whatever else the machine does.
vi.setConfig({ testTimeout: 240_000 });

const FLOW = `import { channel } from 'perdure';
export const news = channel<string>('news');
export async function picky(): Promise<string> {
  const message = await news.receive();
  if (message === 'bad') throw new Error('bad news');
  return message;
}
export async function sums(): Promise<number> {
  let total = 0;
  for (let i = 0; i < 3; i++) total += (await news.receive()).length;
  return total;
}
export async function wait(what: string): Promise<string> {
  return what + ' ' + (await news.receive());
}
`;

const APP = `import { open } from 'perdure/engine';
import * as flow from './flow.wf.ts';
const engine = await open({ store: process.env.PERDURE_STORE });
engine.provide(flow, {});
await engine.work();
console.log('ready');
setInterval(() => {}, 1000);
`;

let app: ServedApp;
const perdure: ServedApp['perdure'] = (...args) => app.perdure(...args);
const text: ServedApp['text'] = (...args) => app.text(...args);
const json: ServedApp['json'] = (...args) => app.json(...args);

beforeAll(async () => {
  app = new ServedApp(FLOW, APP, await freshDatabase());
  await app.start();
});

afterAll(() => app.remove());

test('starts are given their moment, priority, tags and turn', async () => {
  const options = ['--after', '2 hours', '--priority=-2', '--tag', 'customer=42', '--tag', 'plan=a=b', '--concurrency', 'customer-42=3'];
  expect(await text('start', 'wait', '--id', 'later', '--args', '["x"]', ...options)).toBe('started later of flow.wf.ts#wait\n');
  const shown = await json('show', 'later');
  expect(shown).toMatchObject({ status: 'pending', priority: -2, tags: { customer: '42', plan: 'a=b' } });
  expect(Date.parse(shown.startsAt as string) - Date.now()).toBeGreaterThan(7_000_000);
  const page = await text('show', 'later');
  expect(page).toMatch(/waits until .* and for its turn among the runs of customer-42\n/);
  expect(page).toMatch(/tags customer=42 {2}plan=a=b\n/);
  const taken = await perdure('start', 'wait', '--id', 'later', '--args', '["x"]', '--on-conflict', 'fail');
  expect(taken).toMatchObject({ code: 4, stderr: "error[run_exists]: The id 'later' is taken by a run of flow.wf.ts#wait.\n" });
});

test('logs tell which variables have changed, also where a run waits at the same place again', async () => {
  await text('start', 'sums', '--id', 'sums');
  for (const [i, message] of ['a', 'bc', 'def'].entries()) {
    // One after the other: those that come together are taken in one cycle.
    await vi.waitFor(async () => expect((await json('logs', 'sums')).length).toBeGreaterThan(i + 1), 60_000);
    await text('send', 'sums', 'news', JSON.stringify(message));
  }
  await vi.waitFor(async () => expect(await json('show', 'sums')).toMatchObject({ status: 'completed' }), 60_000);
  expect(await text('logs', 'sums')).toMatch(/message news: 'a' .*1 edited · i /);
});

test('options of a start that cannot be', async () => {
  for (const [wrong, message] of [
    [['--at', 'soon'], "error: --at takes a moment, such as 2030-01-31T08:00:00Z, and 'soon' is none."],
    ...['5', 'Jan 5', '2030-02-31', '2030-01-31T25:00Z'].map((when) => [['--at', when], `error: --at takes a moment, such as 2030-01-31T08:00:00Z, and '${when}' is none.`] as const),
    [['--deadline', '2030-31-01'], "error: --deadline takes a moment, such as 2030-01-31T08:00:00Z, and '2030-31-01' is none."],
    [['--after', 'soon'], "error: --after: 'soon' is not a duration"],
    [['--deadline', '1 year'], "error: --deadline: '1 year': months and years are not always equally long"],
    [['--tag', 'x'], '--tag takes NAME=VALUE.'],
    [['--priority', 'x'], '--priority takes a whole number.'],
    [['--on-conflict', 'x'], "onConflict must be 'return', 'fail' or 'replace-finished'"],
  ] as const) {
    const { code, stderr } = await perdure('start', 'wait', ...wrong);
    expect(stderr).toContain(message);
    expect(code).toBe(1);
  }
});

test('a run whose id another has taken is found by its uid', async () => {
  await text('start', 'wait', '--id', 'twice', '--args', '["first"]');
  await text('send', 'twice', 'news', '"ended"');
  let first = await json('show', 'twice');
  while (first.status !== 'completed') first = await json('show', 'twice');
  await text('start', 'wait', '--id', 'twice', '--args', '["second"]', '--on-conflict', 'replace-finished');
  const second = await json('show', 'twice');
  expect(second.uid).not.toBe(first.uid);
  const page = await text('show', first.uid as string);
  expect(page).toContain(`another run has taken its id: ${second.uid as string}\n`);
  expect(page).toContain("returned 'first ended'");
});

test('lists by tags and by pages, and does things to all that the options let through', async () => {
  for (const n of ['1', '2', '3']) await text('start', 'wait', '--id', `batch-${n}`, '--args', '["x"]', '--tag', 'batch=yes', '--tag', `n=${n}`);
  const ids = async (...args: string[]): Promise<string[]> => ((await json('list', ...args)) as { id: string }[]).map(({ id }) => id);
  expect(await ids('--tag', 'batch=yes', '--tag', 'n=2')).toEqual(['batch-2']);
  const page = (await json('list', '--tag', 'batch=yes', '--limit', '2')) as { id: string; cursor: string }[];
  expect(page.map(({ id }) => id)).toEqual(['batch-3', 'batch-2']);
  expect(await ids('--tag', 'batch=yes', '--cursor', page[1]!.cursor)).toEqual(['batch-1']);
  expect(await ids('--status', 'pending,parked')).toEqual(['later']);
  expect(await ids('--before', '2001-01-01')).toEqual([]);
  expect(await text('resume', '--tag', 'batch=yes')).toBe('resumed 0 runs\n');
  expect(await json('cancel', '--tag', 'n=1', '--reason', 'enough')).toEqual({ count: 1 });
  while ((await ids('--status', 'cancelled')).length === 0);
  expect(await text('terminate', '--tag', 'batch=yes')).toBe('terminated 2 runs\n');
  for (const [args, message] of [
    [['resume'], '`perdure resume` needs a run, or options that say which runs'],
    [['terminate', 'batch-1', '--tag', 'a=b'], 'takes a run, or options that say which runs; not both.'],
    [['list', '--status', 'done'], "Wrong filter: there is no status 'done'; there are pending, running"],
    [['list', '--status', 'failed,waiting'], "error[filter]: Wrong filter: 'waiting' is what `perdure list` says of runs whose status is 'running': --status running finds them."],
    [['list', '--after', 'soon'], "--after takes a moment, such as 2030-01-31T08:00:00Z, and 'soon' is none."],
  ] as const) {
    const { code, stderr } = await perdure(...args);
    expect(stderr).toContain(message);
    expect(code).toBe(1);
  }
});

test('a failed run is retried, and its log says so', async () => {
  await text('start', 'picky', '--id', 'picky');
  await text('send', 'picky', 'news', '"bad"');
  const failed = async (): Promise<void> => {
    while ((await json('show', 'picky')).status !== 'failed');
  };
  await failed();
  expect(await text('retry', 'picky')).toBe('retrying picky from cycle 1\n');
  await failed();
  expect(await text('logs', 'picky')).toMatch(/3 .* goes on from cycle 1\s*\n/);
  expect(await text('retry', '--workflow', 'picky')).toBe('retrying 1 run\n');
  await failed();
  expect(await perdure('retry', 'picky', '--from', '2')).toMatchObject({ code: 3, stderr: expect.stringContaining('was over') as string });
  expect(await perdure('retry', 'picky', '--from', '99')).toMatchObject({ code: 3, stderr: expect.stringContaining('no_such_cycle') as string });
  expect(await perdure('retry', 'later')).toMatchObject({ code: 4, stderr: expect.stringContaining('it is pending') as string });
});

test('a failed run goes on with the corrected module', async () => {
  await text('start', 'picky', '--id', 'corrected');
  await text('send', 'corrected', 'news', '"bad"');
  while ((await json('show', 'corrected')).status !== 'failed');
  app.write('flow.wf.ts', FLOW.replace('const message = await', 'await news.receive();\n  const message = await'));
  expect(await perdure('retry', 'corrected', '--onto', 'flow.wf.ts')).toMatchObject({
    code: 4,
    stderr: expect.stringMatching(/error\[does_not_fit\].*\n.*flow\.wf\.ts#picky is under way, and has other waits now: receive, receive#2; it had receive/) as string,
  });
  app.write('flow.wf.ts', FLOW.replace("throw new Error('bad news')", "return 'no news'"));
  expect(await text('retry', 'corrected', '--onto', 'flow.wf.ts')).toBe('retrying corrected from cycle 1\n');
  let shown = await json('show', 'corrected');
  while (shown.status !== 'completed') shown = await json('show', 'corrected');
  expect(await text('show', 'corrected')).toContain("returned 'no news'");
  expect(await text('logs', 'corrected')).toMatch(/goes on from cycle 1 with program [0-9a-f]{8} in the place of [0-9a-f]{8}\s*\n/);
  expect(await text('show', 'corrected', '--at', '1')).toContain('picky');
  for (const [args, message] of [
    [['retry', '--workflow', 'picky', '--onto', 'flow.wf.ts'], '--from and --onto are for one run: give its id.'],
    [['resume', '--workflow', 'picky', '--onto', 'flow.wf.ts'], '--onto is for one run: give its id.'],
    [['resume', 'corrected', '--onto', 'nothing.wf.ts'], 'No workflow module (*.wf.ts) matches nothing.wf.ts.'],
  ] as const) {
    const { code, stderr } = await perdure(...args);
    expect(stderr).toContain(message);
    expect(code).toBe(1);
  }
});
