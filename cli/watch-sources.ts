/**
 * `perdure check --watch`: checks, waits for a change, and checks the programs again that it concerns.
 */
import { relative } from 'node:path';
import { findSources, fixedStart, isGlob, reportCheck, summaryOf } from './compile.ts';
import { FolderWatch, foldersBelow } from './folder-watch.ts';
import { ProgramChecks, type Update } from './program-checks.ts';
import { clearScreen, count, dim, duration, print, printJson, time } from './terminal.ts';

/** Returns when the process is asked to end. */
export async function watchSources(patterns: string[], json: boolean): Promise<number> {
  await findSources(patterns); // a pattern that matches nothing is a mistake, unless it did before
  const checks = new ProgramChecks();
  const folders = (): string[] => [...patterns.filter(isGlob).map(fixedStart).flatMap(foldersBelow), ...checks.folders];
  let isFirst = true;

  async function pass(watch: FolderWatch): Promise<void> {
    const began = performance.now();
    const update = checks.update(await findSources(patterns, { none: true }));
    // What has happened in a folder before it was watched is looked for once more.
    if (watch.set(folders())) watch.soon();
    if (update.changed.length === 0 && !isFirst) return;
    show(checks, update, { json, isFirst, tookMs: performance.now() - began });
    isFirst = false;
  }

  await new Promise<void>((resolve, reject) => {
    let running = Promise.resolve();
    const watch: FolderWatch = new FolderWatch(() => {
      running = running.then(() => pass(watch)).catch(fail);
    });
    const end = (): void => {
      watch.close();
      process.off('SIGINT', end).off('SIGTERM', end);
      resolve();
    };
    const fail = (error: unknown): void => {
      end();
      reject(error as Error);
    };
    process.on('SIGINT', end).on('SIGTERM', end);
    watch.soon();
  });
  return 0;
}

const fromHere = (file: string): string => relative(process.cwd(), file);

function show(checks: ProgramChecks, { checked, changed }: Update, how: { json: boolean; isFirst: boolean; tookMs: number }): void {
  const { compiled } = checks;
  if (how.json) {
    printJson({ ...summaryOf(compiled), checked: checked.map(fromHere) }, { oneLine: true });
    return;
  }
  clearScreen();
  if (!how.isFirst) print(`${dim(time(Date.now()))}  ${changed.map(fromHere).join(', ')}\n`);
  reportCheck(compiled);
  print(dim(`${count(checked.length, 'program')} checked in ${duration(how.tookMs)}; watching, Ctrl-C ends`));
}
