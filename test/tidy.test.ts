/**
 * The architecture, held to: who may import whom, where the outside world is touched, where SQL is written, and that
 * nothing half-done is left. The tables are the architecture; a new folder or a new direction is a decision, made here.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from '@babel/parser';
import type * as t from '@babel/types';
import { describe, expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../', import.meta.url));

interface Import {
  from: string;
  /** A file of ours from the root, or the name of a package. */
  to: string;
  /** Erased: it names a type only. */
  type: boolean;
}

interface Source {
  file: string;
  text: string;
  program: t.Program;
  imports: Import[];
}

const files = (folder: string): string[] =>
  readdirSync(join(ROOT, folder), { recursive: true })
    .map((name) => `${folder}/${String(name)}`)
    .filter((file) => file.endsWith('.ts'))
    .sort();

function read(file: string): Source {
  const text = readFileSync(join(ROOT, file), 'utf8');
  const { program } = parse(text, { sourceType: 'module', plugins: ['typescript'] });
  const imports: Import[] = [];
  const add = (specifier: string, type: boolean): void => {
    const to = specifier.startsWith('.') ? normalize(join(dirname(file), specifier)) : specifier;
    imports.push({ from: file, to, type });
  };
  visit(program, (node) => {
    if (node.type === 'ImportDeclaration') add(node.source.value, node.importKind === 'type');
    if (node.type === 'ExportAllDeclaration') add(node.source.value, node.exportKind === 'type');
    if (node.type === 'ExportNamedDeclaration' && node.source) add(node.source.value, node.exportKind === 'type');
    if (node.type === 'CallExpression' && node.callee.type === 'Import') {
      const [specifier] = node.arguments;
      if (specifier?.type === 'StringLiteral') add(specifier.value, false);
    }
  });
  return { file, text, program, imports };
}

function visit(node: t.Node, see: (node: t.Node) => void): void {
  see(node);
  for (const value of Object.values(node) as unknown[]) {
    for (const child of Array.isArray(value) ? (value as unknown[]) : [value]) {
      if (typeof child === 'object' && child !== null && 'type' in child && typeof child.type === 'string') visit(child as t.Node, see);
    }
  }
}

const SOURCES = ['compiler', 'runtime', 'cli', 'register'].flatMap(files).map(read);
const IMPORTS = SOURCES.flatMap((source) => source.imports);
const known = new Set(SOURCES.map(({ file }) => file));
const isOurs = ({ to }: Import): boolean => known.has(to);

// ——— Rooms ———

/** The room of a file: its folder; the files that lie directly in compiler/ and runtime/ are rooms of their own. */
const room = (file: string): string => {
  const [top, second = ''] = file.split('/');
  return top === 'compiler' || top === 'runtime' ? `${top}/${second}` : top!;
};

/** What every file of the runtime may name. */
const RUNTIME_WORDS = ['runtime/abi.ts', 'runtime/chain.ts', 'runtime/errors.ts', 'runtime/error-codes.ts', 'runtime/host.ts'];

const RUNTIME: Record<string, string[]> = {
  'runtime/abi.ts': [],
  'runtime/chain.ts': [],
  'runtime/error-codes.ts': [],
  'runtime/errors.ts': ['runtime/error-codes.ts'],
  'runtime/watch.ts': [],
  'runtime/host.ts': ['runtime/watch.ts'],
  'runtime/heap': [],
  'runtime/machine': ['runtime/heap'],
  'runtime/builtins': ['runtime/heap', 'runtime/machine'],
  'runtime/codec': ['runtime/heap', 'runtime/machine', 'runtime/builtins'],
  'runtime/engine': ['runtime/heap', 'runtime/machine', 'runtime/builtins', 'runtime/codec'],
  'runtime/store': [],
  'runtime/publish.ts': ['runtime/machine', 'runtime/engine'],
  'runtime/worker': ['runtime/builtins', 'runtime/codec', 'runtime/engine', 'runtime/store', 'runtime/control.ts', 'runtime/control', 'runtime/publish.ts'],
  'runtime/control.ts': ['runtime/codec', 'runtime/engine', 'runtime/store'],
  'runtime/schedule': [],
  'runtime/control': ['runtime/codec', 'runtime/control.ts', 'runtime/engine', 'runtime/schedule', 'runtime/store'],
  'runtime/client': ['runtime/builtins', 'runtime/codec', 'runtime/control.ts', 'runtime/control', 'runtime/engine', 'runtime/store', 'runtime/worker', 'runtime/publish.ts'],
  'runtime/client.ts': ['runtime/client', 'runtime/control', 'runtime/store', 'runtime/worker'],
  'runtime/index.ts': ['runtime/builtins'],
};

