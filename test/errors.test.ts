/**
 * The catalogue of diagnostics: every `bad` program gives exactly its code, with the code frame that
 * `test/errors/<code>.txt` holds, and every `good` one compiles.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { DIAGNOSTICS, type Row } from '../compiler/diagnostics.ts';
import { compileProgram, printDiagnostic, type Compilation } from '../compiler/index.ts';
import { errorsPage } from '../scripts/docs/errors-page.ts';
import { abiPage } from '../scripts/docs/abi-page.ts';
import { layOut } from '../scripts/docs/lay-out.ts';
import { hostFor } from './support/harness.ts';

const compile = (source: string, others: Record<string, string> = {}): Compilation =>
  compileProgram('/p/main.wf.ts', hostFor('/p', { 'main.wf.ts': source, ...others }));

const print = ({ diagnostics, sources }: Compilation): string =>
  diagnostics.map((d) => printDiagnostic(d, sources.get(d.file))).join('\n\n');

const rows = Object.entries<Row>(DIAGNOSTICS).map(([code, row]) => ({ code, ...row }));

describe.each(rows)('$code', ({ code, severity, bad, good, files, also = [] }) => {
  const source = bad === '' ? tooDeep() : layOut(bad);

  test('the bad program gives this code, and only this one', async () => {
    const compilation = compile(source, files);
    expect(compilation.diagnostics.map((d) => d.code)).toEqual([code, ...also]);
    // A warning stops nothing.
    expect(compilation.ok).toBe(severity === 'hazard');
    expect(compilation.modules.length).toBe(severity === 'hazard' ? 1 : 0);
    await expect(`${print(compilation)}\n`).toMatchFileSnapshot(`errors/${code}.txt`);
  });

  test('the good program compiles', () => {
    const compilation = compile(layOut(good));
    expect(print(compilation)).toBe('');
    expect(compilation.ok).toBe(true);
  });
});

test.each([
  ['a sum of 3,000 terms', `${'a + '.repeat(3000)}a`],
  ['a chain of 1,000 calls', `String(a)${'.trim()'.repeat(1000)}`],
  ['a chain of 5,000 calls', `String(a)${'.trim()'.repeat(5000)}`],
  ['parentheses', `${'('.repeat(3000)}a${')'.repeat(3000)}`],
])('%s compiles or is refused, whichever pass gives up', (_, expression) => {
  const compilation = compile(`export async function f(a: number) {\n  return ${expression};\n}\n`);
  expect(compilation.diagnostics.map((d) => d.code)).toEqual(compilation.ok ? [] : ['too_deep']);
});

test('all diagnostics of all modules come in one go, in the order of the files and places', () => {
  const compilation = compile("import { f } from './other.wf.ts';\nexport async function main() {\n  fetch(f); process.exit();\n}\n", {
    'other.wf.ts': 'export function f() { return eval(1); }\n',
  });
  expect(compilation.diagnostics.map((d) => [d.file, d.code, d.line, d.column])).toEqual([
    ['main.wf.ts', 'host_global', 3, 3],
    ['main.wf.ts', 'host_global', 3, 13],
    ['other.wf.ts', 'eval_code', 1, 30],
  ]);
});

test('parameter properties are set after a `super()` that stands by itself', () => {
  const program = (body: string): string => `class A {} class B extends A { constructor(readonly x: number) { ${body} } }\nexport async function f() { return new B(1); }\n`;
  expect(compile(program('super();')).diagnostics).toEqual([]);
  expect(compile(program('if (x) super();')).diagnostics.map((d) => [d.code, d.message])).toEqual([
    ['syntax_error', 'A constructor with parameter properties must call `super()` as a statement of its own'],
  ]);
});

test.each([
  ['errors.md', errorsPage],
  ['abi.md', abiPage],
])('docs/%s is what the tables say; `npm run docs` writes it', (name, page) => {
  expect(readFileSync(new URL(`../docs/${name}`, import.meta.url), 'utf8')).toBe(page());
});

/** No program of a reader's screen is nested too deeply. */
function tooDeep(): string {
  return `export async function f() { return ${'['.repeat(20_000)}${']'.repeat(20_000)}; }\n`;
}
