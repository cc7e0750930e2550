/**
 * Early errors of ECMA-262 that the parser lets pass: they are said when the module is compiled, not when a worker
 * loads it.
 */
import { expect, test } from 'vitest';
import { compileProgram } from '../compiler/index.ts';
import { hostFor } from './support/harness.ts';

const diagnosticsOf = (source: string): string[] =>
  compileProgram('/p/main.wf.ts', hostFor('/p', { 'main.wf.ts': source })).diagnostics.map((d) => `${d.line}:${d.column} ${d.code}: ${d.message}`);

test.each([
  ['const re = /(/;', '1:12 syntax_error: Invalid regular expression: /(/: Unterminated group'],
  ['const re = /(?<a>.)(?<a>.)/u;', '1:12 syntax_error: Invalid regular expression: /(?<a>.)(?<a>.)/u: Duplicate capture group name'],
  ['const re = /a{2,1}/;', '1:12 syntax_error: Invalid regular expression: /a{2,1}/: numbers out of order in {} quantifier'],
  ['export declare function pay(): Promise<void>; const pay = 1;', "1:53 syntax_error: Identifier 'pay' has already been declared"],
  ['export declare function pay(): Promise<void>; export async function pay() {}', "1:69 syntax_error: 'pay' is exported twice"],
  ['let x; delete (x as any);', '1:8 syntax_error: Delete of an unqualified identifier in strict mode'],
  ['var thi\\u{73} = 123;', '1:5 syntax_error: Keyword must not contain escaped characters'],
  ['class C { st\\u0061tic m() {} }', '1:11 syntax_error: Keyword must not contain escaped characters'],
])('%s', (source, expected) => expect(diagnosticsOf(`${source}\n`)).toEqual([expected]));

test.each([
  'const re = [/(?<year>\\d{4})-\\k<year>/u, /(?<=a)b/gy, /\\//d];',
  'const o = { this: 1, static: 2 }; class C { static static() {} static = 1; "static"() {} }',
  'export declare function pay(cents: number): Promise<void>; export declare function pay(text: string): Promise<void>;',
  'const caf\\u00e9 = 1; const x = caf\u00e9;',
])('but not: %s', (source) => expect(diagnosticsOf(`${source}\n`)).toEqual([]));