/** Directions in which types may be named though no code may be imported. */
const TYPES_ONLY: Record<string, string[]> = {
  'runtime/engine': ['runtime/store'], // inspection reads a store that it is given
  'compiler/modules.ts': ['compiler/npm'], // modules say which package they are of
};
/** Passes are given the modules, as they are given the words for them. */
const MODULES = 'compiler/modules.ts';

/** The passes, in their order: each looks back only. */
const PASSES = ['compiler/1-parse', 'compiler/2-validate', 'compiler/3-analyse', 'compiler/4-lower', 'compiler/5-emit'];
/** What the passes share: the words of trees, diagnostics and IR. */
const COMPILER_WORDS = [
  'compiler/ast.ts', 'compiler/babel.ts', 'compiler/build.ts', 'compiler/diagnostics.ts', 'compiler/host-effects.ts', 'compiler/report.ts', 'compiler/stages.ts',
  'compiler/package.ts', 'compiler/provided.ts', 'compiler/host-names.ts', 'compiler/ir.ts', 'compiler/ir-print.ts', 'compiler/ir-verify.ts', 'compiler/ir-liveness.ts',
  'compiler/places.ts', 'compiler/print',
];
/** What runs the passes. They are read and resolved first: parsed, and their scopes known. */
const PIPELINE: Record<string, string[]> = {
  'compiler/entries.ts': ['compiler/modules.ts', 'compiler/3-analyse'],
  'compiler/modules.ts': ['compiler/1-parse', 'compiler/3-analyse', 'compiler/entries.ts'],
  'compiler/index.ts': [...PASSES, 'compiler/modules.ts', 'compiler/npm'],
  'compiler/npm': ['compiler/entries.ts', 'compiler/modules.ts'],
  'compiler/disk.ts': ['compiler/modules.ts', 'compiler/npm'],
  'compiler/explain.ts': ['compiler/index.ts', 'compiler/modules.ts'],
  'compiler/on-disk.ts': ['compiler/index.ts', 'compiler/disk.ts', 'compiler/5-emit'],
};

const COMPILER: Record<string, string[]> = {
  ...Object.fromEntries(PASSES.map((pass, i) => [pass, [...PASSES.slice(0, i), ...COMPILER_WORDS]])),
  ...Object.fromEntries(COMPILER_WORDS.map((file) => [file, COMPILER_WORDS])),
  ...Object.fromEntries(Object.entries(PIPELINE).map(([file, more]) => [file, [...more, ...COMPILER_WORDS]])),
};

const isTop = (name: string) => (to: string): boolean => to.startsWith(`${name}/`);

function mayImport({ from, to, type }: Import): boolean {
  const [here, there] = [room(from), room(to)];
  if (here === there) return true;
  if (here === 'cli') return isTop('compiler')(to) || isTop('runtime')(to);
  if (here === 'register') return isTop('compiler')(to);
  if (type && TYPES_ONLY[here]?.includes(there)) return true;
  if (type && PASSES.includes(here) && to === MODULES) return true;
  if (isTop('compiler')(from)) return to === 'runtime/abi.ts' || (COMPILER[here] ?? []).includes(there);
  return (RUNTIME_WORDS.includes(to) && !RUNTIME_WORDS.includes(from)) || (RUNTIME[here] ?? []).includes(there);
}

