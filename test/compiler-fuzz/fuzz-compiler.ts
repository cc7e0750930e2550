/**
 * Mutated sources through the compiler, in child processes: one that says nothing for a while is ended, and what it
 * was at is a finding, unless it was running the program.
 */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Finding, Told } from './child.ts';

const CHILD = fileURLToPath(new URL('./child.ts', import.meta.url));
const SILENCE_MS = 30_000;
/** A process that has run so many foreign programs gets a successor. */
const PER_CHILD = 400;

export interface FuzzReport {
  sources: number;
  refused: Record<string, number>;
  compiled: number;
  same: number;
  /** Programs that did not end when they ran. */
  endless: number;
  findings: Finding[];
}

export async function fuzzCompiler(from: number, count: number, progress: (report: FuzzReport) => void = () => {}): Promise<FuzzReport> {
  const report: FuzzReport = { sources: 0, refused: {}, compiled: 0, same: 0, endless: 0, findings: [] };
  const end = from + count;
  for (let next = from; next < end; ) next = await batch(next, Math.min(next + PER_CHILD, end), report, progress);
  return report;
}

/** Returns the seed to go on with. */
function batch(from: number, to: number, report: FuzzReport, progress: (report: FuzzReport) => void): Promise<number> {
  return new Promise((resolve) => {
    const child = fork(CHILD, [String(from), String(to)], {
      execArgv: ['--no-warnings', '--import', 'tsx', '--max-old-space-size=1500'],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    let at = from;
    let running = false;
    const watchdog = setTimeout(() => child.kill('SIGKILL'), SILENCE_MS);
    child.on('message', (told: Told) => {
      watchdog.refresh();
      if ('at' in told) {
        at = told.at;
        running = told.running;
        return;
      }
      count(told, report);
      at = told.done + 1;
      progress(report);
    });
    child.on('exit', () => {
      clearTimeout(watchdog);
      if (at >= to) return resolve(to);
      report.sources++;
      if (running) report.endless++;
      else report.findings.push({ seed: at, what: 'the compiler does not end, or its process died', source: '' });
      resolve(at + 1);
    });
  });
}

function count(told: Exclude<Told, { at: number }>, report: FuzzReport): void {
  report.sources++;
  if ('finding' in told) report.findings.push(told.finding);
  else if (told.outcome.kind === 'refused') report.refused[told.outcome.code] = (report.refused[told.outcome.code] ?? 0) + 1;
  else report[told.outcome.kind]++;
}
