/**
 * What must be true of any text: the compiler refuses it with a diagnostic, or its output makes a program; a program that
 * plain Node runs, too, does the same; and one that only we run does the same in all executions.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compileProgram } from '../../compiler/index.ts';
import { PerdureError } from '../../runtime/errors.ts';
import { makeArtifact, type Artifact } from '../../runtime/engine/artifact.ts';
import { Program } from '../../runtime/engine/program.ts';
import { hideFunctionTexts } from '../support/function-texts.ts';
import { guard } from '../support/guard.ts';
import { EFFECTS, hostFor, runCompiled, type Mode } from '../support/harness.ts';
import { Oracle } from '../support/oracle.ts';
import { type Message, messagesOf } from '../support/oracle-waiting.ts';
import { NATIVELY } from '../support/seeds.ts';

export type Outcome =
  | { kind: 'refused'; code: string }
  /** It makes a program, and is not run, or is refused when it runs. */
  | { kind: 'compiled' }
  | { kind: 'same' }
  | { kind: 'wrong'; what: string };

const FILE = 'main.wf.ts';
const folder = mkdtempSync(join(tmpdir(), 'perdure-compiler-fuzz-'));
const path = join(folder, FILE);
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

const firstLine = (error: unknown): string => String((error as Error | null)?.stack ?? error).split('\n').slice(0, 3).join(' ').slice(0, 300);

export async function judge(source: string, mode: Mode, begins: (doing: string) => void): Promise<Outcome> {
  begins('being compiled');
  const guarded = guard(source);
  let artifact: Artifact;
  try {
    const compilation = compileProgram(path, hostFor(folder, { [FILE]: guarded ?? source }));
    if (!compilation.ok) {
      const code = compilation.diagnostics.find((d) => d.severity !== 'hazard')?.code;
      return code ? { kind: 'refused', code } : { kind: 'wrong', what: 'refused without a diagnostic' };
    }
    const modules = compilation.modules.map(({ id, code, manifest, map }) => ({ id, code, manifest, map }));
    artifact = makeArtifact(modules.at(-1)!.id, modules);
  } catch (error) {
    return { kind: 'wrong', what: `the compiler ends with ${firstLine(error)}` };
  }
  try {
    Program.of(artifact);
  } catch (error) {
    return { kind: 'wrong', what: `its output is no program: ${firstLine(error)}` };
  }
  if (guarded === null || !artifact.modules.at(-1)!.manifest.workflows.includes('main') || UNSAFE.test(source)) return { kind: 'compiled' };
  const messages = messagesOf(source);
  const show = hideFunctionTexts();
  try {
    return OURS.test(source) ? compareExecutions(artifact, messages, begins) : await compare(artifact, guarded, mode, begins);
  } finally {
    show();
  }
}

/** What differs from run to run, or takes its time. */
const UNSAFE = /\b(random|randomUUID|stack)\b|repeat\(|padStart|padEnd/;

/** What plain Node does not know or does in its own time and place: our executions are compared with one another. */
const OURS = /\b(CancelledError|scope|withTimeout|Date|sleep|channel|Intl|toLocale\w+|structuredClone)\b/;

/** Names that only emitted code has. */
const EMITTED = /\$(?:[a-z]*\d+|env|console|reflection|error)\b/;

/**
 * What may differ: how `console.log` shows a function, the frames below an error, and how V8 prints an expression that
 * is more than names; but never may it name what is emitted.
 */
const essence = (line: string): string => {
  const unframed = line.replaceAll(/\n\s+at [^\n]*/g, '');
  const unnamed = unframed.replaceAll(/\[(\w*Function|class)[^\]]*\]( \w*Function)?( \{\s*\})?/g, '[Function]');
  // Where a line is broken is told by how long it is.
  const text = unnamed === unframed ? unframed : unnamed.replaceAll(/\s+/g, ' ');
  if (EMITTED.test(text)) return text;
  return text
    .replace(/(threw |caught |^)(\w*Error: )?.* is not (a function|a constructor|iterable|async iterable).*/s, '$1$2it is not that')
    // What V8 says of an iterable that it cannot print.
    .replace(/Cannot read properties of (undefined|null) \(reading 'Symbol\(Symbol\.(iterator|asyncIterator)\)'\)/, 'it is not that')
    .replace(/.* called on incompatible receiver .*/s, 'incompatible receiver')
    .replace(/Class constructor Promise\d* cannot/, 'Promise constructor cannot');
};

