/**
 * Judges mutated sources in a process of its own, one seed after the other.
 */
import type { Mode } from '../support/harness.ts';
import { tell } from '../support/seeds.ts';
import type { Verdict } from './fuzz-compiler.ts';
import { judge, type Outcome } from './judge.ts';
import { minimise } from './minimise.ts';
import { sourceOf } from './source.ts';

const MODES: Mode[] = ['plain', 'every', 'delta'];

async function run(from: number, to: number): Promise<void> {
  for (let seed = from; seed < to; seed++) {
    const mode = MODES[seed % MODES.length]!;
    const look = (source: string): Promise<Outcome> => judge(source, mode, (doing) => tell({ at: seed, doing }));
    const source = sourceOf(seed);
    const outcome = await look(source);
    const verdict: Verdict = { outcome, smallest: null };
    if (outcome.kind === 'wrong') verdict.smallest = await minimise(source, outcome.what, look, (smaller) => tell({ at: seed, smaller }));
    tell({ done: seed, verdict });
  }
}

const [from, to] = process.argv.slice(2);
await run(Number(from), Number(to));
process.disconnect();
