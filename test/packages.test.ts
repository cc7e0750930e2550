/**
 * Packages of npm as parts of programs: which file a specifier names, what the modules are called, what is said of a
 * package that cannot be compiled.
 */
import { describe, expect, test } from 'vitest';
import { compileProgram, type Compilation } from '../compiler/index.ts';
import { BUILTINS } from '../runtime/abi.ts';
import { Packages, type Requested } from '../compiler/npm/packages.ts';
import { hostFor } from './support/harness.ts';

type Tree = Record<string, string | object>;

const texts = (tree: Tree): Record<string, string> =>
  Object.fromEntries(Object.entries(tree).map(([name, text]) => [name, typeof text === 'string' ? text : JSON.stringify(text)]));

/** Packages in a folder /p; `links` are symbolic links of folders. */
function packagesIn(tree: Tree, links: Record<string, string> = {}): Packages {
  const files = texts(tree);
  const real = (file: string): string => {
    const link = Object.keys(links).find((from) => file.startsWith(`/p/${from}/`));
    return link === undefined ? file : `/p/${links[link]!}${file.slice(3 + link.length)}`;
  };
  return new Packages({ read: (file) => files[real(file).slice(3)], real });
}

const show = (found: Requested): string =>
  found.kind === 'module' ? found.id : found.kind === 'missing' ? `missing: ${found.why}` : found.kind;

describe('a specifier in a package', () => {
  const tree: Tree = {
    'node_modules/exporting/package.json': {
      name: 'exporting',
      version: '1.0.0',
      exports: {
        '.': { types: './index.d.ts', browser: './browser.js', node: './node.js', require: './index.cjs', import: './index.mjs' },
        './own': { perdure: './own.mjs', module: './module.mjs', import: './import.mjs' },
        './nested': { node: { import: './node.js' }, default: { require: './index.cjs', default: './index.mjs' } },
        './list': ['./browser.js', './index.mjs'],
        './parts/*': './parts/*.mjs',
        './parts/*.js': './parts/*.mjs',
        './parts/hidden/*': null,
        './closed': { browser: './browser.js' },
      },
      imports: { '#own': './own.mjs', '#other/*': 'old/*.js', '#fs': 'node:fs' },
    },
    ...Object.fromEntries(
      ['index.mjs', 'own.mjs', 'module.mjs', 'import.mjs', 'browser.js', 'node.js', 'index.cjs', 'parts/a.mjs', 'parts/hidden/b.mjs'].map(
        (name) => [`node_modules/exporting/${name}`, 'export {};'],
      ),
    ),
    'node_modules/old/package.json': { name: 'old', version: '0.1.0', main: './lib/main' },
    'node_modules/old/lib/main.js': 'export {};',
    'node_modules/old/extra.js': 'export {};',
    'node_modules/module-field/package.json': { name: 'module-field', version: '3.0.0', main: 'index.cjs', module: 'es/index.js' },
    'node_modules/module-field/es/package.json': { type: 'module' },
    'node_modules/module-field/es/index.js': 'export {};',
    'node_modules/module-field/index.cjs': '',
    'node_modules/@scope/typed/package.json': { name: '@scope/typed', version: '1.0.0-rc.1', type: 'module', exports: './src/index.ts' },
    'node_modules/@scope/typed/src/index.ts': '',
    'node_modules/@scope/typed/src/other.ts': '',
    'node_modules/@scope/typed/src/types.d.ts': '',
    'node_modules/exporting/node_modules/old/package.json': { name: 'old', version: '0.2.0' },
    'node_modules/exporting/node_modules/old/index.js': 'export {};',
  };
  const packages = packagesIn(tree);
  const from = (folder: string): ((specifier: string) => string) =>
    (specifier) => show(packages.requestedByLibrary(specifier, `/p/node_modules/${folder}/x.js`));

  test.each([
    ['exporting', 'npm:exporting@1.0.0/index.mjs'],
    ['exporting/own', 'npm:exporting@1.0.0/own.mjs'],
    ['exporting/nested', 'npm:exporting@1.0.0/index.mjs'],
    ['exporting/list', 'npm:exporting@1.0.0/browser.js'],
    ['exporting/parts/a', 'npm:exporting@1.0.0/parts/a.mjs'],
    ['exporting/parts/a.js', 'npm:exporting@1.0.0/parts/a.mjs'],
    ['exporting/parts/hidden/b', "missing: 'exports' of the package 'exporting' does not offer it"],
    ['exporting/closed', "missing: 'exports' of the package 'exporting' does not offer it"],
    ['exporting/index.mjs', "missing: 'exports' of the package 'exporting' does not offer it"],
    ['exporting/parts/none', 'missing: there is no file /p/node_modules/exporting/parts/none.mjs'],
    ['old', 'npm:old@0.1.0/lib/main.js'],
    ['old/extra.js', 'npm:old@0.1.0/extra.js'],
    ['old/extra', 'missing: there is no file /p/node_modules/old/extra'],
    ['module-field', 'npm:module-field@3.0.0/es/index.js'],
    ['@scope/typed', 'npm:@scope/typed@1.0.0-rc.1/src/index.ts'],
    ['nowhere', "missing: the package 'nowhere' is not installed"],
    ['node:fs', 'outside'],
    ['fs/promises', 'outside'],
    ['https://example.org/x.js', 'missing: it is neither a path nor the name of a package'],
    ['#own', "missing: 'imports' of the package does not have it"],
  ])('%s', (specifier, expected) => {
    expect(from('module-field')(specifier)).toBe(expected);
  });

  test.each([
    ['exporting/own', 'npm:exporting@1.0.0/own.mjs'],
    ['#own', 'npm:exporting@1.0.0/own.mjs'],
    ['#other/index', 'npm:old@0.2.0/index.js'],
    ['#fs', 'outside'],
    ['old', 'npm:old@0.2.0/index.js'],
  ])('%s, within `exporting`', (specifier, expected) => {
    expect(from('exporting')(specifier)).toBe(expected);
  });

  test('./other.js is other.ts for TypeScript only', () => {
    const other = (name: string): string => show(packages.requestedByLibrary('./other.js', `/p/node_modules/@scope/typed/src/${name}`));
    expect(other('index.ts')).toBe('npm:@scope/typed@1.0.0-rc.1/src/other.ts');
    expect(other('index.js')).toBe('missing: there is no file /p/node_modules/@scope/typed/src/other.js');
    expect(show(packages.requestedByLibrary('./types.d.ts', '/p/node_modules/@scope/typed/src/index.ts'))).toBe('not_source');
  });
});

