/**
 * A test as a workflow module.
 *
 * The code of a script goes into the body of `main`, so that `await` may be injected everywhere:
 *
 *     import { assert } from 'harness/assert.wf.ts'; export async function main() {
 *     … the test …
 *     await $ended(); }                                        (if it is asynchronous)
 *
 * A module stays one: what it tests is its top level. So does a script that must not compile, since a function's body
 * may hold what the top level may not.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from '@babel/parser';
import type * as t from '@babel/types';
import type { ConformanceTest } from './conformance-test.ts';
import { type Edit, edited } from './edit.ts';
import { inject, type Injection } from './inject.ts';

const HARNESS = fileURLToPath(new URL('./harness/', import.meta.url));

/** Our own harness, by the specifier that tests import. */
export const harness = new Map(
  readdirSync(HARNESS).map((name) => [`harness/${name}`, readFileSync(join(HARNESS, name), 'utf8')]),
);

/** Which module of ours stands for a file of test262's harness. */
const INCLUDES: Record<string, string> = {
  'compareArray.js': 'harness/assert.wf.ts',
  'propertyHelper.js': 'harness/properties.wf.ts',
  'asyncHelpers.js': 'harness/async.wf.ts',
  'promiseHelper.js': 'harness/values.wf.ts',
  'compareIterator.js': 'harness/values.wf.ts',
  'nans.js': 'harness/values.wf.ts',
  'deepEqual.js': 'harness/values.wf.ts',
  'dateConstants.js': 'harness/values.wf.ts',
  'isConstructor.js': 'harness/values.wf.ts',
  'regExpUtils.js': 'harness/regexps.wf.ts',
};

/** Exported names, by module. */
const NAMES = [...harness].map(
  ([module, source]) => [module, [...source.matchAll(/^export (?:const|class|function) ([\w$]+)/gm)].map((match) => match[1]!)] as const,
);

/** The effect that injected code awaits. */
export const TICK = '$tick';

export interface WorkflowModule {
  /** For the compiler. */
  workflow: string;
  /** The same for plain Node, where the effect is a global function. */
  native: string;
}

export function workflowModule(test: ConformanceTest, injection: Injection): WorkflowModule {
  const isModule = test.flags.has('module') || refused(test);
  const edits = isModule ? specifierEdits(test.source) : [];
  const text = edited(test.source, [...edits, ...inject(test, injection)]);
  const imports = importsFor(test.source, test.includes, test.flags.has('async'), isModule);
  const effect = injection.kind === 'none' ? '' : `export declare function ${TICK}(): Promise<void>;`;
  const end = test.flags.has('async') ? 'await $ended();' : '';
  const body = isModule ? `\n${text}\nexport async function main() {${end}}` : `export async function main() {\n${text}\n${end}}`;
  return { workflow: `// @ts-nocheck\n${imports}${effect}${body}`, native: `${imports}${body}` };
}

/** It must not be compiled. */
export const refused = (test: ConformanceTest): boolean => test.negative !== null && test.negative.phase !== 'runtime';

/** A module that tests import, as a workflow module. */
export const fixtureModule = (source: string): string => `// @ts-nocheck\n${importsFor(source, [], false, true)}\n${edited(source, specifierEdits(source))}`;

/** Imports of what the text mentions, and of what its includes add to `assert`. */
function importsFor(source: string, includes: string[], isAsync: boolean, isModule: boolean): string {
  const modules = new Set(includes.map(moduleFor));
  let text = '';
  for (const module of modules) text += `import '${module}';`;
  const words = new Set(source.match(/[\w$]+/g));
  if (isAsync) words.add('$ended');
  // The top level of a script is that of a function here, and may declare what it likes.
  const declared = new Set(isModule ? Array.from(source.matchAll(/^(?:export )?(?:var|let|const|function|class) ([\w$]+)/gm), (match) => match[1]!) : []);
  for (const [module, names] of NAMES) {
    const used = names.filter((name) => words.has(name) && !declared.has(name));
    if (used.length > 0) text += `import { ${used.join(', ')} } from '${module}';`;
  }
  return text;
}

function moduleFor(include: string): string {
  const module = INCLUDES[include];
  if (module === undefined) throw new Error(`our harness has nothing for ${include}`);
  return module;
}

/** `./x_FIXTURE.js` is compiled too: as `./x_FIXTURE.wf.js`. */
function specifierEdits(source: string): Edit[] {
  return sourcesOf(source).flatMap(({ value, end }) =>
    /^\.{0,2}\/.*\.js$/.test(value) ? [{ at: end! - '.js"'.length, text: '.wf' }] : [],
  );
}

function sourcesOf(source: string): t.StringLiteral[] {
  try {
    const { program } = parse(source, { sourceType: 'module', errorRecovery: true, attachComment: false });
    return program.body.flatMap((s) => ('source' in s && s.source ? [s.source] : []));
  } catch {
    return []; // it must not be compiled, and will not be
  }
}
