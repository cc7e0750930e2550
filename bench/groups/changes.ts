/**
 * What a small change to a large state costs: bytes of its delta, and time from the program's last word to the
 * text of the delta.
 */
import { writeDocument } from '../../runtime/codec/format.ts';
import { evaluate } from '../../runtime/engine/cycle.ts';
import { Program } from '../../runtime/engine/program.ts';
import { type Clock, Run } from '../../runtime/engine/run.ts';
import { inChild } from '../child.ts';
import { compileFile, sourceFile } from '../compile.ts';
import type { Group } from '../group.ts';
import { spreadOf } from '../measure.ts';
import { showNumber, type Table, type Verdict } from '../table.ts';

const CHANGES = [
  { workflow: 'field', what: 'one field of an object' },
  { workflow: 'push', what: 'one element pushed' },
  { workflow: 'shift', what: 'queue.shift()' },
  { workflow: 'set', what: 'one map.set' },
];

interface Cost {
  bytes: number;
  us: number;
}

/** A queue of a thousand must not run empty. */
const REPEAT = 300;
const WARM_UP = 3000;

/** In a child process: the medians over so many changes. */
export function measure(workflow: string, size: number): Cost {
  const program = Program.of(compileFile(sourceFile('workflows/change')));
  costsOf(program, workflow, WARM_UP + 1000, WARM_UP);
  const costs = costsOf(program, workflow, size, REPEAT);
  return { bytes: spreadOf(costs.map(({ bytes }) => bytes)).median, us: spreadOf(costs.map(({ us }) => us)).median };
}

function costsOf(program: Program, workflow: string, size: number, repeat: number): Cost[] {
  const run = Run.fresh(program);
  let asked = 0;
  const clock: Clock = {
    now: () => {
      asked = performance.now();
      return 1_700_000_000_000;
    },
    latest: () => 1_700_000_000_000,
  };
  evaluate(run, [{ kind: 'start', workflow: `change.wf.ts#${workflow}`, args: [size] }], clock);
  const costs: Cost[] = [];
  for (let i = 0; i < repeat; i++) {
    const [request] = run.requests.keys();
    const { delta } = evaluate(run, [{ kind: 'result', request: request!, value: null }], clock);
    const text = writeDocument(delta);
    costs.push({ bytes: text.length, us: (performance.now() - asked) * 1000 });
  }
  if (run.over) throw new Error(`${workflow} has ended`);
  return costs;
}

const flatness = (values: number[]): number => Math.max(...values) / Math.min(...values);

export const changes: Group = {
  name: 'changes',
  about: `A cycle that changes a little of a large state: bytes of its delta, and the time from the program's last word to
the text of the delta. Flatness is the largest / the smallest of the medians over the sizes.`,

  async run({ quick }) {
    const sizes = quick ? [1000, 100_000] : [1000, 100_000, 1_000_000];
    const rounds = quick ? 3 : 5;
    const bytes: string[][] = [];
    const times: string[][] = [];
    const verdicts: Verdict[] = [];
    for (const { workflow, what } of CHANGES) {
      const costs: Cost[][] = sizes.map(() => []);
      // The sizes in turn, so that all see the same weather; the least disturbed round of each counts.
      for (let round = 0; round < rounds; round++) {
        for (const [i, size] of sizes.entries()) {
          costs[i]!.push(await inChild<Cost>(import.meta.url, workflow, size));
        }
      }
      const best = costs.map((column) => ({
        bytes: spreadOf(column.map((cost) => cost.bytes)).median,
        us: spreadOf(column.map((cost) => cost.us)).min,
      }));
      bytes.push([what, ...best.map((cost) => showNumber(cost.bytes))]);
      times.push([what, ...best.map((cost) => showNumber(cost.us))]);
      verdicts.push({ what: `bytes, ${what}`, value: flatness(best.map((cost) => cost.bytes)), goal: { atMost: 1.5 } });
      verdicts.push({ what: `time, ${what}`, value: flatness(best.map((cost) => cost.us)), goal: { atMost: 1.5 } });
    }
    const head = sizes.map((size) => size.toLocaleString('en'));
    const tables: Table[] = [
      { title: 'Bytes of the delta, by live objects', head: ['', ...head], rows: bytes, verdicts: verdicts.filter((_, i) => i % 2 === 0) },
      { title: 'µs of the checkpoint, by live objects', head: ['', ...head], rows: times, verdicts: verdicts.filter((_, i) => i % 2 === 1) },
    ];
    return tables;
  },
};
