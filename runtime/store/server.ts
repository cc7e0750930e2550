/**
 * The holder of an embedded store lets other processes of the same user run statements, over a socket in the
 * store's directory that only its owner may open. One JSON document per line each way.
 */
import { chmodSync, unlinkSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import { createServer, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { PerdureError } from '../errors.ts';
import { storeError } from './errors.ts';
import type { Sql, Statement } from './sql.ts';

export interface RemoteRequest {
  id: number;
  statement?: Statement;
  values?: unknown[];
  script?: string;
}

/** Serves `sql`; calls `active` after each statement. Returns how to stop. */
export async function serve(path: string, sql: Sql, active: () => void): Promise<() => Promise<void>> {
  const address = socketAddress(path);
  removeStale(path);
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    const lines = createInterface({ input: socket });
    lines.on('line', (line) => void answer(socket, line, sql, active));
    // A visitor that is cut off is no matter of ours; both tell of it.
    for (const emitter of [lines, socket]) emitter.on('error', () => socket.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(address, () => {
      chmodSync(path, 0o600);
      resolve();
    });
  });
  server.unref();
  return () =>
    new Promise((resolve) => {
      for (const socket of sockets) socket.destroy();
      server.close(() => resolve());
    });
}

/** The least that systems allow; what is longer they cut off without a word. */
const ADDRESS_BYTES_MAX = 103;

/** How a socket is named to the system: by the shorter of its absolute and its relative path. */
export function socketAddress(path: string): string {
  const near = relative('', path);
  const address = Buffer.byteLength(near) < Buffer.byteLength(path) ? near : path;
  if (Buffer.byteLength(address) <= ADDRESS_BYTES_MAX) return address;
  throw new PerdureError(
    'store_path',
    `The path ${dirname(path)} is too long for a socket in it. Use a shorter one, or start the process in a directory near it.`,
  );
}

function removeStale(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // There is none.
  }
}

async function answer(socket: Socket, line: string, sql: Sql, active: () => void): Promise<void> {
  let id = 0;
  try {
    const request = JSON.parse(line, revive) as RemoteRequest;
    id = request.id;
    if (request.script !== undefined) await sql.script(request.script);
    const rows = request.statement ? await sql.query(request.statement, request.values ?? []) : [];
    socket.write(`${JSON.stringify({ id, rows }, replaceBytes)}\n`);
    active();
  } catch (error) {
    const { kind, code, message } = storeError(error);
    socket.write(`${JSON.stringify({ id, error: { kind, code, message } })}\n`);
  }
}

/** Bytes travel as {"bytes": base64}. */
export function replaceBytes(this: unknown, key: string, value: unknown): unknown {
  const raw = (this as Record<string, unknown>)[key];
  if (raw instanceof Uint8Array) return { bytes: Buffer.from(raw).toString('base64') };
  return value;
}

export function revive(_key: string, value: unknown): unknown {
  if (typeof value === 'object' && value !== null && 'bytes' in value && Object.keys(value).length === 1) {
    return Buffer.from(String(value.bytes), 'base64');
  }
  return value;
}
