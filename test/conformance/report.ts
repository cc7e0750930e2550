/** What became of a list of tests, for people and for machines. */
import type { Judged, Verdict } from './verdict.ts';

export interface Summary {
  passed: number;
  rejected: { path: string; code: string }[];
  wrong: { path: string; reason: string }[];
  skipped: { path: string; reason: string }[];
  /** Tests that changed built-ins of the process without being noticed. */
  unseen: string[];
}

export function summarise(results: readonly Judged[]): Summary {
  const sorted = [...results].sort((a, b) => (a.path < b.path ? -1 : 1));
  const of = <K extends Verdict['kind']>(kind: K) =>
    sorted.flatMap(({ path, verdict }) => (verdict.kind === kind ? [{ path, ...(verdict as Extract<Verdict, { kind: K }>) }] : []));
  return {
    passed: of('passed').length,
    rejected: of('rejected').map(({ path, code }) => ({ path, code })),
    wrong: of('wrong').map(({ path, reason }) => ({ path, reason })),
    skipped: of('skipped').map(({ path, reason }) => ({ path, reason })),
    unseen: sorted.filter(({ soiled }) => soiled).map(({ path }) => path),
  };
}

/** Reasons without what differs from test to test. */
const shape = (reason: string): string => reason.split('\n')[0]!.replace(/"[^"]*"|'[^']*'|`[^`]*`/g, '…').replace(/\d+/g, 'n').slice(0, 110);

function grouped(entries: readonly { path: string; label: string }[], examples: number): string[] {
  const groups = new Map<string, string[]>();
  for (const { path, label } of entries) groups.set(label, [...(groups.get(label) ?? []), path]);
  return [...groups]
    .sort((a, b) => b[1].length - a[1].length)
    .flatMap(([label, paths]) => [`  ${String(paths.length).padStart(5)}  ${label}`, ...paths.slice(0, examples).map((path) => `           ${path}`)]);
}

export function printSummary(title: string, summary: Summary, { examples = 2, all = false } = {}): string {
  const { passed, rejected, wrong, skipped, unseen } = summary;
  const lines = [title];
  if (rejected.length > 0) lines.push(' rejected:', ...grouped(rejected.map(({ path, code }) => ({ path, label: code })), 0));
  if (skipped.length > 0) lines.push(` skipped, because plain Node fails too: ${skipped.length}`, ...(all ? skipped.map(({ path, reason }) => `         ${path}: ${reason}`) : []));
  if (unseen.length > 0) lines.push(` changed built-ins unseen: ${unseen.length}`, ...(all ? unseen.map((path) => `         ${path}`) : []));
  if (wrong.length > 0) lines.push(' wrong:', ...grouped(wrong.map(({ path, reason }) => ({ path, label: shape(reason) })), examples));
  if (all) lines.push(...wrong.map(({ path, reason }) => `  ${path}: ${reason.split('\n')[0]}`));
  const total = passed + rejected.length + wrong.length;
  const percent = (n: number): string => (total === 0 ? '' : ` (${((100 * n) / total).toFixed(1)} %)`);
  lines.push(`${title}: ${passed} passed, ${rejected.length} rejected${percent(rejected.length)}, ${wrong.length} wrong${percent(wrong.length)}, ${skipped.length} skipped`);
  return lines.join('\n');
}
