/**
 * What the store makes of what drivers, servers and poolers say: whether a statement may be sent again, has perhaps happened, or is refused.
 */
import { createServer, type Socket } from 'node:net';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { storeError, type StoreError } from '../runtime/store/errors.ts';
import { openPostgres } from '../runtime/store/postgres.ts';
import type { Sql } from '../runtime/store/sql.ts';
import type { TransactionClient } from '../runtime/store/transaction.ts';
import { freshDatabase } from './support/database.ts';

const of = (code: string | undefined, message = 'as it is', syscall?: string): string => {
  const { kind, code: ours } = storeError(Object.assign(new Error(message), { code, syscall }));
  return `${kind} ${ours}`;
};

describe('what is said of a statement', () => {
  test.each(['40001', '40P01', '55P03', '53100', '53200', '53300', '57P03', '25006', '26000', '42P05', '58030'])('%s: it was rolled back for what the server could not do just then', (code) => {
    expect(of(code)).toBe('unreachable store_busy');
  });

  test.each(['08000', '08006', '08P01', '40003', '57P01', '57P02', '57P05', '57014', '25P03', 'EPIPE', 'ECONNRESET', undefined])('%s: nobody knows whether it has happened', (code) => {
    expect(of(code)).toBe('unknown store_connection');
  });

  test('a connection that ends in a timeout may have carried it; one that was not made has not', () => {
    expect(of('ETIMEDOUT', 'read ETIMEDOUT', 'read')).toBe('unknown store_connection');
    expect(of('ETIMEDOUT', 'connect ETIMEDOUT', 'connect')).toBe('unreachable store_unreachable');
    const all = new AggregateError([1, 2].map(() => Object.assign(new Error('connect ETIMEDOUT'), { code: 'ETIMEDOUT', syscall: 'connect' })));
    expect(storeError(Object.assign(all, { code: 'ETIMEDOUT' }))).toMatchObject({ kind: 'unreachable' });
    expect(of('EAI_AGAIN', 'getaddrinfo EAI_AGAIN', 'getaddrinfo')).toBe('unreachable store_unreachable');
    expect(of(undefined, 'timeout exceeded when trying to connect')).toBe('unreachable store_unreachable');
    expect(of(undefined, 'Query read timeout')).toBe('unknown store_connection');
  });

  test.each([
    ['22P02', 'store_statement'],
    ['54000', 'store_statement'],
    ['XX000', 'store_statement'],
    ['23505', 'store_duplicate'],
    ['42P01', 'store_schema'],
    ['28P01', 'store_access'],
    ['42501', 'store_access'],
  ])('%s: it is refused', (code, ours) => {
    expect(of(code)).toBe(`refused ${ours}`);
  });
});

test('a transaction whose ROLLBACK takes too long fails with the error of the app', async () => {
  const sql = openPostgres(await freshDatabase(), { silenceMs: 200 });
  const declined = new Error('declined');
  const body = (client: TransactionClient): Promise<never> => {
    void client.query('SELECT pg_sleep(1)').catch(() => {});
    return Promise.reject(declined);
  };
  await expect(sql.transaction!(body, new AbortController().signal)).rejects.toBe(declined);
  await sql.close();
});

describe('a connection', () => {
  const ends: (() => void)[] = [];
  afterEach(() => {
    for (const end of ends.splice(0)) end();
  });

  /** A server that lets everybody in, and does with statements as it is told. */
  async function server(onStatement: (socket: Socket) => void): Promise<Sql> {
    const folder = mkdtempSync(join(tmpdir(), 'perdure-mute-'));
    const sockets = new Set<Socket>();
    const mute = createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.once('data', () => {
        socket.on('data', () => onStatement(socket));
        // AuthenticationOk, ReadyForQuery
        socket.write(Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 0, 0x5a, 0, 0, 0, 5, 0x49]));
      });
    });
    await new Promise<void>((resolve) => mute.listen(join(folder, '.s.PGSQL.5432'), resolve));
    const sql = openPostgres(`postgres://nobody@/none?host=${encodeURIComponent(folder)}`, { silenceMs: 200 });
    ends.push(() => {
      void sql.close();
      for (const socket of sockets) socket.destroy();
      mute.close();
      rmSync(folder, { recursive: true, force: true });
    });
    return sql;
  }

  const errorOf = (sql: Sql): Promise<StoreError> => sql.query({ name: 'one', text: 'SELECT 1' }, []).then(() => expect.fail('it was answered'), (error: StoreError) => error);

  test('that falls silent is given up, and nobody knows what it has carried', async () => {
    const sql = await server(() => {});
    expect(await errorOf(sql)).toMatchObject({ kind: 'unknown', code: 'store_connection' });
    // … and not used again: it would answer the next with what it owes this one
    expect(await errorOf(sql)).toMatchObject({ kind: 'unknown', code: 'store_connection' });
  });

  test('that is closed in the middle of a statement: nobody knows', async () => {
    const sql = await server((socket) => socket.destroy());
    expect(await errorOf(sql)).toMatchObject({ kind: 'unknown', code: 'store_connection' });
  });
});
