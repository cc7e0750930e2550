/**
 * Connections to PostgreSQL. They come from a pool, which makes and ends them and says how many there may be; one that has just been used stays at
 * hand for the next statement, and goes back when it has not been needed for a while, or somebody waits for the pool.
 *
 * For each statement that is asked of itself, a pool puts two timers and three listeners on and takes them off again. (Measured for one run alone, six
 * pairs in turns with fsync off: 0.26 → 0.35 of the rate of a bare loop on a connection of its own.)
 */
import pg from 'pg';
import { host, type Timer } from '../host.ts';

/** So long nobody has needed one that goes back; the pool keeps it for as long again. */
const IDLE_MS = 10_000;

export class Connections {
  private readonly pool: pg.Pool;
  /** The last used comes first again. */
  private readonly atHand: pg.PoolClient[] = [];
  /** So many of these were not needed since the last look. */
  private spare = 0;
  private look: Timer | null = null;
  private readonly idleMs: number;
  private ended = false;

  constructor(config: pg.PoolConfig, idleMs = IDLE_MS) {
    this.pool = new pg.Pool({ ...config, idleTimeoutMillis: idleMs });
    this.idleMs = idleMs;
    // An idle connection that breaks is replaced at the next statement.
    this.pool.on('error', () => {});
    // Any other tells it beside its statement, too, or before there is one; if nobody listened then, the process would end.
    this.pool.on('connect', (client) => client.on('error', () => this.broken(client)));
  }

  /** Runs a statement on any of them. Rejects with what node-postgres does. */
  query(config: pg.QueryConfig): Promise<pg.QueryResult> {
    const client = this.take();
    return client ? this.ask(client, config) : this.pool.connect().then((connected) => this.ask(connected, config));
  }

  /** One for whoever asks, until it is released. */
  async connect(): Promise<pg.PoolClient> {
    return this.take() ?? this.pool.connect();
  }

  /** Waits for the statements under way. */
  async end(): Promise<void> {
    this.ended = true;
    this.look?.cancel();
    for (const client of this.atHand.splice(0)) client.release();
    await this.pool.end();
  }

  private take(): pg.PoolClient | undefined {
    const client = this.atHand.pop();
    this.spare = Math.min(this.spare, this.atHand.length);
    return client;
  }

  private ask(client: pg.PoolClient, config: pg.QueryConfig): Promise<pg.QueryResult> {
    return new Promise((resolve, reject) => {
      client.query(config, (error: Error | null, result) => {
        if (error) {
          client.release(error);
          reject(error);
        } else {
          this.keep(client);
          resolve(result);
        }
      });
    });
  }

  private keep(client: pg.PoolClient): void {
    if (this.ended || this.pool.waitingCount > 0) {
      client.release();
      return;
    }
    this.atHand.push(client);
    this.look ??= host.after(this.idleMs, () => this.giveBack());
  }

  private giveBack(): void {
    for (const client of this.atHand.splice(0, this.spare)) client.release();
    this.spare = this.atHand.length;
    // A process that needs none may end.
    this.look = this.spare > 0 ? host.after(this.idleMs, () => this.giveBack()) : null;
  }

  private broken(client: pg.PoolClient): void {
    const place = this.atHand.indexOf(client);
    if (place < 0) return; // its statement tells it, or the pool
    this.atHand.splice(place, 1);
    this.spare = Math.min(this.spare, this.atHand.length);
    client.release(true);
  }
}
