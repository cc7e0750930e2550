/**
 * The `perdure` command in conversation with runs: what it asks them, and what it tells them.
 */
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { ServedApp } from './support/app-folder.ts';
import { freshDatabase } from './support/database.ts';

// Each test starts several processes, beside whatever else the machine does.
vi.setConfig({ testTimeout: 240_000 });

const FLOW = `import { channel, query, type Question } from 'perdure';
export const news = channel<string>('news');
const heard: string[] = [];
export const all = query(() => heard);
export const over = query((length: number) => heard.filter((text) => text.length > length));
export const broken = query(() => heard.missing.length);
export declare function approve(what: string): Promise<any>;
export async function asks(what: string): Promise<any> { return await approve(what); }
export const questions = channel<Question<string, string>>('questions');
export async function echoes(): Promise<void> {
  for await (const question of questions) {
    if (question.message === 'end') break;
    if (question.message === 'no') question.refuse(new Error('I will not'));
    else question.reply(question.message + '!');
  }
}
export async function listen(): Promise<string[]> {
  for await (const text of news) {
    heard.push(text);
    if (text === 'end') return heard;
  }
}
`;

const APP = `import { effectContext, open } from 'perdure/engine';
import * as flow from './flow.wf.ts';
const engine = await open({ store: process.env.PERDURE_STORE });
engine.provide(flow, { approve: async (what) => console.log(what + ' ' + (await effectContext().later({ expires: '7 days' }))) });
await engine.work();
console.log('ready');
setInterval(() => {}, 1000);
`;

let app: ServedApp;
const perdure: ServedApp['perdure'] = (...args) => app.perdure(...args);
const text: ServedApp['text'] = (...args) => app.text(...args);

beforeAll(async () => {
  app = new ServedApp(FLOW, APP, await freshDatabase());
  await app.start();
});

afterAll(() => app.remove());

test('what was sent to a run that has not taken it in is shown', async () => {
  await text('start', 'listen', '--id', 'waiting', '--after', '1 day');
  await text('send', 'waiting', 'news', '"ab"');
  await text('send', 'waiting', 'news', '"cdef"');
  expect(await text('show', 'waiting')).toContain("\nsent, and not taken in yet\n  message news: 'ab'\n  message news: 'cdef'\n");
  expect(JSON.parse(await text('show', 'waiting', '--json'))).toMatchObject({ inbox: [{ message: 'news', value: 'ab' }, { message: 'news', value: 'cdef' }] });
});

test('a run is asked', async () => {
  await text('start', 'listen', '--id', 'asked');
  await text('send', 'asked', 'news', '"ab"');
  await text('send', 'asked', 'news', '"cdef"');
  await vi.waitFor(async () => expect(await text('query', 'asked', 'all')).toBe("['ab', 'cdef']\n"), { timeout: 30_000, interval: 200 });
  expect(JSON.parse(await text('query', 'asked', 'over', '[2]', '--json'))).toEqual({ ok: ['cdef'] });
  expect(await perdure('query', 'asked', 'nothing')).toMatchObject({
    code: 3,
    stderr: "error[unknown_query]: The program of the run has no query 'nothing'. It has flow.wf.ts#all, flow.wf.ts#over, flow.wf.ts#broken.\n",
  });
  const broken = await perdure('query', 'asked', 'broken');
  expect(broken.code).toBe(1);
  expect(broken.stderr).toMatch(/^error: The query 'broken' threw: TypeError: Cannot read properties of undefined \(reading 'length'\)\n +at flow.wf.ts:6/);
  expect(await perdure('query', 'asked', 'over', '{}')).toMatchObject({ code: 1 });
});

test('an effect is completed by its token', async () => {
  await text('start', 'asks', '--id', 'tokened', '--args', '["order-1"]');
  const token = await vi.waitFor(() => {
    const [, found] = /order-1 (pdt_\S+)/.exec(app.said) ?? [];
    expect(found).toBeDefined();
    return found!;
  }, { timeout: 30_000 });
  expect(await text('list', '--status', 'running')).toMatch(/tokened +asks +waits for a token until \d/);
  expect(await text('show', 'tokened')).toMatch(/#1 {2}waits for a token until \d/);
  expect(await text('complete', token, '--result', '{"approved": true}')).toBe('completed\n');
  expect(await text('complete', token, '--result', '{"approved": true}')).toBe('It was completed just so before\n');
  const other = await perdure('complete', token, '--error', 'no');
  expect(other.code).toBe(4);
  expect(other.stderr).toMatch(/^error\[token_decided\]: This effect of 'tokened' was completed before, at .*, with the result \{ approved: true \}\.\n$/);
  await vi.waitFor(async () => expect(await text('show', 'tokened')).toContain('returned { approved: true }'), { timeout: 30_000, interval: 200 });
  expect(await perdure('complete', token)).toMatchObject({ code: 1, stderr: "error: Say how it ends: --result 'JSON' or --error MESSAGE.\n" });
  expect(await perdure('complete', 'pdt_x', '--result', '1')).toMatchObject({ code: 1 });
});

test('runs that are over are pruned', async () => {
  await text('start', 'listen', '--id', 'pruned');
  await text('send', 'pruned', 'news', '"end"');
  await vi.waitFor(async () => expect(await text('list', '--status', 'completed')).toContain('pruned'), { timeout: 30_000, interval: 200 });
  expect(await perdure('prune')).toMatchObject({ code: 1, stderr: "error: Say which runs: --older-than '30 days'.\n" });
  expect(await perdure('prune', '--older-than', 'long')).toMatchObject({ code: 1 });
  expect(await text('prune', '--older-than', '1 day')).toBe('pruned 0 runs\n');
  const options = ['--older-than', '0ms', '--workflow', 'listen', '--status', 'completed,failed'];
  expect(await text('prune', ...options, '--dry-run')).toBe('would prune 1 run\n');
  expect(JSON.parse(await text('prune', ...options, '--json'))).toEqual({ runs: 1, programs: 0, dryRun: false });
  expect(await perdure('show', 'pruned')).toMatchObject({ code: 3 });
  expect(await text('start', 'listen', '--id', 'pruned')).toContain('started pruned');
});

test('a run answers', async () => {
  await text('start', 'echoes', '--id', 'answers');
  expect(await text('ask', 'answers', 'questions', '"ho"', '--key', 'k1')).toBe("'ho!'\n");
  expect(await text('ask', 'answers', 'questions', '"other"', '--key', 'k1')).toBe("'ho!'\n");
  expect(JSON.parse(await text('ask', 'answers', 'questions', '"hi"', '--json'))).toEqual({ ok: 'hi!' });
  const refused = await perdure('ask', 'answers', 'questions', '"no"');
  expect(refused.code).toBe(1);
  expect(refused.stderr).toMatch(/^error: The run refuses to answer: Error: I will not\n/);
  const over = await perdure('ask', 'answers', 'questions', '"end"', '--key', 'last');
  expect(over).toMatchObject({ code: 4, stderr: "error[no_reply]: The run 'answers' is completed, and has not answered the question 'last' in questions.\n" });
  expect(await perdure('ask', 'answers', 'nowhere', '1')).toMatchObject({ code: 3 });
  const logs = await text('logs', 'answers');
  expect(logs).toMatch(/question questions: 'ho' .*answers questions: 'ho!'/);
  expect(logs).toContain('refuses questions: I will not');
});
