/**
 * The lock of an embedded store: a file that names its holder. A holder that is gone, by pid and start time, has
 * no lock; nothing is ever taken from a live one.
 *
 * The file appears whole or not at all: it is written aside and linked into place, which fails if there is one.
 * Removing what a dead holder left is the delicate step (a second process could remove the lock of the first that
 * did so), so it is done under a lock of its own.
 */
import { linkSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { host } from '../host.ts';

const FILE = 'perdure.lock';
const TAKEOVER = 'perdure.lock.takeover';

export type Lock = { held: true; pid: number } | { held: false; release: () => void };

/** Takes the lock of a folder, or tells who holds it. */
export function takeLock(folder: string): Lock {
  const path = join(folder, FILE);
  const holder = place(path);
  if (holder === null) return { held: false, release: () => drop(path) };
  if (isAlive(holder)) return { held: true, pid: holder.pid };
  const takeover = join(folder, TAKEOVER);
  const other = place(takeover);
  if (other !== null) {
    if (isAlive(other)) return { held: true, pid: other.pid };
    drop(takeover);
    return takeLock(folder);
  }
  try {
    const now = readHolder(path);
    if (now !== null && !isAlive(now)) drop(path);
  } finally {
    drop(takeover);
  }
  return takeLock(folder);
}

/** Puts a file that names this process at `path`. Returns null, or who was there first. */
function place(path: string): Holder | null {
  const aside = `${path}.${host.uuid()}`;
  writeFileSync(aside, `${host.pid()} ${host.processStart(host.pid()) ?? ''}\n`, { mode: 0o600 });
  try {
    for (;;) {
      try {
        linkSync(aside, path);
        return null;
      } catch (error) {
        if ((error as { code?: string }).code !== 'EEXIST') throw error;
      }
      const holder = readHolder(path);
      if (holder !== null) return holder;
    }
  } finally {
    unlinkSync(aside);
  }
}

interface Holder {
  pid: number;
  started: string;
}

/** Who is named at `path`; null when there is nothing. */
function readHolder(path: string): Holder | null {
  try {
    const [pid, started] = readFileSync(path, 'utf8').trim().split(' ');
    return { pid: Number(pid), started: started ?? '' };
  } catch (error) {
    if ((error as { code?: string }).code !== 'ENOENT') throw error;
    return null;
  }
}

function isAlive({ pid, started }: Holder): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  const actual = host.processStart(pid);
  return actual === null ? host.isRunning(pid) : started === '' || actual === started;
}

function drop(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // It was gone already.
  }
}
