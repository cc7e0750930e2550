/**
 * What must be true of any text: the compiler refuses it with a diagnostic, or its output makes a program; a program that
 * plain Node runs, too, does the same; and one that only we run does the same in all executions.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compileProgram } from '../../compiler/index.ts';
import type { ErrorCode } from '../../runtime/error-codes.ts';
import { PerdureError } from '../../runtime/errors.ts';
import { makeArtifact, type Artifact } from '../../runtime/engine/artifact.ts';
import { Program } from '../../runtime/engine/program.ts';
import { hideFunctionTexts } from '../support/function-texts.ts';
import { guard } from '../support/guard.ts';
import { EFFECTS, Endless, ending, execute, hostFor, type Mode, type RunOptions } from '../support/harness.ts';
import { type NativeRun, Oracle } from '../support/oracle.ts';
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
  // The console of the host has more methods.
  const [before] = line.split('Object [console]');
  const unframed = before!.replaceAll(/\n\s+at [^\n]*/g, '');
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

/** The faults that end what no compiler can refuse (docs/dialect.md, "What no compiler can see"). */
const DYNAMIC_EXCLUSIONS: ReadonlySet<string> = new Set<ErrorCode>(['unstorable', 'shared_write', 'code_from_text', 'host_promise']);

/** What one execution of ours came to. What it printed, and if it ended, how, as a last line. */
interface Execution {
  lines: string[];
  how:
    | 'ended'
    /** By a rejection that nobody can listen to: it is found when the state is written, or at the end. */
    | 'unheard'
    /** What no compiler can see is refused when it happens, and what cannot be stored where it is stored. */
    | 'refused'
    | 'endless'
    /** It must not end like this. */
    | 'failed';
  error: unknown;
}

function run(artifact: Artifact, options: RunOptions, begins: (doing: string) => void): Execution {
  const lines: string[] = [];
  const print = (line: string): void => void lines.push(essence(line));
  // What has a large state takes long, and is not silent.
  const tick = (value: unknown): unknown => (begins(options.mode), value);
  begins(options.mode);
  try {
    const { outcome, unheard } = execute(artifact, { ...options, print, effects: { ...EFFECTS, tick } });
    print(ending(outcome, Program.of(artifact)));
    return { lines, how: unheard ? 'unheard' : 'ended', error: null };
  } catch (error) {
    if (error instanceof Endless) return { lines, how: 'endless', error };
    return { lines, how: error instanceof PerdureError && DYNAMIC_EXCLUSIONS.has(error.code) ? 'refused' : 'failed', error };
  }
}

/** Where two differ; -1 if they do not. */
function difference(expected: string[], actual: string[]): number {
  for (let i = 0; i < Math.max(expected.length, actual.length); i++) if (expected[i] !== actual[i]) return i;
  return -1;
}

/** The expected lines begin with these. */
const begin = (expected: string[], lines: string[]): boolean => difference(expected.slice(0, lines.length), lines) === -1;

const withoutEnd = (lines: string[]): string[] => lines.slice(0, -1);

function wrong(mode: Mode, expected: string[], actual: string[]): Outcome {
  const at = Math.max(0, difference(expected, actual));
  return { kind: 'wrong', what: `${mode} differs: expected ${expected[at]?.slice(0, 200)} | actual ${actual[at]?.slice(0, 200)}` };
}

const failed = (mode: Mode, error: unknown): Outcome => ({ kind: 'wrong', what: `${mode} ends with ${firstLine(error)}` });

/** A run whose state is left alone does what one does that is stored at each wait. */
function compareExecutions(artifact: Artifact, messages: Message[], begins: (doing: string) => void): Outcome {
  const plain = run(artifact, { mode: 'plain', messages }, begins);
  if (plain.how === 'failed') return failed('plain', plain.error);
  let outcome: Outcome = { kind: 'same' };
  for (const mode of ['kept', 'every', 'delta'] as const) {
    const stored = run(artifact, { mode, messages }, begins);
    if (stored.how === 'failed') return failed(mode, stored.error);
    if (stored.how === plain.how && difference(plain.lines, stored.lines) === -1) continue;
    if (!endsBefore(stored, plain)) return wrong(mode, [...plain.lines, plain.how], [...stored.lines, stored.how]);
    outcome = { kind: 'compiled' };
  }
  return outcome;
}

/** What is stored may end where its state is written, and does until then what the other does. */
function endsBefore(stored: Execution, plain: Execution): boolean {
  if (stored.how === 'refused') return begin(plain.lines, stored.lines);
  if (stored.how !== 'unheard' || !begin(plain.lines, withoutEnd(stored.lines))) return false;
  return plain.how === 'endless' || plain.how === 'refused' || plain.lines.at(-1) === stored.lines.at(-1);
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
  const native = await oracle.run();
  const ours = run(artifact, { mode }, begins);
  if (ours.how === 'failed' || ours.how === 'endless') return failed(mode, ours.error);
  const expected = native.lines.map(essence);
  const at = difference(expected, ours.lines);
  if (at === -1 && ours.how !== 'refused') return { kind: 'same' };
  return mayDiffer(native, expected, ours) ? { kind: 'compiled' } : wrong(mode, expected, [...ours.lines, ours.how]);
}

/** What plain Node and a run do in different ways, and only that: all that comes before is the same. */
function mayDiffer({ unheard, uncopied }: NativeRun, expected: string[], { lines, how }: Execution): boolean {
  // What effects get and give is a copy; the oracle's cannot have functions of the program in it.
  if (difference(expected, lines) >= uncopied) return true;
  if (how === 'refused') return begin(expected, lines);
  const [last, end] = [expected.at(-1)!, lines.at(-1)!];
  // The oracle goes on after a rejection that nobody can listen to, and notes it.
  if (how === 'unheard') return begin(expected, withoutEnd(lines)) && unheard.some((reason) => end === essence(`threw ${String(reason)}`));
  if (difference(withoutEnd(expected), withoutEnd(lines)) !== -1) return false;
  // The oracle shows any result, and whatever is thrown; a run's is data.
  if (last.startsWith('returned ') && end.startsWith('threw PerdureError: The result cannot leave the workflow')) return true;
  return /^threw (?!\w*Error\b)/.test(last) && end.startsWith('threw Error: ');
}