test('modules from before Node had any name each other without an ending', () => {
  const packages = packagesIn({
    'node_modules/a/package.json': { name: 'a', version: '1.0.0', module: 'es/index.js' },
    'node_modules/a/es/index.js': '',
    'node_modules/a/es/part.js': '',
    'node_modules/a/es/part/index.js': '',
    'node_modules/a/es/folder/index.js': '',
  });
  const from = (specifier: string): string => show(packages.requestedByLibrary(specifier, '/p/node_modules/a/es/index.js'));
  expect(['./part', './part/', './folder'].map(from)).toEqual([
    'npm:a@1.0.0/es/part.js',
    'npm:a@1.0.0/es/part/index.js',
    'npm:a@1.0.0/es/folder/index.js',
  ]);
});

test('the global object of packages has the built-ins of programs and timers', () => {
  const modules = compile({ ...BUNDLE, 'main.wf.ts': MAIN, ...esm('a', { 'index.js': 'export const a = () => globalThis;' }) }).modules;
  expect(modules.map(({ id }) => id)).toEqual(['npm:perdure/timers.js', 'npm:perdure/global.js', 'npm:a@1.0.0/index.js', 'main.wf.ts']);
  const { code } = modules.find(({ id }) => id === 'npm:perdure/global.js')!;
  const [, names = ''] = /const \{([^}]*)\} = \$\.builtins;/.exec(code)!;
  expect(names.split(',').map((name) => name.trim()).sort()).toEqual(BUILTINS.filter((name) => name !== 'console').sort());
});

