/**
 * Random programs from a seed on, each compared with plain Node in a child process.
 */
import { fileURLToPath } from 'node:url';
import type { Mode } from '../support/harness.ts';
import { judgeSeeds } from '../support/seeds.ts';

export interface FuzzOptions {
  from: number;
  count: number;
  /** Without one: plain, and by turns one of those that store the state. */
  mode?: Mode;
  /** In how many runs of each program at most one of its waits throws. */
  throwing?: number;
}

/** What a child says of a program. */
export interface Verdict {
  rejected: boolean;
  runs: number;
  waits: number;
  /** The program made small, and how it fails. */
  failure: string | null;
}

export interface FuzzResult {
  programs: number;
  /** Programs that plain Node refuses: the generator's fault. */
  rejected: number;
  /** Runs that were compared, and the waits in them. */
  runs: number;
  waits: number;
  /** Programs that diverge, do not end, or end the process. */
  failures: { seed: number; text: string }[];
}

const CHILD = fileURLToPath(new URL('./child.ts', import.meta.url));

export async function fuzz(options: FuzzOptions, progress: (done: FuzzResult) => void = () => {}): Promise<FuzzResult> {
  const { from, count, mode, throwing = 2 } = options;
  const result: FuzzResult = { programs: 0, rejected: 0, runs: 0, waits: 0, failures: [] };
  const fail = (seed: number, text: string): void => void result.failures.push({ seed, text });
  await judgeSeeds<Verdict>({
    from,
    count,
    child: CHILD,
    args: mode ? [String(throwing), mode] : [String(throwing)],
    judged(seed, { rejected, runs, waits, failure }) {
      result.programs++;
      if (rejected) result.rejected++;
      result.runs += runs;
      result.waits += waits;
      if (failure !== null) fail(seed, failure);
      progress(result);
    },
    lost({ seed, how, doing, smaller, errors }) {
      result.programs++;
      fail(seed, [smaller ?? '', `${how === 'silent' ? 'does not end' : 'the process died'}: ${doing}`, errors].join('\n'));
      progress(result);
    },
  });
  return result;
}