/** Who may use a package. Built-in modules of Node are for all, but for those that are the outside world. */
const PACKAGES: Record<string, (from: string) => boolean> = {
  '@babel/code-frame': (from) => from === 'compiler/babel.ts',
  '@babel/parser': isTop('compiler'),
  '@babel/types': isTop('compiler'),
  '@electric-sql/pglite': (from) => from === 'runtime/store/pglite.ts',
  pg: (from) => from === 'runtime/store/postgres.ts',
  tinyglobby: isTop('cli'),
  uuid: (from) => from === 'runtime/host.ts',
};

const show = ({ from, to, type }: Import): string => `${from} → ${to}${type ? ' (type)' : ''}`;

describe('imports', () => {
  test('every file is in a room', () => {
    const rooms = new Set([...Object.keys(RUNTIME), ...Object.keys(COMPILER), 'cli', 'register']);
    expect([...known].filter((file) => !rooms.has(room(file)))).toEqual([]);
    expect([...rooms].filter((name) => ![...known].some((file) => room(file) === name))).toEqual([]);
  });

  test('flow in the declared directions', () => {
    expect(IMPORTS.filter((i) => isOurs(i) && !mayImport(i)).map(show)).toEqual([]);
  });

  test('of packages stand where they are declared', () => {
    const foreign = IMPORTS.filter((i) => !isOurs(i) && !i.to.startsWith('node:'));
    expect(foreign.filter(({ from, to }) => !PACKAGES[to]?.(from)).map(show)).toEqual([]);
    const { dependencies, peerDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Record<string, object>;
    expect(Object.keys(PACKAGES).sort()).toEqual(Object.keys({ ...dependencies, ...peerDependencies }).sort());
  });

  test('make no circle of folders', () => {
    const folders = new Map<string, Set<string>>();
    for (const i of IMPORTS) {
      const [from, to] = [room(i.from), room(i.to)];
      if (!isOurs(i) || i.type || from === to) continue;
      folders.set(from, (folders.get(from) ?? new Set()).add(to));
    }
    expect(circles(folders)).toEqual([]);
  });

  test('make no circle of files when modules are evaluated', () => {
    const edges = new Map<string, Set<string>>();
    for (const i of IMPORTS) if (isOurs(i) && !i.type) edges.set(i.from, (edges.get(i.from) ?? new Set()).add(i.to));
    // What walks a tree calls itself as the tree has it; everything else is a list.
    const walkers = ['compiler/4-lower', 'compiler/print'];
    expect(circles(edges).filter((circle) => !walkers.some((walker) => circle.every((file) => room(file) === walker)))).toEqual([]);
  });
});

/** The groups that reach themselves (strongly connected components of more than one). */
function circles(edges: Map<string, Set<string>>): string[][] {
  const reach = (from: string): Set<string> => {
    const seen = new Set<string>();
    const queue = [...(edges.get(from) ?? [])];
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
      if (seen.has(next)) continue;
      seen.add(next);
      queue.push(...(edges.get(next) ?? []));
    }
    return seen;
  };
  const reached = new Map([...edges.keys()].map((name) => [name, reach(name)]));
  const groups = new Map<string, string[]>();
  for (const [name, seen] of reached) {
    if (!seen.has(name)) continue;
    const group = [...seen].filter((other) => reached.get(other)?.has(name)).sort();
    groups.set(group.join(), group);
  }
  return [...groups.values()];
}

// ——— The outside world ———

const OUTSIDE_OBJECTS = new Set(['process', 'console', 'performance']);
const OUTSIDE_FUNCTIONS = new Set([
  'setTimeout', 'setInterval', 'setImmediate', 'clearTimeout', 'clearInterval', 'queueMicrotask', 'fetch',
  'randomUUID', 'randomBytes', 'randomInt', 'getRandomValues', 'hostname',
]);
const OUTSIDE_MODULES = new Set(['node:os', 'node:child_process', 'node:timers', 'node:timers/promises', 'node:perf_hooks', 'node:process']);

/** Contacts with clock, randomness, timers, console and process, as `file:line what`. */
function contacts({ file, program, imports }: Source): string[] {
  const found: string[] = imports.filter(({ to }) => OUTSIDE_MODULES.has(to)).map(({ to }) => `${file} ${to}`);
  visit(program, (node) => {
    const what = contact(node);
    if (what) found.push(`${file}:${node.loc?.start.line} ${what}`);
  });
  return found;
}

