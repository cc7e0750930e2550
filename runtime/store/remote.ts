/**
 * An embedded store that another process holds, used through its socket.
 */
import { createConnection, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import type { ErrorCode } from '../error-codes.ts';
import { StoreError, type StoreErrorKind } from './errors.ts';
import { replaceBytes, revive, socketAddress, type RemoteRequest } from './server.ts';
import type { Row, Sql, Statement } from './sql.ts';

interface Waiting {
  resolve(rows: Row[]): void;
  reject(error: Error): void;
}

export async function connectRemote(path: string, pid: number): Promise<Sql> {
  const socket = createConnection(socketAddress(path));
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', (error) =>
      reject(new StoreError('unreachable', 'store_in_use', `Process ${pid} holds the store, but does not answer on ${path}`, error)),
    );
  });
  return new RemoteSql(socket);
}

const holderGone = (): StoreError => new StoreError('unknown', 'store_connection', 'The process that holds the store has gone');

class RemoteSql implements Sql {
  readonly kind = 'remote' as const;
  private readonly socket: Socket;
  private readonly waiting = new Map<number, Waiting>();
  private last = 0;
  private gone = false;

  constructor(socket: Socket) {
    this.socket = socket;
    const lines = createInterface({ input: socket });
    lines.on('line', (line) => this.answered(line));
    // Both tell of a broken connection, which `close` below answers.
    for (const emitter of [lines, socket]) emitter.on('error', () => {});
    socket.on('close', () => {
      this.gone = true;
      for (const { reject } of this.waiting.values()) reject(holderGone());
      this.waiting.clear();
    });
  }

  private answered(line: string): void {
    const answer = JSON.parse(line, revive) as { id: number; rows?: Row[]; error?: { kind: StoreErrorKind; code: ErrorCode; message: string } };
    const waiting = this.waiting.get(answer.id);
    this.waiting.delete(answer.id);
    if (answer.error) waiting?.reject(new StoreError(answer.error.kind, answer.error.code, answer.error.message));
    else waiting?.resolve(answer.rows ?? []);
  }

  private send(request: Omit<RemoteRequest, 'id'>): Promise<Row[]> {
    if (this.gone) return Promise.reject(holderGone());
    const id = ++this.last;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.socket.write(`${JSON.stringify({ id, ...request }, replaceBytes)}\n`);
    });
  }

  query(statement: Statement, values: unknown[]): Promise<Row[]> {
    return this.send({ statement, values });
  }

  async script(text: string): Promise<void> {
    await this.send({ script: text });
  }

  onActivity(): () => void {
    return () => {};
  }

  announce(): void {}

  async close(): Promise<void> {
    this.socket.end();
  }
}
