/**
 * Mutated sources through the compiler, each in a child process. One that does not end is a finding, unless it does not
 * end in plain Node.
 */
import { fileURLToPath } from 'node:url';
import { judgeSeeds, NATIVELY } from '../support/seeds.ts';
import type { Outcome } from './judge.ts';
import { sourceOf } from './source.ts';

/** What a child says of a source. */
export interface Verdict {
  outcome: Outcome;
  /** One that goes wrong, made small. */
  smallest: string | null;
}

export interface Finding {
  seed: number;
  what: string;
  source: string;
}

export interface FuzzReport {
  sources: number;
  refused: Record<string, number>;
  compiled: number;
  same: number;
  /** Programs that do not end in plain Node. */
  endless: number;
  findings: Finding[];
}

const CHILD = fileURLToPath(new URL('./child.ts', import.meta.url));

export async function fuzzCompiler(from: number, count: number, progress: (report: FuzzReport) => void = () => {}): Promise<FuzzReport> {
  const report: FuzzReport = { sources: 0, refused: {}, compiled: 0, same: 0, endless: 0, findings: [] };
  const find = (seed: number, what: string, smallest: string | null): void =>
    void report.findings.push({ seed, what, source: smallest ?? sourceOf(seed) });
  await judgeSeeds<Verdict>({
    from,
    count,
    child: CHILD,
    judged(seed, { outcome, smallest }) {
      report.sources++;
      if (outcome.kind === 'wrong') find(seed, outcome.what, smallest);
      else if (outcome.kind === 'refused') report.refused[outcome.code] = (report.refused[outcome.code] ?? 0) + 1;
      else report[outcome.kind]++;
      progress(report);
    },
    lost({ seed, how, doing, smaller, errors }) {
      report.sources++;
      if (how === 'silent' && doing === NATIVELY && smaller === null) report.endless++;
      else find(seed, `${how === 'silent' ? 'does not end' : 'the process died'}: ${doing}${errors && `\n${errors}`}`, smaller);
      progress(report);
    },
  });
  return report;
}
