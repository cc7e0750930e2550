/**
 * Judges one test: compiles it, runs it natively and compiled, and says what became of it.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileProgram, printDiagnostic, type Compilation, type SourceHost } from '../../compiler/index.ts';
import { fromDocument } from '../../runtime/codec/border.ts';
import { makeArtifact, type Artifact } from '../../runtime/engine/artifact.ts';
import { Program } from '../../runtime/engine/program.ts';
import { PerdureError } from '../../runtime/errors.ts';
import { execute, type Ended, type Mode, type Suspended } from '../support/harness.ts';
import { readTest, type ConformanceTest } from './conformance-test.ts';
import { hash } from './hash.ts';
import type { Injection } from './inject.ts';
import { runNatively } from './native.ts';
import { changeOfRealm } from './realm.ts';
import type { Judged, Verdict } from './verdict.ts';
import { fixtureModule, harness, refused, TICK, workflowModule, type WorkflowModule } from './workflow-module.ts';

export interface Task {
  checkout: string;
  mode: Mode;
  injection: Injection;
}

/** The faults that end what no compiler can refuse (docs/dialect.md, "What no compiler can see"). */
const DYNAMIC_EXCLUSIONS = new Set(['unstorable', 'shared_write', 'code_from_text']);

/** One in so many tests goes on in a fresh process after its first checkpoint. */
const ELSEWHERE = 50;

export const EFFECTS = { [TICK]: () => undefined };

export async function judge(path: string, task: Task): Promise<Judged> {
  const test = readTest(task.checkout, path);
  const module = workflowModule(test, task.injection);
  const compilation = compile(test, module.workflow, task.checkout);
  if ('kind' in compilation) return { path, verdict: compilation };
  if (refused(test)) return { path, verdict: verdictOfRefused(compilation) };
  const rejection = verdictOfDiagnostics(compilation);
  if (rejection) return { path, verdict: rejection };
  const native = await failure(() => runNatively(entryOf(test.path), module.native, nativeLoad(test, module, task.checkout)));
  if (isUnexpected(test, native)) return { path, verdict: { kind: 'skipped', reason: describe(native?.error) } };
  const artifact = makeArtifact(
    compilation.modules.at(-1)!.id,
    compilation.modules.map(({ id, code, manifest, map }) => ({ id, code, manifest, map })),
  );
  const verdict = run(test, artifact, task.mode);
  return { path, verdict, soiled: changeOfRealm() !== null };
}

// ——— Compiling ———

const entryOf = (path: string): string => path.replace(/\.js$/, '.wf.ts');

function compile(test: ConformanceTest, workflow: string, checkout: string): Compilation | Verdict {
  try {
    return compileProgram(join(checkout, entryOf(test.path)), sourceHost(test, workflow, checkout));
  } catch (error) {
    return { kind: 'wrong', reason: `the compiler crashed: ${describe(error)}`, stack: stackOf(error) };
  }
}

function sourceHost(test: ConformanceTest, workflow: string, checkout: string): SourceHost {
  const entry = join(checkout, entryOf(test.path));
  return {
    read: (file) => (file === entry ? workflow : (harness.get(relative(checkout, file)) ?? readFixture(file))),
    idOf: (file) => relative(checkout, file),
    resolve: (specifier, from) => resolveFrom(specifier, from, checkout),
  };
}

const resolveFrom = (specifier: string, from: string, checkout: string): string =>
  harness.has(specifier) ? join(checkout, specifier) : resolve(dirname(from), specifier.replace(/\.wf\.js$/, '.wf.ts'));

function readFixture(file: string): string | undefined {
  try {
    return fixtureModule(readFileSync(file.replace(/\.wf\.ts$/, '.js'), 'utf8'));
  } catch {
    return undefined;
  }
}

function nativeLoad(test: ConformanceTest, module: WorkflowModule, checkout: string): Parameters<typeof runNatively>[2] {
  const host = sourceHost(test, module.native, checkout);
  return (specifier, from) => {
    const file = host.resolve(specifier, join(checkout, from));
    const source = host.read(file);
    if (source === undefined) throw new Error(`no module ${specifier}`);
    return { name: host.idOf(file), source };
  };
}

function verdictOfRefused({ ok, diagnostics }: Compilation): Verdict {
  if (ok) return { kind: 'wrong', reason: 'accepted' };
  const [first] = diagnostics;
  return first ? { kind: 'passed' } : { kind: 'wrong', reason: 'refused without a diagnostic' };
}

function verdictOfDiagnostics({ ok, diagnostics, sources }: Compilation): Verdict | null {
  if (ok) return null;
  const first = diagnostics.find(({ code }) => code === 'syntax_error') ?? diagnostics[0];
  if (!first) return { kind: 'wrong', reason: 'refused without a diagnostic' };
  if (first.code !== 'syntax_error') return { kind: 'rejected', code: first.code };
  return { kind: 'wrong', reason: `syntax_error: ${first.message}`, stack: printDiagnostic(first, sources.get(first.file)) };
}

// ——— Running ———

interface Failure {
  error: unknown;
}

async function failure(body: () => Promise<void>): Promise<Failure | null> {
  try {
    await body();
    return null;
  } catch (error) {
    return { error };
  }
}

const isUnexpected = (test: ConformanceTest, failed: Failure | null): boolean =>
  test.negative === null ? failed !== null : nameOf(failed?.error) !== test.negative.type;

const nameOf = (error: unknown): string => String((error as { name?: unknown } | null | undefined)?.name);

function run(test: ConformanceTest, artifact: Artifact, mode: Mode): Verdict {
  let ended: Ended;
  try {
    const moves = mode === 'every' && hash(test.path) * ELSEWHERE < 1;
    ended = execute(artifact, { mode, effects: EFFECTS, ...(moves ? { handOver: (suspended) => goOnElsewhere(artifact, suspended) } : {}) });
  } catch (error) {
    if (error instanceof PerdureError && DYNAMIC_EXCLUSIONS.has(error.code)) return { kind: 'rejected', code: error.code };
    return { kind: 'wrong', reason: describe(error), stack: stackOf(error) };
  }
  const { outcome } = ended;
  const failed = 'ok' in outcome ? null : { error: fromDocument(outcome.error, Program.of(artifact), 'outcome') };
  if (!isUnexpected(test, failed)) return { kind: 'passed' };
  if (failed === null) return { kind: 'wrong', reason: `no ${test.negative?.type} was thrown` };
  return { kind: 'wrong', reason: describe(failed.error), stack: stackOf(failed.error) };
}

const FRESH = fileURLToPath(new URL('./fresh-process.ts', import.meta.url));

/** Goes on with a run in a process that has never seen it. */
function goOnElsewhere(artifact: Artifact, suspended: Suspended): Ended {
  const input = JSON.stringify({ artifact, suspended });
  const output = execFileSync(process.execPath, [...process.execArgv, FRESH], { input, encoding: 'utf8', maxBuffer: 1 << 28 });
  const answer = JSON.parse(output) as Ended | { failed: string };
  if ('failed' in answer) throw new Error(`in a fresh process: ${answer.failed}`);
  return answer;
}

const stackOf = (error: unknown): string | undefined => (error instanceof Error ? error.stack : undefined);

export function describe(error: unknown): string {
  const { name, message } = (error ?? {}) as { name?: unknown; message?: unknown };
  try {
    return typeof message === 'string' ? `${String(name)}: ${message}` : `threw ${String(error)}`;
  } catch {
    return 'threw something that cannot be shown';
  }
}