/** A run whose state is left alone does what one does that is stored at each wait. */
function compareExecutions(artifact: Artifact, messages: Message[], begins: (doing: string) => void): Outcome {
  const ended = (mode: Mode): string[] => {
    const tick = (value: unknown): unknown => (begins(mode), value);
    try {
      begins(mode);
      return runCompiled(artifact, { mode, messages, effects: { ...EFFECTS, tick } }).map(essence);
    } catch (error) {
      // What cannot be stored is refused where it is stored.
      if (error instanceof PerdureError && error.code !== 'corrupt_state') return ['refused'];
      return [`fails with ${firstLine(error)}`];
    }
  };
  const plain = ended('plain');
  for (const mode of ['kept', 'every', 'delta'] as const) {
    const stored = ended(mode);
    if (stored.at(-1) === 'refused') return { kind: 'compiled' };
    const at = stored.findIndex((line, i) => line !== plain[i]);
    // A rejection that nobody can listen to any more is found when the state is written, or at the end.
    if (at === stored.length - 1 && stored[at] === plain.at(-1) && stored[at]!.startsWith('threw ')) return { kind: 'compiled' };
    if (at !== -1 || stored.length !== plain.length) return { kind: 'wrong', what: `${mode} differs: plain ${plain[at]?.slice(0, 200)} | ${stored[at]?.slice(0, 200)}` };
  }
  return { kind: 'same' };
}

async function compare(artifact: Artifact, source: string, mode: Mode, begins: (doing: string) => void): Promise<Outcome> {
  writeFileSync(path, source);
  let oracle: Oracle;
  try {
    oracle = new Oracle(path);
  } catch (error) {
    // What plain Node does not even parse must not compile.
    return error instanceof SyntaxError ? { kind: 'wrong', what: `compiled, and Node says ${firstLine(error)}` } : { kind: 'compiled' };
  }
  begins(NATIVELY);
  const { lines, unheard } = await oracle.run();
  begins(mode);
  let expected = lines;
  let actual: string[];
  try {
    // What has a large state takes long, and is not silent.
    const tick = (value: unknown): unknown => (begins(mode), value);
    actual = runCompiled(artifact, { mode, effects: { ...EFFECTS, tick } });
  } catch (error) {
    // A fault: what no compiler can see is refused when it happens.
    if (error instanceof PerdureError && error.code !== 'corrupt_state') return { kind: 'compiled' };
    // The module itself throws when it is evaluated.
    if (expected.at(-1) === `threw ${String(error)}`) return { kind: 'same' };
    return { kind: 'wrong', what: `${mode} ends with ${firstLine(error)}` };
  }
  [expected, actual] = [expected.map(essence), actual.map(essence)];
  if (JSON.stringify(actual) === JSON.stringify(expected)) return { kind: 'same' };
  // A run fails by a rejection that nobody can listen to; the oracle goes on, and notes it.
  if (unheard.some((reason) => actual.at(-1) === essence(`threw ${String(reason)}`))) return { kind: 'compiled' };
  // What effects get and give is a copy; the oracle's cannot have functions of the program in it.
  if (lines.some((line) => /could not be cloned/.test(line))) return { kind: 'compiled' };
  // The oracle shows any result, and whatever is thrown; a run's is data.
  if (actual.at(-1)!.startsWith('threw PerdureError: The result cannot leave the workflow')) return { kind: 'compiled' };
  if (/^threw (?!\w*Error\b)/.test(expected.at(-1)!) && actual.at(-1)!.startsWith('threw Error: ')) return { kind: 'compiled' };
  // The console of the host has more methods.
  if (lines.some((line) => line.includes('Object [console]'))) return { kind: 'compiled' };
  const at = Math.max(0, expected.findIndex((line, i) => line !== actual[i]));
  return { kind: 'wrong', what: `${mode} differs: expected ${expected[at]?.slice(0, 200)} | actual ${actual[at]?.slice(0, 200)}` };
}
