/**
 * The lock of an embedded store: a file that names its holder. A holder that is gone, by pid and start time, has
 * no lock; nothing is ever taken from a live one.
 */
import { closeSync, openSync, readFileSync, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { host } from '../host.ts';
import { processStart } from '../process.ts';

const FILE = 'perdure.lock';

export type Lock = { held: true; pid: number } | { held: false; release: () => void };

export function takeLock(folder: string): Lock {
  const path = join(folder, FILE);
  for (let attempt = 0; attempt < 100; attempt++) {
    try {
      const file = openSync(path, 'wx', 0o600);
      writeSync(file, `${host.pid()} ${processStart(host.pid()) ?? ''}\n`);
      closeSync(file);
      return { held: false, release: () => drop(path) };
    } catch (error) {
      if ((error as { code?: string }).code !== 'EEXIST') throw error;
    }
    const holder = readHolder(path);
    if (holder && isAlive(holder)) return { held: true, pid: holder.pid };
    drop(path);
  }
  throw new Error(`the lock ${path} can be neither taken nor read`);
}

interface Holder {
  pid: number;
  started: string;
}

function readHolder(path: string): Holder | null {
  try {
    const [pid, started] = readFileSync(path, 'utf8').trim().split(' ');
    return { pid: Number(pid), started: started ?? '' };
  } catch {
    return null;
  }
}

function isAlive({ pid, started }: Holder): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  const actual = processStart(pid);
  if (actual !== null) return started === '' || actual === started;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as { code?: string }).code === 'EPERM';
  }
}

function drop(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // It was gone already.
  }
}