test('the id of a module is the same wherever and however its package is installed', () => {
  const json = { name: 'a', version: '1.2.3', type: 'module', exports: './dist/a.js' };
  const flat = packagesIn({ 'node_modules/a/package.json': json, 'node_modules/a/dist/a.js': '' });
  const store = 'node_modules/.pnpm/a@1.2.3/node_modules/a';
  const linked = packagesIn({ [`${store}/package.json`]: json, [`${store}/dist/a.js`]: '' }, { 'node_modules/a': store });
  const workspace = packagesIn({ 'packages/a/package.json': json, 'packages/a/dist/a.js': '' }, { 'node_modules/a': 'packages/a' });
  for (const packages of [flat, linked, workspace]) {
    expect(show(packages.requestedByLibrary('a', '/p/src/x.js'))).toBe('npm:a@1.2.3/dist/a.js');
  }
});

// ——— Programs ———

const compile = (tree: Tree): Compilation => compileProgram('/p/main.wf.ts', hostFor('/p', texts(tree)));

const said = ({ diagnostics }: Compilation): string[] => diagnostics.map((d) => `${d.file}:${d.line} ${d.code}: ${d.message}`);

const esm = (name: string, files: Record<string, string>, more: object = {}): Tree => ({
  [`node_modules/${name}/package.json`]: { name, version: '1.0.0', type: 'module', ...more },
  ...Object.fromEntries(Object.entries(files).map(([file, text]) => [`node_modules/${name}/${file}`, text])),
});

const BUNDLE = { 'perdure.config.json': { bundle: ['a'] } };
const MAIN = "import { a } from 'a';\nexport async function f() { return a(); }\n";

test('what is not named is not compiled, and the help says what to write', () => {
  const { diagnostics } = compile({ 'main.wf.ts': MAIN, ...esm('a', { 'index.js': 'export const a = () => 1;' }) });
  expect(diagnostics).toMatchObject([{ code: 'import_not_workflow', line: 1, column: 19 }]);
  expect(diagnostics[0]!.help).toContain('name it in perdure.config.json: `{ "bundle": ["a"] }`');
});

test('the nearest configuration counts', () => {
  const tree = { 'main.wf.ts': "export { f } from './inner/b.wf.ts';\n", 'inner/b.wf.ts': MAIN, ...esm('a', { 'index.js': 'export const a = () => 1;' }) };
  expect(compile({ ...tree, ...BUNDLE }).ok).toBe(true);
  expect(said(compile({ ...tree, ...BUNDLE, 'inner/perdure.config.json': {} }))).toEqual([
    "inner/b.wf.ts:1 import_not_workflow: Values cannot be imported from 'a'",
  ]);
});

test.each([
  ['{', /^\/p\/perdure.config.json cannot be used: it is not JSON: /],
  ['[]', 'it must be an object'],
  ['{ "bundel": [] }', "there is no option 'bundel'"],
  ['{ "bundle": "a" }', "'bundle' must be an array of package names"],
  ['{ "bundle": ["a/x.js"] }', '\'bundle\' has "a/x.js", which is not the name of a package'],
])('a configuration %s is refused', (text, why) => {
  const { diagnostics } = compile({ 'main.wf.ts': MAIN, 'perdure.config.json': text, ...esm('a', { 'index.js': 'export const a = () => 1;' }) });
  expect(diagnostics.map(({ code }) => code)).toEqual(['config_invalid']);
  expect(diagnostics[0]!.message).toMatch(why);
});

test('a type of a package needs no configuration', () => {
  expect(compile({ 'main.wf.ts': "import type { A } from 'a';\nimport { B } from 'b';\nexport async function f(a: A, b: B) { return a; }\n" }).ok).toBe(true);
});

test('an error in a package is counted at the import that brings it in', () => {
  const lines = ['fetch', ...Array.from({ length: 39 }, (_, i) => `typo${i}`)].map((name, i) => `export const x${i} = () => ${name}(${i});`);
  const compilation = compile({
    ...BUNDLE,
    'main.wf.ts': MAIN,
    ...esm('a', { 'index.js': "export { b as a } from 'b';" }),
    ...esm('b', { 'index.js': `${lines.join('\n')}\nexport const b = () => [eval('1'), ${lines.map((_, i) => `x${i}`).join()}];\n` }),
  });
  expect(said(compilation)).toEqual([
    'main.wf.ts:1 package_outside: b@1.0.0 is not within the dialect: 41 errors (unknown_name 39, host_global 1, eval_code 1)',
    'npm:b@1.0.0/index.js:1 host_global: `fetch` belongs to the host and cannot be used in a workflow',
    'npm:b@1.0.0/index.js:2 unknown_name: `typo0` is not defined',
    'npm:b@1.0.0/index.js:41 eval_code: `eval` makes code out of text, which cannot be resumed',
  ]);
  expect(compilation.diagnostics[0]!.help).toMatch(/^It comes in through a@1\.0\.0\. Call the package in an effect, /);
});

