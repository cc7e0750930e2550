/**
 * A PostgreSQL with a replica that takes its place when it fails. Nothing is acknowledged before the replica has it, so nothing that
 * was is lost. Then another replica is made of the new one.
 */
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { OwnServer, Place, type Server } from '../support/postgres.ts';
import { pause } from '../kill/journal.ts';

const SETTINGS = {
  fsync: 'off',
  synchronous_commit: 'on',
  wal_keep_size: '1GB',
  wal_retrieve_retry_interval: '200ms',
  // One that is gone is not waited for, and one that is slow is.
  wal_sender_timeout: '60s',
};

export interface ReplicatedServer extends Server {
  /** The server dies, and its replica serves from now on. */
  failOver(): Promise<void>;
  /** Makes a replica, from which on nothing is acknowledged that it does not have. */
  replicate(): Promise<void>;
}

export async function startReplicated(): Promise<ReplicatedServer> {
  const place = new Place();
  const servers = new Replicated(place, await OwnServer.init(place, SETTINGS));
  await servers.start();
  return servers;
}

class Replicated implements ReplicatedServer {
  private readonly place: Place;
  private primary: OwnServer;
  private replica: OwnServer | null = null;
  private copies = 0;

  constructor(place: Place, primary: OwnServer) {
    this.place = place;
    this.primary = primary;
  }

  get url(): string {
    return this.primary.url;
  }

  async start(): Promise<void> {
    await this.primary.start();
    await this.replicate();
  }

  async failOver(): Promise<void> {
    const { primary, replica } = this;
    if (!replica) throw new Error('there is no replica');
    this.replica = null;
    await primary.end('immediate');
    await query(replica.url, 'SELECT pg_promote()');
    this.primary = replica;
  }

  async replicate(): Promise<void> {
    const { primary, place } = this;
    const data = join(place.folder, `copy-${++this.copies}`);
    await copy(primary.url, place, data);
    const replica = await OwnServer.on(place, data, SETTINGS);
    await replica.start();
    await until(primary.url, `SELECT count(*) = 1 AS is FROM pg_stat_replication WHERE state = 'streaming'`);
    await query(primary.url, `ALTER SYSTEM SET synchronous_standby_names = '*'`);
    await query(primary.url, 'SELECT pg_reload_conf()');
    await until(primary.url, `SELECT count(*) = 1 AS is FROM pg_stat_replication WHERE sync_state = 'sync' AND flush_lsn >= pg_current_wal_lsn()`);
    this.replica = replica;
  }

  async stop(): Promise<void> {
    await this.primary.end('immediate');
    await this.replica?.end('immediate');
    this.place.remove();
  }
}

/** Copies the data of a server that serves, as what follows it. */
async function copy(url: string, place: Place, data: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const ask = async (text: string): Promise<string> => Object.values((await client.query<Record<string, string>>(text)).rows[0]!)[0]!;
    const from = await ask(`SELECT current_setting('data_directory')`);
    await ask(`SELECT pg_backup_start('copy', true)`);
    // What goes away meanwhile is not needed.
    await place.run('/bin/cp', ['-a', from, data]).catch(() => {});
    const label = await ask('SELECT labelfile FROM pg_backup_stop(false)');
    for (const name of ['postmaster.pid', 'postmaster.opts', 'standby.signal']) rmSync(join(data, name), { force: true });
    for (const name of readdirSync(join(data, 'pg_wal'))) if (/^[0-9A-F]{24}$/.test(name)) rmSync(join(data, 'pg_wal', name));
    const { port } = new URL(url);
    place.write(join(data, 'backup_label'), label);
    place.write(join(data, 'standby.signal'), '');
    place.write(join(data, 'postgresql.auto.conf'), `primary_conninfo = 'host=127.0.0.1 port=${port} user=postgres'\n`);
  } finally {
    await client.end();
  }
}

async function query(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

async function until(url: string, question: string): Promise<void> {
  while (!(await query(url, question))[0]!.is) await pause(50);
}
