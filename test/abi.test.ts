/**
 * The tables that compiler, runtime and docs share say what is there: every row has one implementation and one who
 * needs it, and nothing is implemented that has no row.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from '@babel/parser';
import type * as t from '@babel/types';
import { expect, test } from 'vitest';
import { ABI_VERSION, BUILTINS, OPERATIONS } from '../runtime/abi.ts';
import { builtins, intrinsicName } from '../runtime/builtins/intrinsics.ts';
import { OPERATIONS as SHARED } from '../runtime/engine/operations.ts';
import { Program } from '../runtime/engine/program.ts';
import { ERROR_CODES } from '../runtime/error-codes.ts';
import { compileFile, runCompiled } from './support/harness.ts';

const ROOT = fileURLToPath(new URL('../', import.meta.url));

/** What a program gets as `$`. */
function dollar(): Record<string, unknown> {
  const id = 'abi.wf.ts';
  const code = "function program($) { $.share({ $ }); return { slots: () => ({ $m: undefined, $up: undefined }), enter() {}, init() {} }; }";
  const manifest = {
    abi: ABI_VERSION, id, imports: [], linked: [], workflows: [], queries: [], effects: [], channels: [], exports: {}, functions: {}, awaits: false, slots: [],
    symbols: false, reflective: false,
  };
  const program = new Program();
  program.add({ id, code, manifest, map: null });
  return program.sharedOf(id).$ as Record<string, unknown>;
}

test('every operation of the table has an implementation, and there are no others', () => {
  const $ = dollar();
  expect(Object.keys($).sort()).toEqual(Object.keys(OPERATIONS).sort());
  expect(Object.entries($).filter(([, value]) => value === undefined || value === null)).toEqual([]);
});

test('an operation is either the same for all programs or made for each module', () => {
  const first = dollar();
  const second = dollar();
  const own = Object.keys(first).filter((name) => !(name in SHARED));
  expect(own).toEqual(['declareFunction', 'declareMachine', 'declareClass', 'defineClass', 'effect', 'named', 'template', 'namespace', 'link', 'share', 'envs']);
  expect(Object.keys(SHARED).filter((name) => first[name] !== (SHARED as Record<string, unknown>)[name])).toEqual([]);
  expect(own.filter((name) => first[name] === second[name])).toEqual([]);
});

test('the compiler emits every operation', () => {
  const mentioned = new Set<string>();
  for (const { program } of sources('compiler')) {
    visit(program, (node) => {
      if (node.type === 'StringLiteral') mentioned.add(node.value.replace(/^\$/, ''));
      if (node.type === 'Identifier') mentioned.add(node.name);
    });
  }
  expect(Object.keys(OPERATIONS).filter((name) => !mentioned.has(name))).toEqual([]);
});

test('every built-in of the table is there and can be stored by name, and there are no others', () => {
  expect(Object.keys(builtins).sort()).toEqual([...BUILTINS].sort());
  expect(new Set(BUILTINS).size).toBe(BUILTINS.length);
  const nameless = BUILTINS.filter((name) => intrinsicName(builtins[name] as object) === undefined);
  expect(nameless).toEqual([]);
});

test('every error code is thrown somewhere, and no other', () => {
  const used = new Set<string>();
  const unknown: string[] = [];
  for (const { file, program } of [...sources('runtime'), ...sources('cli'), ...sources('register')]) {
    visit(program, (node) => {
      if (node.type !== 'NewExpression' && node.type !== 'CallExpression') return;
      for (const argument of node.arguments) for (const code of literals(argument)) if (code in ERROR_CODES) used.add(code);
      if (node.type !== 'NewExpression' || node.callee.type !== 'Identifier') return;
      const place = { PerdureError: 0, Fault: 0, StoreError: 1 }[node.callee.name];
      const code = place === undefined ? undefined : node.arguments[place];
      if (code) for (const text of literals(code)) if (!(text in ERROR_CODES)) unknown.push(`${file}: ${text}`);
    });
  }
  expect(unknown).toEqual([]);
  expect(Object.keys(ERROR_CODES).filter((code) => !used.has(code))).toEqual([]);
});

/** The texts that an argument may be. */
function literals(node: t.Node): string[] {
  if (node.type === 'StringLiteral') return [node.value];
  if (node.type === 'ConditionalExpression') return [...literals(node.consequent), ...literals(node.alternate)];
  return node.type === 'LogicalExpression' ? [...literals(node.left), ...literals(node.right)] : [];
}

function sources(folder: string): { file: string; program: t.Program }[] {
  return readdirSync(`${ROOT}${folder}`, { recursive: true })
    .map((name) => `${folder}/${String(name)}`)
    .filter((file) => file.endsWith('.ts'))
    .map((file) => ({
      file,
      program: parse(readFileSync(`${ROOT}${file}`, 'utf8'), { sourceType: 'module', plugins: ['typescript'] }).program,
    }));
}

function visit(node: t.Node, see: (node: t.Node) => void): void {
  see(node);
  for (const value of Object.values(node) as unknown[]) {
    for (const child of Array.isArray(value) ? (value as unknown[]) : [value]) {
      if (typeof child === 'object' && child !== null && 'type' in child && typeof child.type === 'string') visit(child as t.Node, see);
    }
  }
}

test('a function that a program has made out of text is a fault of its own', () => {
  const source = `export declare function tick<T>(value: T): Promise<T>;
export async function main() {
  const make = (() => {}).constructor as (text: string) => () => number;
  const two = make('return 1 + 1');
  await tick(1);
  return two();
}
`;
  const run = (): unknown => runCompiled(compileFile('/app/text.wf.ts', { 'text.wf.ts': source }), { mode: 'plain' });
  expect(run).toThrow(expect.objectContaining({ code: 'code_from_text' }));
});