test('so is a package that cannot be parsed, and CommonJS that a package imports', () => {
  expect(said(compile({ ...BUNDLE, 'main.wf.ts': MAIN, ...esm('a', { 'index.js': 'export const a = ;' }) }))).toEqual([
    'main.wf.ts:1 package_outside: a@1.0.0 is not within the dialect: 1 error (syntax_error 1)',
    'npm:a@1.0.0/index.js:1 syntax_error: Unexpected token',
  ]);
  const { 'node_modules/c/package.json': _, ...c } = esm('c', { 'index.js': 'exports.c = 1;' });
  const commonjs = { ...c, 'node_modules/c/package.json': { name: 'c', version: '1.0.0' } };
  expect(said(compile({ ...BUNDLE, 'main.wf.ts': MAIN, ...esm('a', { 'index.js': "import { c } from 'c'; export const a = () => c;" }), ...commonjs }))).toEqual([
    'main.wf.ts:1 package_outside: a@1.0.0 is not within the dialect: 1 error (package_commonjs 1)',
    "npm:a@1.0.0/index.js:1 package_commonjs: 'c' is CommonJS in c@1.0.0",
  ]);
});

test('JavaScript is not read as TypeScript', () => {
  const source = 'const f = (x) => x;\nexport const a = () => { const g = 2; return [f < g > (1), typeof f]; };\n';
  expect(compile({ ...BUNDLE, 'main.wf.ts': MAIN, ...esm('a', { 'index.js': source }) }).ok).toBe(true);
  expect(said(compile({ ...BUNDLE, 'main.wf.ts': MAIN, ...esm('a', { 'index.js': 'export const a = (x: number) => x;' }) }))[1]).toMatch(/syntax_error/);
});

test('copies of one version are one module if they are the same', () => {
  const inner = (text: string, version = '1.0.0'): Tree => ({
    ...BUNDLE,
    'main.wf.ts': "import { a, Pile as One } from 'a';\nimport { Pile } from 'a/other';\nexport async function f() { return [a, One, Pile]; }\n",
    ...esm('a', { 'index.js': "export * from 'b'; export const a = 1;", 'other.js': "export { Pile } from 'c';" }, { exports: { '.': './index.js', './other': './other.js' } }),
    ...esm('b', { 'index.js': 'export class Pile {}' }),
    ...esm('c', { 'index.js': "export * from 'b';" }),
    'node_modules/c/node_modules/b/package.json': { name: 'b', version, type: 'module' },
    'node_modules/c/node_modules/b/index.js': text,
  });
  const ids = (compilation: Compilation): string[] => compilation.modules.map(({ id }) => id).filter((id) => id.startsWith('npm:b'));
  expect(ids(compile(inner('export class Pile {}')))).toEqual(['npm:b@1.0.0/index.js']);
  expect(ids(compile(inner('export class Pile {}', '1.0.1')))).toEqual(['npm:b@1.0.0/index.js', 'npm:b@1.0.1/index.js']);
  expect(said(compile(inner('export class Pile { x = 1; }'))).at(-1)).toMatch(/^npm:c@1.0.0\/index.js:1 package_copies: /);
});

