/**
 * Runs generated programs against the oracle.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Artifact } from '../../runtime/engine/artifact.ts';
import { Generator, minimise, render, type Statement } from './generate.ts';
import { compileFile, runCompiled, type Mode } from './harness.ts';
import { runOracle } from './oracle.ts';

export interface FuzzResult {
  programs: number;
  /** Programs that plain Node refuses: the generator's fault. */
  rejected: number;
  seed: number | null;
  failure: string | null;
}

/** Runs `count` programs from seed `from` on. Stops at the first that diverges, made small. */
export async function fuzz(from: number, count: number, only?: Mode, progress: (done: number) => void = () => {}): Promise<FuzzResult> {
  const folder = mkdtempSync(join(tmpdir(), 'perdure-fuzz-'));
  const file = join(folder, 'main.wf.ts');
  let rejected = 0;
  try {
    for (let seed = from; seed < from + count; seed++) {
      const statements = new Generator(seed).program();
      const outcome = await compare(file, render(statements), modesOf(seed, only));
      if (outcome === 'rejected') rejected++;
      else if (outcome !== null) {
        const failure = await describe(file, statements, modesOf(seed, only));
        return { programs: seed - from, rejected, seed, failure };
      }
      progress(seed - from + 1);
    }
    return { programs: count, rejected, seed: null, failure: null };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Every program runs plain and in one of the two stressed executions, by turns. */
const modesOf = (seed: number, only?: Mode): Mode[] => (only ? [only] : ['plain', seed % 2 === 0 ? 'every' : 'delta']);

/** Null if all agree, `rejected` if plain Node refuses the program, else what differs. */
async function compare(file: string, source: string, modes: Mode[]): Promise<string | null> {
  writeFileSync(file, source);
  let expected: string[];
  try {
    expected = await runOracle(file);
  } catch (error) {
    if (error instanceof SyntaxError) return 'rejected';
    throw error;
  }
  for (const mode of modes) {
    let artifact: Artifact;
    try {
      artifact = compileFile(file);
    } catch (error) {
      return `not compiled:\n${(error as Error).message}`;
    }
    let actual: string[];
    try {
      actual = runCompiled(artifact, { mode });
    } catch (error) {
      return `${mode}:\n${(error as Error).stack}`;
    }
    if (JSON.stringify(actual) !== JSON.stringify(expected)) {
      return `${mode}:\n  expected ${expected.join('\n           ')}\n  actual   ${actual.join('\n           ')}`;
    }
  }
  return null;
}

/** How a program fails: in which execution, or by which diagnostic or internal error. */
const KIND = /^.*(?:\n(?:error\[\w+\]|perdure: internal: [\w ]*))?/;

async function describe(file: string, statements: Statement[], modes: Mode[]): Promise<string> {
  // A smaller program counts if it fails in the same way: one that has lost a declaration is another failure.
  const kind = (outcome: string | null): string | undefined => (outcome === null ? undefined : KIND.exec(outcome)?.[0]);
  const sought = kind(await compare(file, render(statements), modes));
  const fails = async (source: string): Promise<boolean> => kind(await compare(file, source, modes)) === sought;
  const small = await minimise(statements, fails);
  const source = render(small);
  return `${source}\n${await compare(file, source, modes)}`;
}
