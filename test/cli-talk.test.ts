/**
 * The `perdure` command in conversation with runs: what it asks them, and what it tells them.
 */
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { AppFolder, type Finished } from './support/app-folder.ts';
import { freshDatabase } from './support/database.ts';

// Each test starts several processes, beside whatever else the machine does.
vi.setConfig({ testTimeout: 240_000 });

const FLOW = `import { channel, query } from 'perdure';
export const news = channel<string>('news');
const heard: string[] = [];
export const all = query(() => heard);
export const over = query((length: number) => heard.filter((text) => text.length > length));
export const broken = query(() => heard.missing.length);
export async function listen(): Promise<string[]> {
  for await (const text of news) {
    heard.push(text);
    if (text === 'end') return heard;
  }
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

let app: AppFolder;
let env: { PERDURE_STORE: string };

const perdure = (...args: string[]): Promise<Finished> => app.perdure(args, env);

/** stdout of a command that succeeds. */
const text = async (...args: string[]): Promise<string> => {
  const { code, stdout, stderr } = await perdure(...args);
  expect(stderr).toBe('');
  expect(code).toBe(0);
  return stdout;
};

beforeAll(async () => {
  app = new AppFolder({ 'flow.wf.ts': FLOW, 'app.js': APP });
  env = { PERDURE_STORE: await freshDatabase() };
  await app.serve(['--import', 'perdure/register', 'app.js'], env);
});

afterAll(() => app.remove());

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