test('of a package without side effects only what is used is part of the program, whoever asks', () => {
  const tree: Tree = {
    ...BUNDLE,
    'other.wf.ts': "import * as all from 'a';\nexport const one = () => all.one;\n",
    ...esm(
      'a',
      {
        'index.js': "export { one } from './one.js';\nexport * from './two.js';\nimport './patch.js';\n",
        'one.js': "import { shared } from './shared.js';\nexport const one = shared;\n",
        'two.js': 'export const two = fetch();\n',
        'shared.js': 'export const shared = 1;\n',
        'patch.js': 'export const patched = 1;\n',
      },
      { sideEffects: false },
    ),
  };
  const narrow = compile({ ...tree, 'main.wf.ts': "import { one } from 'a';\nexport async function f() { return one; }\n" });
  expect(narrow.modules.map(({ id }) => id)).toEqual(['npm:a@1.0.0/shared.js', 'npm:a@1.0.0/one.js', 'main.wf.ts']);
  const wide = compile({ ...tree, 'main.wf.ts': "import { one } from './other.wf.ts';\nexport async function f() { return one(); }\n" });
  expect(wide.diagnostics.map(({ code }) => code)).toEqual(['package_outside', 'host_global']);
});

test('a package declares no effects and offers no workflows', () => {
  const { modules } = compile({
    ...BUNDLE,
    'main.wf.ts': MAIN,
    ...esm('a', { 'index.ts': 'export declare function absent(): Promise<void>;\nexport async function a() { return 1; }\n' }, { exports: './index.ts' }),
  });
  expect(modules.map(({ manifest }) => [manifest.id, manifest.workflows, manifest.effects])).toEqual([
    ['npm:a@1.0.0/index.ts', [], []],
    ['main.wf.ts', ['f'], []],
  ]);
});

describe('a part of a package that leaves the dialect', () => {
  const parts = (main: string, more = ''): Compilation =>
    compile({
      ...BUNDLE,
      'main.wf.ts': `${main}\nexport async function f() { return 1; }\n`,
      'other.wf.ts': "export { fine } from 'a';\n",
      ...esm('a', {
        'index.js': `export const load = () => fetch('x');\nexport const twice = () => [load(), load()];\nexport const fine = () => 1;\n${more}`,
        'inner.js': "export * as inner from './names.js';\n",
        'names.js': "import * as again from './index.js';\nexport { again };\n",
      }),
    });
  const outside = ['package_outside', 'host_global'];

  test.each([
    ['nothing refers to it', "import { fine } from 'a';\nexport const one = fine();", []],
    ['a namespace has it, of which it is not used', "import * as a from 'a';\nexport const one = a.fine();", []],
    ['a namespace of a namespace has it', "import { inner } from 'a/inner.js';\nexport const one = inner.again.fine();", []],
    ['a module passes on something else', "export { fine } from './other.wf.ts';", []],
    ['a workflow module refers to it', "import { load } from 'a';\nexport const one = load;", outside],
    ['it refers to what refers to it', "import { twice } from 'a';\nexport const two = twice;", outside],
    ['it is a member of a namespace', "import * as a from 'a';\nexport const two = a.twice;", outside],
    ['it is a member of a namespace of a namespace', "import { inner } from 'a/inner.js';\nexport const two = inner.again.twice;", outside],
    ['its namespace is used as a value', "import { inner } from 'a/inner.js';\nexport const all = () => inner.again;", outside],
    ['a workflow module passes it on', "export { load } from 'a';", outside],
  ])('%s', (_, main, codes) => {
    expect(parts(main).diagnostics.map(({ code }) => code)).toEqual(codes);
  });

  test.each([
    ['const loaded = load();', outside],
    ['export const table = { load: load() };', outside],
    ['fine.load = load;', outside],
    ['class Loader { static load = load(); }', outside],
    ['export const table = { load, all: [twice] };', []],
    ['class Loader { load = load(); }\nclass More extends Loader {}', []],
    ['export const loaded = /* @__PURE__ */ fine(load);', []],
    ['export default class { load() { return fetch(); } }', []],
    ['export { load as default, fine as again };', []],
  ])('in a package with `%s`', (more, codes) => {
    expect(parts("import { fine } from 'a';\nexport const one = fine();", more).diagnostics.map(({ code }) => code)).toEqual(codes);
  });

  test('is left out whoever uses the rest: the code of a module is the same in all programs', () => {
    const [one, other] = ["import { fine } from 'a';\nexport const one = fine();", "import * as a from 'a';\nexport const x = a.fine;"].map((main) =>
      parts(main).modules.find(({ library }) => library),
    );
    expect(one!.code).not.toContain('load');
    expect(one!.hash).toBe(other!.hash);
  });
});
