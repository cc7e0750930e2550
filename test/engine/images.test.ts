/**
 * When a run's state is written as a whole: what its log grows to is in proportion to the state, whatever the program does.
 */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { compileApp, World } from '../support/app.ts';

const STEPS = 200;
const BYTES = 5 * 1024;

const app = compileApp(
  `
  export declare function more(bytes: number): Promise<string>;
  export async function list() { const parts: string[] = []; for (let i = 0; i < ${STEPS}; i++) parts.push(await more(${BYTES})); return parts.length; }
  export async function map() { const parts = new Map<number, string>(); for (let i = 0; i < ${STEPS}; i++) parts.set(i, await more(${BYTES})); return parts.size; }
  export async function set() { const parts = new Set<string>(); for (let i = 0; i < ${STEPS}; i++) parts.add(i + await more(${BYTES})); return parts.size; }
  export async function table() { const parts: Record<string, string> = {}; for (let i = 0; i < ${STEPS}; i++) parts['key' + i] = await more(${BYTES}); return Object.keys(parts).length; }
  export async function replaced() { const parts: Record<string, string> = { other: await more(1000) }; for (let i = 0; i < ${STEPS}; i++) parts['key' + i % 2] = await more(${BYTES}); return Object.keys(parts).length; }
  export async function garbage() { let parts = [{ text: '' }]; for (let i = 0; i < 3 * ${STEPS}; i++) parts = [{ text: await more(2 * ${BYTES}) + parts[0]!.text.length }]; return parts.length; }
`,
  'images',
);

let world: World;
beforeAll(async () => {
  world = await World.open('postgres');
});
afterEach(() => world.calm());
afterAll(() => world.close());

/** Bytes of its deltas, of its images, and of what has to be read to load it. */
async function written(workflow: (...args: never[]) => Promise<unknown>): Promise<{ deltas: number; images: number; toLoad: number }> {
  const engine = await world.working(app, { more: (bytes: number) => 'x'.repeat(bytes) });
  const run = await engine.start(workflow);
  await run.result();
  const [row] = await world.rows(
    `WITH last AS (SELECT seq, length(state::text) AS bytes FROM perdure.images WHERE uid = $1 ORDER BY seq DESC LIMIT 1)
     SELECT (SELECT sum(length(delta::text)) FROM perdure.log WHERE uid = $1)::int AS deltas,
            (SELECT coalesce(sum(length(state::text)), 0) FROM perdure.images WHERE uid = $1)::int AS images,
            (SELECT coalesce((SELECT bytes FROM last), 0) + sum(length(delta::text)) FROM perdure.log
             WHERE uid = $1 AND seq > coalesce((SELECT seq FROM last), -1))::int AS "toLoad"`,
    [run.uid],
  );
  return row as never;
}

test.each(['list', 'map', 'set', 'table'] as const)('a %s that grows is written once', async (name) => {
  const { deltas, images } = await written(app[name] as never);
  expect((deltas + images) / (STEPS * BYTES)).toBeLessThan(1.25);
});

test('what is replaced again and again is written as a whole now and then', async () => {
  const { deltas, images, toLoad } = await written(app.replaced as never);
  expect(deltas).toBeGreaterThan(STEPS * BYTES);
  expect(images).toBeGreaterThan(0);
  expect(images).toBeLessThan(1.5 * deltas);
  expect(toLoad).toBeLessThan(20 * BYTES);
});

test('objects that nothing leads to any more are not read for ever', async () => {
  const { deltas, images, toLoad } = await written(app.garbage as never);
  expect(deltas).toBeGreaterThan(6 * STEPS * BYTES);
  expect(images).toBeLessThan(deltas / 4);
  expect(toLoad).toBeLessThan(0.6 * deltas);
});
