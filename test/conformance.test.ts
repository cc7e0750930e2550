/**
 * The conformance runner, on a checkout of a few tests of our own.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readTest } from './conformance/conformance-test.ts';
import { edited } from './conformance/edit.ts';
import { inject } from './conformance/inject.ts';
import { workflowModule } from './conformance/workflow-module.ts';

const RUNNER = fileURLToPath(new URL('../scripts/test262.ts', import.meta.url));

const TESTS: Record<string, string> = {
  'passes.js': 'assert.sameValue([1, 2].map((x) => x * 2)[1], 4);',
  'fails-everywhere.js': 'assert.sameValue(1, 2);',
  'rejected.js': 'assert(new Proxy({}, {}) !== null);',
  'shared.js': 'const write = (o) => { o.x = 1; };\nwrite($DONOTEVALUATE);\nassert.sameValue($DONOTEVALUATE.x, 1);',
  'throws.js': '/*---\nnegative:\n  phase: runtime\n  type: RangeError\n---*/\nthrow new RangeError();',
  'refused.js': '/*---\nnegative:\n  phase: parse\n  type: SyntaxError\n---*/\n$DONOTEVALUATE();\nlet x; let x;',
  'accepted.js': '/*---\nnegative:\n  phase: parse\n  type: SyntaxError\n---*/\nlet x;',
  'later.js': '/*---\nflags: [async]\n---*/\nconst f = async (x) => await x + 1;\nf(1).then((x) => assert.sameValue(x, 2)).then($DONE, $DONE);',
  'never.js': '/*---\nflags: [async]\n---*/\nnew Promise(() => {});',
  'imports.js': "/*---\nflags: [module]\n---*/\nimport { one, two } from './numbers_FIXTURE.js';\nassert.sameValue(one + two, 3);",
  'numbers_FIXTURE.js': "export const one = 1;\nexport { two } from './imported_FIXTURE.js';",
  'imported_FIXTURE.js': 'export const two = 2;',
  'attributes.js':
    "/*---\nincludes: [propertyHelper.js]\n---*/\nconst o = { x: 1 };\nverifyProperty(o, 'x', { value: 1, writable: true, enumerable: true, configurable: true }, { restore: true });\n" +
    "verifyProperty(Math, 'PI', { value: Math.PI, writable: false, enumerable: false, configurable: false });",
};

let checkout: string;

beforeAll(() => {
  checkout = mkdtempSync(join(tmpdir(), 'perdure-test262-'));
  mkdirSync(join(checkout, 'test/language'), { recursive: true });
  mkdirSync(join(checkout, 'test/built-ins'));
  for (const [name, source] of Object.entries(TESTS)) writeFileSync(join(checkout, 'test/language', name), source);
});

afterAll(() => rmSync(checkout, { recursive: true, force: true }));

const run = (...options: string[]): { status: number; output: string; json: Record<string, { path: string; code?: string; reason?: string }[]> } => {
  const out = join(checkout, 'out.json');
  const args = ['--import', 'tsx', RUNNER, '--dir', checkout, '--jobs', '1', '--json', out, ...options];
  let status = 0;
  let output: string;
  try {
    output = execFileSync(process.execPath, args, { encoding: 'utf8' });
  } catch (error) {
    ({ status, stdout: output } = error as { status: number; stdout: string });
  }
  return { status, output, json: JSON.parse(readFileSync(out, 'utf8')) as never };
};

describe('verdicts', () => {
  test.each([
    ['plain', 'none'],
    ['every', 'stmt'],
    ['delta', 'expr'],
  ])('mode %s, inject %s', (mode, kind) => {
    const { status, output, json } = run('--mode', mode, '--inject', kind);
    expect(json).toMatchObject({
      passed: 6,
      rejected: [
        { path: 'test/language/rejected.js', code: 'excluded_global' },
        { path: 'test/language/shared.js', code: 'shared_write' },
      ],
      wrong: [{ path: 'test/language/accepted.js', reason: 'accepted' }],
    });
    expect(json.skipped!.map(({ path }) => path)).toEqual(['test/language/fails-everywhere.js', 'test/language/never.js']);
    expect(status).toBe(1);
    expect(output.trimEnd().split('\n').at(-1)).toMatch(/^test262: 6 passed, 2 rejected, 1 wrong, 2 skipped of 11 in \d+ s$/);
  });

  test('one test, by its path', () => {
    const { status, output } = run('test/language/passes.js');
    expect(output).toContain('test/language/passes.js: passed');
    expect(status).toBe(0);
  });
});

const injected = (source: string, kind: 'stmt' | 'expr'): string => {
  const parsed = { path: 'x.js', source, flags: new Set<string>(), includes: [], negative: null };
  return edited(source, inject(parsed, { kind, seed: 1, share: 1 })).replaceAll('await $tick()', '~');
};

describe('injection', () => {
  test.each([
    ['f(); { g(); }', '~; f(); ~; { ~; g(); }'],
    ['const f = () => { g(); }', '~; const f = () => { g(); }'],
    ['const f = async () => { g(); }', '~; const f = async () => { ~; g(); }'],
    ['class A { static { g(); } async m() { g(); } }', '~; class A { static { g(); } async m() { ~; g(); } }'],
  ])('before statements: %s', (source, expected) => expect(injected(source, 'stmt')).toBe(expected));

  test.each([
    ['x = f(a)', 'x = (~, f((~, a)))'],
    ['x = y.z', 'x = (~, (~, y).z)'],
    ['x = () => {}', 'x = () => {}'],
    ['x = typeof y', 'x = (~, typeof y)'],
    ['f`${a}`', 'f`${a}`'],
    ['({ a } = b)', '({ a } = (~, b))'],
    ['({ a: c = d } = b)', '({ a: c = (~, d) } = (~, b))'],
    ['f\na + b', 'f\na + (~, b)'],
    ['const f = async (x = a) => b + c', 'const f = async (x = a) => (~, b) + (~, c)'],
    ['const f = (x = a) => b + c', 'const f = (x = a) => b + c'],
    ['class A extends B { [k] = v; }', 'class A extends (~, B) { [(~, k)] = v; }'],
  ])('in expressions: %s', (source, expected) => expect(injected(source, 'expr')).toBe(expected));
});

test('a script is the body of main; a module and what must not compile are not', () => {
  const injection = { kind: 'none', seed: 1, share: 0 } as const;
  const text = (name: string): string => workflowModule(readTest(checkout, `test/language/${name}`), injection).workflow;
  expect(text('passes.js')).toBe(`// @ts-nocheck\nimport { assert } from 'harness/assert.wf.ts';export async function main() {\n${TESTS['passes.js']}\n}`);
  expect(text('refused.js')).toMatch(/let x; let x;\nexport async function main\(\) \{\}$/);
  expect(text('imports.js')).toContain("from './numbers_FIXTURE.wf.js'");
});
