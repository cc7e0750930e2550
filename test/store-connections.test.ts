/**
 * Connections that stay at hand: how many there are, what becomes of those that break, and when they go.
 */
import pg from 'pg';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { Connections } from '../runtime/store/connections.ts';
import { pause, until } from './support/app.ts';
import { freshDatabase } from './support/database.ts';

const NAME = 'perdure-connections-test';
let connectionString: string;
let observer: pg.Client;
let connections: Connections | null = null;

beforeAll(async () => {
  connectionString = await freshDatabase();
  observer = new pg.Client({ connectionString });
  await observer.connect();
});
afterEach(async () => {
  await connections?.end();
  connections = null;
});
afterAll(() => observer.end());

const made = (max: number, idleMs = 10_000): Connections => (connections = new Connections({ connectionString, max, application_name: NAME }, idleMs));

async function backends(): Promise<number[]> {
  const { rows } = await observer.query<{ pid: number }>('SELECT pid FROM pg_stat_activity WHERE application_name = $1', [NAME]);
  return rows.map(({ pid }) => pid);
}
const pidOf = async (of: Connections, text = 'SELECT pg_backend_pid() AS pid'): Promise<number> => Number((await of.query({ text })).rows[0].pid);

test('one after the other has the same connection; many at once have no more than there may be', async () => {
  const some = made(3);
  const pids = [await pidOf(some), await pidOf(some), await pidOf(some)];
  expect(new Set(pids).size).toBe(1);
  const many = await Promise.all(Array.from({ length: 40 }, () => pidOf(some, 'SELECT pg_backend_pid() AS pid, pg_sleep(0.01)')));
  expect(new Set(many).size).toBe(3);
  expect((await backends()).length).toBe(3);
});

test('who connects has a connection also where all are at hand, and alone', async () => {
  const one = made(1);
  const pid = await pidOf(one);
  const client = await one.connect();
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  expect(rows[0]!.pid).toBe(pid);
  let answered = false;
  const waiting = pidOf(one).then(() => (answered = true));
  await client.query('SELECT pg_sleep(0.05)');
  expect(answered).toBe(false);
  client.release();
  await waiting;
});

test('a statement that fails is told, and the next is answered', async () => {
  const one = made(1);
  await expect(one.query({ text: 'SELECT 1 / 0' })).rejects.toMatchObject({ code: '22012' });
  expect(await pidOf(one)).toBeGreaterThan(0);
});

test('one that breaks at hand is replaced', async () => {
  const one = made(1);
  const pid = await pidOf(one);
  await observer.query('SELECT pg_terminate_backend($1)', [pid]);
  await until('it is gone', async () => (await backends()).length === 0);
  await pause(50); // this process has been told
  expect(await pidOf(one)).not.toBe(pid);
});

test('what is not needed goes, what is needed stays', async () => {
  const some = made(4, 300);
  await Promise.all(Array.from({ length: 4 }, () => pidOf(some, 'SELECT pg_backend_pid() AS pid, pg_sleep(0.05)')));
  expect((await backends()).length).toBe(4);
  const pids = new Set<number>();
  await until('one is left', async () => {
    pids.add(await pidOf(some));
    return (await backends()).length === 1;
  });
  expect(pids.size).toBe(1);
  await until('none is left', async () => (await backends()).length === 0);
  expect(await pidOf(some)).toBeGreaterThan(0);
});

test('it ends when its statements have', async () => {
  const some = made(2);
  const slow = pidOf(some, 'SELECT pg_backend_pid() AS pid, pg_sleep(0.1)');
  await pidOf(some);
  await some.end();
  connections = null;
  expect(await slow).toBeGreaterThan(0);
  await until('none is left', async () => (await backends()).length === 0);
});