function contact(node: t.Node): string | null {
  if (node.type === 'NewExpression' && isNamed(node.callee, 'Date') && node.arguments.length === 0) return 'new Date()';
  if (node.type === 'MemberExpression' && node.object.type === 'Identifier' && OUTSIDE_OBJECTS.has(node.object.name)) return node.object.name;
  if (node.type !== 'CallExpression') return null;
  const { callee } = node;
  if (callee.type === 'Identifier') return OUTSIDE_FUNCTIONS.has(callee.name) ? callee.name : null;
  if (callee.type !== 'MemberExpression' || callee.property.type !== 'Identifier') return null;
  const { name } = callee.property;
  if (isNamed(callee.object, 'Date') && name === 'now') return 'Date.now';
  if (isNamed(callee.object, 'Math') && name === 'random') return 'Math.random';
  return callee.object.type === 'MemberExpression' && isNamed(callee.object.object, 'globalThis') ? `globalThis … ${name}` : null;
}

const isNamed = (node: t.Node, name: string): boolean => node.type === 'Identifier' && node.name === name;

test('the runtime touches clock, randomness, timers, console and process in host.ts only', () => {
  const runtime = SOURCES.filter(({ file }) => isTop('runtime')(file) && file !== 'runtime/host.ts');
  expect(runtime.flatMap(contacts)).toEqual([]);
  expect(contacts(SOURCES.find(({ file }) => file === 'runtime/host.ts')!).length).toBeGreaterThan(5);
});

// ——— SQL ———

const SQL = /^\s*(SELECT\s.*\bFROM|INSERT\s+INTO|UPDATE\s+\S+\s+SET|DELETE\s+FROM|WITH\s+\w+\s+AS|CREATE\s+(TABLE|SCHEMA|INDEX)|ALTER\s+TABLE|DROP\s+\w+|NOTIFY\s|LISTEN\s)/is;

const isSql = (node: t.Node): boolean =>
  (node.type === 'StringLiteral' && SQL.test(node.value)) ||
  (node.type === 'TemplateLiteral' && SQL.test(node.quasis.map((q) => q.value.raw).join(' ')));

test('SQL is written in runtime/store only', () => {
  const outside = (source: Source): string[] => {
    const found: string[] = [];
    visit(source.program, (node) => {
      if (isSql(node)) found.push(`${source.file}:${node.loc?.start.line}`);
    });
    return found;
  };
  expect(SOURCES.filter(({ file }) => room(file) !== 'runtime/store').flatMap(outside)).toEqual([]);
  expect(SOURCES.filter(({ file }) => room(file) === 'runtime/store').flatMap(outside).length).toBeGreaterThan(10);
});

// ——— Half-done things ———

const ALL = [...SOURCES.map(({ file }) => file), ...['test', 'scripts', 'bench', 'examples'].flatMap(files)];

test('file names are in kebab case', () => {
  const names = ALL.filter((file) => !/^(\d-)?[a-z0-9]+(-[a-z0-9]+)*(\.(test|wf|d))?\.ts$/.test(basename(file)));
  expect(names).toEqual([]);
});

test('nothing is left to do, left out or singled out', () => {
  const LEFT = /\b(TODO|FIXME|XXX|HACK)\b|\b(it|test|describe)\.(only|todo|skip)\b/;
  const found = ALL.filter((file) => file !== 'test/tidy.test.ts').flatMap((file) =>
    readFileSync(join(ROOT, file), 'utf8')
      .split('\n')
      .flatMap((line, i) => (LEFT.test(line) ? [`${file}:${i + 1} ${line.trim()}`] : [])),
  );
  expect(found).toEqual([]);
});

test('long files are named, and that is all', () => {
  for (const { file, text } of SOURCES) {
    const lines = text.split('\n').length - 1;
    if (lines > 400) console.warn(`${file} has ${lines} lines: is it one idea?`);
  }
  expect(SOURCES.length).toBeGreaterThan(100);
});
