/**
 * A random program compared with the oracle: as it is, and once more for some of its waits, which then throw.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Artifact } from '../../runtime/engine/artifact.ts';
import { hideFunctionTexts } from '../support/function-texts.ts';
import { guard } from '../support/guard.ts';
import { compileFile, EFFECTS, laterVersion, runCompiled, type Effects, type Mode } from '../support/harness.ts';
import { type NativeRun, Oracle } from '../support/oracle.ts';
import { NATIVELY } from '../support/seeds.ts';
import { minimise } from './minimise.ts';

/** How a program fails. */
export interface Failure {
  /** What a smaller program that fails in the same way has in common with it. */
  kind: string;
  /** Which wait throws, if one does. */
  throwing: number;
  text: string;
}

/** A program that waits more often than this is told to stop. */
const WAITS_MAX = 80;

/** The effects of one run; both sides count the calls alike. */
class Waits {
  made = 0;
  readonly effects: Effects;

  constructor(throwing: number) {
    this.effects = {
      tick: (value) => {
        if (++this.made === throwing) throw new Error(`wait ${throwing} throws`);
        if (this.made > WAITS_MAX) throw new Error('too many waits');
        return value;
      },
      fail: EFFECTS.fail!,
    };
  }
}

export class Comparison {
  /** What was compared: runs, and the waits in them. */
  runs = 0;
  waits = 0;
  private readonly folder = mkdtempSync(join(tmpdir(), 'perdure-fuzz-'));
  private readonly file = join(this.folder, 'main.wf.ts');
  /** Another version of the program, for moves. */
  private later: Artifact | undefined;
  /** Told what is done next, in case it does not end. */
  private readonly begins: (doing: string) => void;

  constructor(begins: (doing: string) => void) {
    this.begins = begins;
  }

  close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Null if all agree, `rejected` if plain Node refuses the program, else what differs. */
  async program(source: string, modes: Mode[], throwing: (waits: number) => number[]): Promise<Failure | 'rejected' | null> {
    const show = hideFunctionTexts();
    try {
      return await this.compare(source, modes, throwing);
    } finally {
      show();
    }
  }

  private async compare(source: string, modes: Mode[], throwing: (waits: number) => number[]): Promise<Failure | 'rejected' | null> {
    writeFileSync(this.file, source);
    let oracle: Oracle;
    try {
      oracle = new Oracle(this.file);
    } catch (error) {
      if (error instanceof SyntaxError) return 'rejected';
      throw error;
    }
    this.begins(NATIVELY);
    const waits = new Waits(0);
    const expected = await oracle.run({ effects: waits.effects });
    if (expected.refused) return 'rejected';
    this.begins('being compiled');
    let artifact: Artifact;
    try {
      artifact = compileFile(this.file);
      if (modes.includes('moved')) this.later = compileFile(this.file, { [basename(this.file)]: laterVersion(source) });
    } catch (error) {
      const { message } = error as Error;
      return { throwing: 0, kind: `not compiled ${/^error\[\w+\]/.exec(message)?.[0] ?? wordsOf(message)}`, text: message };
    }
    for (const mode of modes) {
      const difference = this.run(artifact, mode, expected, 0);
      if (difference !== null) return difference;
    }
    for (const n of throwing(Math.min(waits.made, WAITS_MAX))) {
      this.begins(`${NATIVELY}, wait ${n} throws`);
      const difference = this.run(artifact, modes.at(-1)!, await oracle.run({ effects: new Waits(n).effects }), n);
      if (difference !== null) return difference;
    }
    return null;
  }

  private run(artifact: Artifact, mode: Mode, expected: NativeRun, throwing: number): Failure | null {
    const waits = new Waits(throwing);
    const execution = `${mode}${throwing > 0 ? ', a wait throws' : ''}`;
    this.begins(`${execution}${throwing > 0 ? ` (the ${throwing}th)` : ''}`);
    this.runs++;
    let actual: string[];
    try {
      actual = runCompiled(artifact, { mode, other: this.later, effects: waits.effects });
    } catch (error) {
      const { message, stack } = error as Error;
      return { throwing, kind: `${execution}: ${wordsOf(message)}`, text: `${execution}: ${stack}` };
    } finally {
      this.waits += waits.made;
    }
    if (agree(expected, actual)) return null;
    const at = Math.max(0, expected.lines.findIndex((line, i) => line !== actual[i]));
    const part = (lines: string[]): string => lines.slice(Math.max(0, at - 3), at + 4).join('\n           ');
    const which = throwing > 0 ? ` (the ${throwing}th)` : '';
    const kind = `${execution}: ${[expected.lines[at], actual[at]].map((line) => wordsOf(line ?? 'end')).join(' | ')}`;
    return { kind, throwing, text: `${execution}${which}, line ${at}:\n  expected ${part(expected.lines)}\n  actual   ${part(actual)}` };
  }

  /** The program made small, and how it fails: without a wait that throws, or with one. */
  async smallest(source: string, modes: Mode[], { kind, throwing, text }: Failure, found: (smaller: string) => void): Promise<string> {
    // What is left out has waited, too: the wait that throws is then an earlier one.
    let wait = throwing;
    const near = (waits: number): number[] => [...downTo(wait - NEAR, Math.min(wait, waits))].filter((n) => n > 0);
    const failure = async (source: string): Promise<Failure | null> => {
      const guarded = guard(source);
      const outcome = guarded === null ? 'rejected' : await this.program(guarded, modes, near);
      return outcome === 'rejected' ? null : outcome;
    };
    const small = await minimise(source, async (smaller) => {
      const same = await failure(smaller);
      // One that has lost a declaration, or its `main`, fails in another way.
      if (same?.kind !== kind) return false;
      wait = same.throwing;
      found(`${smaller}\n${same.text}`);
      return true;
    });
    return `${small}\n${(await failure(small))?.text ?? text}`;
  }
}

/** How many waits a step of the minimiser may have left out before the one that throws. */
const NEAR = 5;

function* downTo(least: number, n: number): Generator<number> {
  for (; n >= least; n--) yield n;
}

/** What a message says, without the values that it names. */
const wordsOf = (message: string): string => /^[^\d"'{[\n]*/.exec(message)![0];

/** A run fails by a rejection that nobody can listen to, as a Node process does; the oracle notes it and goes on. */
function agree({ lines, unheard }: NativeRun, actual: string[]): boolean {
  const same = (until: number): boolean => actual.slice(0, until).every((line, i) => line === lines[i]);
  if (actual.length === lines.length && same(actual.length)) return true;
  const end = actual.at(-1);
  return unheard.some((reason) => end === `threw ${String(reason)}`) && same(actual.length - 1);
}
