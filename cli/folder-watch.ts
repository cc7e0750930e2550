/**
 * Tells that something in some folders has changed, once for many changes that come together. Folders are watched, not
 * files: editors replace files, and new ones come.
 */
import { existsSync, readdirSync, watch, type FSWatcher } from 'node:fs';
import { dirname, join } from 'node:path';
import { CliError } from './exit-code.ts';

/** Saving several files, or one in several steps, is one change. */
const QUIET_MS = 40;

export class FolderWatch {
  private readonly watchers = new Map<string, FSWatcher>();
  private readonly changed: () => void;
  private timer: NodeJS.Timeout | undefined;

  constructor(changed: () => void) {
    this.changed = changed;
  }

  /** Watches these folders and no others. Returns whether some are new: what happened there before was not seen. */
  set(folders: Iterable<string>): boolean {
    const wanted = new Set([...folders].map(existing));
    for (const [folder, watcher] of this.watchers) if (!wanted.has(folder)) this.drop(folder, watcher);
    let opened = false;
    for (const folder of wanted) if (!this.watchers.has(folder)) opened = this.open(folder) || opened;
    return opened;
  }

  /** Calls `changed` when it has been quiet for a moment. */
  soon(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(this.changed, QUIET_MS);
  }

  close(): void {
    clearTimeout(this.timer);
    for (const [folder, watcher] of this.watchers) this.drop(folder, watcher);
  }

  private open(folder: string): boolean {
    let watcher: FSWatcher;
    try {
      watcher = watch(folder, () => this.soon());
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
      throw new CliError(`${folder} cannot be watched: ${(error as Error).message}.`, 2);
    }
    // A folder that is deleted: the one around it tells.
    watcher.on('error', () => this.drop(folder, watcher));
    this.watchers.set(folder, watcher);
    return true;
  }

  private drop(folder: string, watcher: FSWatcher): void {
    watcher.close();
    if (this.watchers.get(folder) === watcher) this.watchers.delete(folder);
  }
}

/** The folder, or the nearest around it that is there. */
const existing = (folder: string): string => (existsSync(folder) || dirname(folder) === folder ? folder : existing(dirname(folder)));

/** A folder and all below it where sources may be. */
export function foldersBelow(folder: string): string[] {
  let entries;
  try {
    entries = readdirSync(folder, { withFileTypes: true });
  } catch {
    return [folder];
  }
  const inner = entries.filter((e) => e.isDirectory() && e.name !== 'node_modules' && !e.name.startsWith('.'));
  return [folder, ...inner.flatMap((e) => foldersBelow(join(folder, e.name)))];
}
