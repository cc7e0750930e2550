/**
 * An embedded store that another process holds, used through its socket.
 */
import { createConnection, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import type { ErrorCode } from '../error-codes.ts';
import { StoreError, type StoreErrorKind } from './errors.ts';
import { replaceBytes, revive, type RemoteRequest } from './server.ts';
import type { Row, Sql, Statement } from './sql.ts';

interface Waiting {
  resolve(rows: Row[]): void;
  reject(error: Error): void;
}

export async function connectRemote(path: string, pid: number): Promise<Sql> {
  const socket = createConnection(path);
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', (error) =>
      reject(new StoreError('unreachable', 'store_in_use', `Process ${pid} holds the store, but does not answer on ${path}`, error)),
    );
  });
  return new RemoteSql(socket);
}

class RemoteSql implements Sql {
  readonly kind = 'remote' as const;
  private readonly socket: Socket;
  private readonly waiting = new Map<number, Waiting>();
  private last = 0;

  constructor(socket: Socket) {
    this.socket = socket;
    createInterface({ input: socket }).on('line', (line) => this.answered(line));
    socket.on('error', () => {});
    socket.on('close', () => {
      const error = new StoreError('unknown', 'store_connection', 'The process that holds the store has gone');
      for (const { reject } of this.waiting.values()) reject(error);
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
