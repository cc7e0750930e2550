/**
 * Seeds that are judged in child processes: random programs may do what nothing in their own process interrupts. A child
 * tells what it is at (`tell`); one that says nothing for a while is ended, and the next goes on after its seed.
 */
import { fork } from 'node:child_process';
import { watchdog } from './watchdog.ts';

/** What a child tells. */
export type Told<Verdict> =
  | { at: number; doing: string }
  /** A smaller source that fails like that of the seed. */
  | { at: number; smaller: string }
  | { done: number; verdict: Verdict };

/** What a child does while plain Node runs a program. */
export const NATIVELY = 'in plain Node';

export const tell = <Verdict>(told: Told<Verdict>): void => void process.send!(told);

/** A seed that was not judged: the child fell silent, or died. */
export interface Lost {
  seed: number;
  how: 'silent' | 'died';
  doing: string;
  /** The smallest source that is known to fail, if it was making it small. */
  smaller: string | null;
  /** The last of what the process wrote to its standard error. */
  errors: string;
}

export interface Seeds<Verdict> {
  from: number;
  count: number;
  /** The module of the child, and arguments after the first seed and the one behind the last. */
  child: string;
  args?: string[];
  judged(seed: number, verdict: Verdict): void;
  lost(lost: Lost): void;
}

const SILENCE_MS = 30_000;
/** A process that has run so many foreign programs gets a successor. */
const PER_CHILD = 400;

export async function judgeSeeds<Verdict>(seeds: Seeds<Verdict>): Promise<void> {
  const end = seeds.from + seeds.count;
  for (let next = seeds.from; next < end; ) next = await batch(next, Math.min(next + PER_CHILD, end), seeds);
}

/** Returns the seed to go on with. */
function batch<Verdict>(from: number, to: number, { child: module, args = [], judged, lost }: Seeds<Verdict>): Promise<number> {
  return new Promise((resolve) => {
    const child = fork(module, [String(from), String(to), ...args], {
      execArgv: ['--no-warnings', '--import', 'tsx', '--max-old-space-size=1500'],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    let at = from;
    let doing = 'beginning';
    let smaller: string | null = null;
    let errors = '';
    child.stderr!.on('data', (text) => (errors = (errors + String(text)).slice(-2000)));
    let how: Lost['how'] = 'died';
    const silence = watchdog(SILENCE_MS, () => {
      how = 'silent';
      child.kill('SIGKILL');
    });
    child.on('message', (told: Told<Verdict>) => {
      silence.refresh();
      if ('done' in told) {
        judged(told.done, told.verdict);
        [at, doing, smaller] = [told.done + 1, 'beginning', null];
      } else {
        at = told.at;
        if ('doing' in told) doing = told.doing;
        else smaller = told.smaller;
      }
    });
    child.on('exit', () => {
      silence.stop();
      if (at >= to) return resolve(to);
      lost({ seed: at, how, doing, smaller, errors });
      resolve(at + 1);
    });
  });
}
