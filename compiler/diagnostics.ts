/**
 * THE catalogue of diagnostics. One row per code: severity, message, the label under the code frame, help (an
 * imperative that works when followed), and a minimal pair of programs. Tests hold every `bad` to exactly its
 * code and compile every `good`; `docs/errors.md` is generated from here. Codes are never reused.
 *
 * Severities: `syntax`, not TypeScript; `unsupported`, outside the dialect by design; `not_yet`, meant to work
 * in a later version; `hazard`, a warning.
 */

import { HOST_EFFECTS, MODULE_EFFECTS, suggestionFor, type EffectSuggestion } from './host-effects.ts';

export type Severity = 'syntax' | 'unsupported' | 'not_yet' | 'hazard';

export interface Row {
  severity: Severity;
  message: (...args: never[]) => string;
  label: string;
  help: string | ((...args: never[]) => string);
  /** Code to paste: an effect that does what the refused code wanted. */
  effect?: (...args: never[]) => EffectSuggestion | undefined;
  bad: string;
  good: string;
  /** What else lies in the folder of the bad program, and the codes that it gives besides. */
  files?: Record<string, string>;
  also?: string[];
}

const row = <R extends Row>(r: R): R => r;

const EFFECT = 'export declare function';

const moduleEffect = (source: string): EffectSuggestion | undefined => suggestionFor(MODULE_EFFECTS, source.replace(/^node:/, ''));

export const DIAGNOSTICS = {
  syntax_error: row({
    severity: 'syntax',
    message: (what: string) => what,
    label: 'here',
    help: 'Correct the syntax; the file must be valid TypeScript.',
    bad: 'export async function f() { let let = 1; }',
    good: 'export async function f() { let x = 1; return x; }',
  }),
  too_deep: row({
    severity: 'unsupported',
    message: () => 'The code is nested too deeply to be compiled',
    label: 'in this file',
    help: 'Break the nested expression or statement into named pieces.',
    bad: '',
    good: 'export async function f() { return 1; }',
  }),

  // Modules.
  import_not_workflow: row({
    severity: 'unsupported',
    message: (source: string, _name?: string) => `Values cannot be imported from '${source}'`,
    label: 'not a workflow module',
    help: (source: string, name?: string) =>
      (name === undefined
        ? "Import values only from '.wf.ts' modules, 'perdure', and packages that the configuration names. "
        : `To compile it as part of the program, name it in perdure.config.json: \`{ "bundle": ["${name}"] }\`. `) +
      `For a type write \`import type\`; for anything that runs in the host declare an effect` +
      (moduleEffect(source) ? ':' : `: \`${EFFECT} load(id: string): Promise<Data>\`.`),
    effect: moduleEffect,
    bad: "import { readFile } from 'node:fs/promises'; export async function f() { return readFile; }",
    good: `${EFFECT} readText(path: string): Promise<string>; export async function f() { return await readText('a'); }`,
  }),
  import_unresolved: row({
    severity: 'unsupported',
    message: (source: string, _why?: string) => `Module '${source}' cannot be found`,
    label: 'no such module',
    help: (source: string, why?: string) =>
      why === undefined || source.startsWith('.')
        ? "Give the path relative to this file, with its ending: './order.wf.ts'."
        : `Install the package, or correct the path: ${why}.`,
    bad: "import { total } from './nowhere.wf.ts'; export async function f() { return total; }",
    good: 'export async function f() { return 1; }',
  }),
  import_missing: row({
    severity: 'unsupported',
    message: (name: string, source: string) => `'${source}' has no export '${name}'`,
    label: 'not exported there',
    help:
      'Export it there, or correct the name. A type is imported with `import type`. A name that two `export *` of ' +
      'the module give to different things is exported by neither.',
    bad: "import { nothing } from 'perdure'; export async function f() { return nothing; }",
    good: "import { sleep } from 'perdure'; export async function f() { await sleep(1); }",
  }),
  import_not_source: row({
    severity: 'unsupported',
    message: (source: string) => `'${source}' is no JavaScript or TypeScript module`,
    label: 'cannot be compiled',
    help: 'Read it in an effect, or keep what it says as a constant in a `.wf.ts` module.',
    bad: "import prices from 'shop/prices.json'; export async function f() { return prices; }",
    good: 'const prices = { apple: 2 }; export async function f() { return prices; }',
    files: {
      'perdure.config.json': '{ "bundle": ["shop"] }',
      'node_modules/shop/package.json': '{ "name": "shop", "version": "1.0.0" }',
      'node_modules/shop/prices.json': '{ "apple": 2 }',
    },
  }),
  package_commonjs: row({
    severity: 'unsupported',
    message: (source: string, name: string) => `'${source}' is CommonJS in ${name}`,
    label: 'not an ES module',
    help:
      'Use a version or another package that ships ES modules (`import` or `module` in its package.json). Or copy the ' +
      `function into a \`.wf.ts\` module, or call the package in an effect.`,
    bad: "import { total } from 'sums'; export async function f() { return total([1]); }",
    good: 'const total = (xs: number[]) => xs.reduce((a, b) => a + b, 0); export async function f() { return total([1]); }',
    files: {
      'perdure.config.json': '{ "bundle": ["sums"] }',
      'node_modules/sums/package.json': '{ "name": "sums", "version": "2.1.0", "main": "sums.js" }',
      'node_modules/sums/sums.js': 'exports.total = (xs) => xs.reduce((a, b) => a + b, 0);',
    },
  }),
  package_copies: row({
    severity: 'unsupported',
    message: (name: string, one: string, other: string) => `There are two different copies of ${name}: ${one} and ${other}`,
    label: 'leads to the second',
    help: 'Install it once: `npm dedupe`, or an override. Copies of one version must have the same text and the same dependencies.',
    bad: "import { a } from 'a'; import { b } from 'b'; export async function f() { return a() === b(); }",
    good: 'export async function f() { return 1; }',
    files: {
      'perdure.config.json': '{ "bundle": ["a", "b"] }',
      'node_modules/a/package.json': '{ "name": "a", "version": "1.0.0", "type": "module" }',
      'node_modules/a/index.js': "export { a } from 'b';",
      'node_modules/a/node_modules/b/package.json': '{ "name": "b", "version": "1.0.0", "type": "module" }',
      'node_modules/a/node_modules/b/index.js': 'export const a = () => 1; export const b = () => 1; // patched',
      'node_modules/b/package.json': '{ "name": "b", "version": "1.0.0", "type": "module" }',
      'node_modules/b/index.js': 'export const a = () => 1; export const b = () => 1;',
    },
  }),
  package_outside: row({
    severity: 'unsupported',
    message: (name: string, tally: string, _via: string) => `${name} is not within the dialect: ${tally}`,
    label: 'brings it in',
    help: (_name: string, _tally: string, via: string) =>
      `${via}Call the package in an effect, import a smaller part of it, or use another one.`,
    bad: "import { load } from 'pages'; export async function f() { return await load('a'); }",
    good: `${EFFECT} load(page: string): Promise<string>; export async function f() { return await load('a'); }`,
    files: {
      'perdure.config.json': '{ "bundle": ["pages"] }',
      'node_modules/pages/package.json': '{ "name": "pages", "version": "3.0.0", "type": "module" }',
      'node_modules/pages/index.js': 'export const load = (page) => fetch(page);',
    },
    also: ['host_global'],
  }),
  config_invalid: row({
    severity: 'unsupported',
    message: (file: string, why: string) => `${file} cannot be used: ${why}`,
    label: 'asks for it',
    help: 'Correct the file: `{ "bundle": ["just-group-by"] }`. perdure.config.schema.json describes it to editors.',
    bad: "import { total } from 'sums'; export async function f() { return total([1]); }",
    good: 'export async function f() { return 1; }',
    files: { 'perdure.config.json': '{ "bundles": ["sums"] }' },
  }),
  dynamic_import: row({
    severity: 'unsupported',
    message: () => '`import()` cannot be used in a workflow',
    label: 'loads code at run time',
    help: 'Import the module at the top of the file; the program of a run is fixed when it is built.',
    bad: "export async function f() { return await import('./x.wf.ts'); }",
    good: "import { sleep } from 'perdure'; export async function f() { await sleep(1); }",
  }),
  import_meta: row({
    severity: 'unsupported',
    message: () => '`import.meta` cannot be used in a workflow',
    label: 'belongs to the host',
    help: `Pass what you need as an argument, or ask for it through an effect: \`${EFFECT} baseUrl(): Promise<string>\`.`,
    bad: 'export async function f() { return import.meta.url; }',
    good: `${EFFECT} baseUrl(): Promise<string>; export async function f() { return await baseUrl(); }`,
  }),
  namespace: row({
    severity: 'unsupported',
    message: () => 'TypeScript namespaces with values cannot be used in a workflow',
    label: 'a namespace',
    help: 'Use a module of its own, or an object: `const money = { round(x: number) { … } }`.',
    bad: 'namespace money { export const zero = 0; } export async function f() { return money.zero; }',
    good: 'const money = { zero: 0 }; export async function f() { return money.zero; }',
  }),
  import_equals: row({
    severity: 'unsupported',
    message: () => '`import x = …` and `export =` belong to CommonJS',
    label: 'not an ES module',
    help: 'Write `import … from` and `export`.',
    bad: 'import x = require("x"); export async function f() { return x; }',
    good: 'export async function f() { return 1; }',
  }),

  // Effects, channels and queries.
  effect_not_exported: row({
    severity: 'unsupported',
    message: (name: string) => `Effect '${name}' is not exported`,
    label: 'the app could not implement it',
    help: (name: string) => `Write \`${EFFECT} ${name}(…): Promise<…>\`, so that \`provide\` can be typed by it.`,
    bad: 'declare function pay(): Promise<void>; export async function f() { await pay(); }',
    good: `${EFFECT} pay(): Promise<void>; export async function f() { await pay(); }`,
  }),
  effect_not_promise: row({
    severity: 'unsupported',
    message: (name: string) => `Effect '${name}' must return a Promise`,
    label: 'an effect is always awaited',
    help: 'Give it the return type `Promise<…>`.',
    bad: `${EFFECT} pay(): number; export async function f() { return pay(); }`,
    good: `${EFFECT} pay(): Promise<number>; export async function f() { return await pay(); }`,
  }),
  declared_value: row({
    severity: 'unsupported',
    message: (name: string) => `'${name}' is only declared and has no value in a workflow`,
    label: 'nothing implements it',
    help: `Only functions can be declared: \`${EFFECT} … : Promise<…>\` is an effect. Pass other values as arguments.`,
    bad: 'declare const config: { url: string }; export async function f() { return config.url; }',
    good: 'export async function f(config: { url: string }) { return config.url; }',
  }),
  channel_not_static: row({
    severity: 'unsupported',
    message: () => 'A channel must be a module-level constant with a literal name',
    label: 'not known to the compiler',
    help: "Write `export const cancelled = channel<Reason>('cancelled');` at the top level of the module.",
    bad: "import { channel } from 'perdure'; export async function f(n: string) { return await channel(n).receive(); }",
    good: "import { channel } from 'perdure'; export const c = channel<string>('c'); export async function f() { return await c.receive(); }",
  }),
  query_not_static: row({
    severity: 'unsupported',
    message: () => 'A query must be a module-level constant over a function that stands there',
    label: 'not known to the compiler',
    help: 'Write `export const progress = query(() => …);` at the top level of the module. Of another function: `query((x) => report(x))`.',
    bad: "import { query } from 'perdure'; function report() { return 1; } export const q = query(report); export async function f() {}",
    good: "import { query } from 'perdure'; function report() { return 1; } export const q = query(() => report()); export async function f() {}",
  }),
  query_async: row({
    severity: 'unsupported',
    message: (what: string) => `A query is no ${what}: it answers at once, of the state as it is`,
    label: 'it would have to wait',
    help: 'Let the workflow put what it learns into a variable of the module, and let the query return that: `let done = 0; export const progress = query(() => done);`.',
    bad: "import { query } from 'perdure'; export const q = query(async () => 1); export async function f() {}",
    good: "import { query } from 'perdure'; let done = 0; export const q = query(() => done); export async function f() { done = 1; }",
  }),

  // The host.
  host_global: row({
    severity: 'unsupported',
    message: (name: string) => `\`${name}\` belongs to the host and cannot be used in a workflow`,
    label: 'not available here',
    help: (name: string) => HOST_HELP[name] ?? `Declare an effect and use \`${name}\` in its implementation:`,
    effect: (name: string) => suggestionFor(HOST_EFFECTS, name),
    bad: "export async function f() { return await fetch('http://x'); }",
    good: `${EFFECT} getPage(url: string): Promise<string>; export async function f() { return await getPage('http://x'); }`,
  }),
  unknown_name: row({
    severity: 'unsupported',
    message: (name: string) => `\`${name}\` is not defined`,
    label: 'unknown name',
    help: 'Declare it, import it, or correct the name. Global variables of the host do not exist in a workflow.',
    bad: 'export async function f() { return totl; }',
    good: 'export async function f() { const total = 1; return total; }',
  }),
  excluded_global: row({
    severity: 'unsupported',
    message: (name: string) => `\`${name}\` is outside the workflow dialect`,
    label: 'cannot be state',
    help: (name: string) => EXCLUDED_HELP[name] ?? 'Use plain objects, classes and closures; they survive restarts.',
    bad: 'export async function f() { return new Proxy({}, {}); }',
    good: 'export async function f() { return { get x() { return 1; } }.x; }',
  }),
  eval_code: row({
    severity: 'unsupported',
    message: (name: string) => `\`${name}\` makes code out of text, which cannot be resumed`,
    label: 'code from text',
    help: 'Write the code as a function; choose between functions with a lookup object.',
    bad: "export async function f() { return eval('1 + 1'); }",
    good: 'export async function f() { return 1 + 1; }',
  }),
  builtin_write: row({
    severity: 'unsupported',
    message: (name: string) => `\`${name}\` is shared by all runs and cannot be changed`,
    label: 'writes to a built-in',
    help: 'Write a function, or a subclass: `class Numbers extends Array<number> { sum() { … } }`.',
    bad: 'Array.prototype.last = function () { return 1; }; export async function f() { return []; }',
    good: 'const last = (xs: number[]) => xs[xs.length - 1]; export async function f() { return last([1]); }',
  }),
  builtin_alias: row({
    severity: 'unsupported',
    message: (name: string) => `\`${name}\` must be followed by the name of the function`,
    label: 'taken apart',
    help: 'Write `Object.assign(…)`: what an aliased function changes could not be seen.',
    bad: 'const { assign } = Object; export async function f() { return assign({}, { a: 1 }); }',
    good: 'export async function f() { return Object.assign({}, { a: 1 }); }',
  }),
  legacy_accessor: row({
    severity: 'unsupported',
    message: (name: string) => `\`${name}\` is outside the workflow dialect`,
    label: 'a relic',
    help: 'Use `Object.defineProperty` or `Object.getOwnPropertyDescriptor`.',
    bad: "export async function f(o: any) { o.__defineGetter__('x', () => 1); return o; }",
    good: "export async function f(o: any) { return Object.defineProperty(o, 'x', { get: () => 1 }); }",
  }),

  // Constructs.
  decorator: row({
    severity: 'unsupported',
    message: () => 'Decorators are outside the workflow dialect',
    label: 'a decorator',
    help: 'Call the function on the class or method yourself.',
    bad: 'const d = (c: unknown) => c; @d class A {} export async function f() { return new A(); }',
    good: 'class A {} export async function f() { return new A(); }',
  }),
  auto_accessor: row({
    severity: 'unsupported',
    message: () => '`accessor` belongs to decorators, which are outside the workflow dialect',
    label: 'declared with `accessor`',
    help: 'Declare a field, or a private field with a getter and a setter.',
    bad: 'class A { accessor x = 1; } export async function f() { return new A().x; }',
    good: 'class A { #x = 1; get x() { return this.#x; } set x(value) { this.#x = value; } } export async function f() { return new A().x; }',
  }),
  function_as_key: row({
    severity: 'unsupported',
    message: () => 'A function cannot be the key of a property',
    label: 'its text would be the key',
    help: 'The text of a function is that of the compiled program. Use a string or a symbol as the key.',
    bad: 'export async function f() { return { [() => 1]: 2 }; }',
    good: "export async function f() { return { ['one']: 2 }; }",
  }),
  explicit_resource: row({
    severity: 'not_yet',
    message: () => '`using` declarations are not supported yet',
    label: 'a `using` declaration',
    help: 'Release the resource in `finally`.',
    bad: 'export async function f() { using x = { [Symbol.dispose]() {} }; return 1; }',
    good: 'export async function f() { try { return 1; } finally { } }',
  }),

  // Hazards: what runs, and does not do what it seems to.
  floating_promise: row({
    severity: 'hazard',
    message: (name: string) => `Nothing waits for \`${name}(…)\`, and nothing here hears of its failure`,
    label: 'the promise is dropped',
    help: (name: string) =>
      `Write \`await ${name}(…)\`. If it shall go on beside the rest, write \`void ${name}(…)\`: if it fails, the run fails, as long as the workflow goes on. When that has ended, effects under way are waited for, and sleeps and messages are not.`,
    bad: `${EFFECT} charge(cents: number): Promise<void>; export async function f() { charge(1); return 'paid'; }`,
    good: `${EFFECT} charge(cents: number): Promise<void>; export async function f() { await charge(1); void charge(2); return 'paid'; }`,
  }),
  promise_as_value: row({
    severity: 'hazard',
    message: (name: string, how: string) => `\`${name}(…)\` is a promise, not its value: ${how}`,
    label: 'not awaited',
    help: (name: string) => `Write \`await ${name}(…)\`.`,
    bad: `${EFFECT} inStock(sku: string): Promise<boolean>; export async function f() { return inStock('a') ? 1 : 0; }`,
    good: `${EFFECT} inStock(sku: string): Promise<boolean>; export async function f() { return (await inStock('a')) ? 1 : 0; }`,
  }),
  return_in_try: row({
    severity: 'hazard',
    message: (name: string, clause: string) =>
      clause === 'catch'
        ? `\`${name}(…)\` is returned before it has ended: this \`catch\` does not see it fail`
        : `\`${name}(…)\` is returned before it has ended: this \`finally\` runs while it is under way`,
    label: 'leaves `try` at once',
    help: (name: string) => `Write \`return await ${name}(…)\`.`,
    bad: `${EFFECT} charge(cents: number): Promise<string>; export async function f() { try { return charge(1); } catch { return 'declined'; } }`,
    good: `${EFFECT} charge(cents: number): Promise<string>; export async function f() { try { return await charge(1); } catch { return 'declined'; } }`,
  }),
  async_callback: row({
    severity: 'hazard',
    message: (method: string, why: string) => `\`${method}\` does not wait for an async function: ${why}`,
    label: 'gives a promise',
    help: (method: string) => ASYNC_CALLBACK_HELP[method] ?? 'Await the values first, then call it with what they are.',
    bad: `${EFFECT} inStock(sku: string): Promise<boolean>; export async function f(skus: string[]) { return skus.filter(async (sku) => await inStock(sku)); }`,
    good: `${EFFECT} inStock(sku: string): Promise<boolean>; export async function f(skus: string[]) { const found = await Promise.all(skus.map((sku) => inStock(sku))); return skus.filter((_, i) => found[i]); }`,
  }),
  effect_as_callback: row({
    severity: 'hazard',
    message: (name: string, method: string) => `\`.${method}()\` calls \`${name}\` with the element, its index and the whole array`,
    label: 'all three are stored with each request',
    help: (name: string, method: string) => `Write \`.${method}((x) => ${name}(x))\`.`,
    bad: `${EFFECT} price(sku: string): Promise<number>; export async function f(skus: string[]) { return await Promise.all(skus.map(price)); }`,
    good: `${EFFECT} price(sku: string): Promise<number>; export async function f(skus: string[]) { return await Promise.all(skus.map((sku) => price(sku))); }`,
  }),
  border_type: row({
    severity: 'hazard',
    message: (what: string, type: string, kind: keyof typeof BORDER_HELP) =>
      `${what} ${type}, which ${kind === 'host' ? 'belongs to the host and cannot be stored' : 'cannot cross between workflow and app'}`,
    label: 'refused when it comes',
    help: (_what: string, _type: string, kind: keyof typeof BORDER_HELP) => BORDER_HELP[kind] ?? BORDER_HELP.host,
    bad: `${EFFECT} upload(file: Buffer): Promise<void>; export async function f(file: any) { await upload(file); }`,
    good: `${EFFECT} upload(base64: string): Promise<void>; export async function f(base64: string) { await upload(base64); }`,
  }),
} as const satisfies Record<string, Row>;

export type DiagnosticCode = keyof typeof DIAGNOSTICS;
export type DiagnosticArgs<C extends DiagnosticCode> = Parameters<(typeof DIAGNOSTICS)[C]['message']>;

const USE_CHANNEL = "Let the app listen, and send each message to the run: `await received.receive()` of a `channel` from 'perdure' waits for it.";
const USE_SLEEP = "Wait durably instead: `await sleep('5 minutes')`, from 'perdure'.";
const NO_TIMER = "Nothing is to be cleared: race the wait instead, `await received.receive({ timeout: '5 minutes' })`.";
const NO_COMMONJS = 'A workflow module is an ES module: write `import … from` at the top of the file, and `export`.';
const NO_BROWSER = 'A workflow does not run in a browser; pass what you need as an argument.';

/** What to do instead; code to paste follows where `HOST_EFFECTS` has some. */
const HOST_HELP: Record<string, string> = {
  fetch: 'Declare an effect and fetch in its implementation:',
  Request: 'Declare an effect and fetch in its implementation:',
  Response: 'Declare an effect that fetches and returns what the workflow needs of the response:',
  Headers: 'Declare an effect and fetch in its implementation; headers are a plain object:',
  XMLHttpRequest: 'Declare an effect and fetch in its implementation:',
  setTimeout: USE_SLEEP,
  setInterval: "Loop and wait durably: `while (…) { await sleep('5 minutes'); … }`, from 'perdure'.",
  setImmediate: 'Nothing needs to yield inside a workflow; leave it out.',
  clearTimeout: NO_TIMER,
  clearInterval: 'Nothing is to be cleared: leave the loop.',
  clearImmediate: 'Nothing needs to yield inside a workflow; leave it out.',
  queueMicrotask: 'Write `Promise.resolve().then(…)`.',
  process: 'Pass configuration as an argument of the workflow, or read it in an effect:',
  Buffer: 'Work with strings and numbers in the workflow; handle bytes in an effect:',
  btoa: 'Convert in an effect:',
  atob: 'Convert in an effect:',
  TextEncoder: 'Work with strings in the workflow; handle bytes in an effect:',
  TextDecoder: 'Work with strings in the workflow; handle bytes in an effect, which returns text.',
  URL: 'Take the address apart in an effect:',
  URLSearchParams: 'Put the address together in an effect:',
  performance: 'Use `Date.now()`, which is recorded.',
  globalThis: 'Name the built-in itself: `Map`, `Math`, `JSON` …',
  global: 'Name the built-in itself: `Map`, `Math`, `JSON` …',
  self: NO_BROWSER,
  window: NO_BROWSER,
  document: NO_BROWSER,
  navigator: NO_BROWSER,
  location: NO_BROWSER,
  alert: NO_BROWSER,
  localStorage: 'Keep it in a variable: the variables of a run are stored.',
  WebSocket: USE_CHANNEL,
  EventSource: USE_CHANNEL,
  EventTarget: USE_CHANNEL,
  Event: USE_CHANNEL,
  MessageChannel: USE_CHANNEL,
  AbortController: "Effects cannot be aborted from inside; stop waiting for one with a `channel` and its `timeout`, from 'perdure'.",
  AbortSignal: "Effects cannot be aborted from inside; stop waiting for one with a `channel` and its `timeout`, from 'perdure'.",
  require: NO_COMMONJS,
  module: NO_COMMONJS,
  exports: NO_COMMONJS,
};

const AWAIT_KEEP = 'Await first: `const keep = await Promise.all(items.map((x) => check(x)))`, then `items.filter((_, i) => keep[i])`.';
const LOOP_UNTIL = 'Write a loop: `for (const x of items) if (await check(x)) …`.';

const ASYNC_CALLBACK_HELP: Record<string, string> = {
  '.sort()': 'Await what to sort by first: `const keys = await Promise.all(items.map((x) => keyOf(x)))`, then sort by it.',
  '.toSorted()': 'Await what to sort by first: `const keys = await Promise.all(items.map((x) => keyOf(x)))`, then sort by it.',
  '.filter()': AWAIT_KEEP,
  '.some()': LOOP_UNTIL,
  '.every()': LOOP_UNTIL,
  '.find()': LOOP_UNTIL,
  '.findIndex()': LOOP_UNTIL,
  '.findLast()': LOOP_UNTIL,
  '.findLastIndex()': LOOP_UNTIL,
  '.forEach()': 'Write a loop: `for (const x of items) await step(x);`, or all at once: `await Promise.all(items.map((x) => step(x)))`.',
  '.reduce()': 'Write a loop, or await the value before: `async (before, x) => (await before) + …`.',
  '.reduceRight()': 'Write a loop, or await the value before: `async (before, x) => (await before) + …`.',
  '.replace()': 'Await what to put in first, then replace with a function that looks it up.',
  '.replaceAll()': 'Await what to put in first, then replace with a function that looks it up.',
  'new Promise()': 'Make an async function instead of the promise; what it returns settles its promise.',
};

const BORDER_HELP = {
  function: 'Pass data that says what to do, and choose by it in the effect.',
  symbol: 'Use a string or an enum.',
  promise: 'Await it first and pass the value.',
  weak: 'Use a Map or a Set.',
  iterator: 'Pass an array, or an effect that gets the next page.',
  host: 'Pass its data: text, numbers, plain objects.',
};

const EXCLUDED_HELP: Record<string, string> = {
  Proxy: 'Write the methods out, or use getters and setters.',
  WeakRef: 'Keep the object itself; what nothing refers to is not stored.',
  FinalizationRegistry: 'Release resources in `finally`.',
  Iterator: 'Write a generator function; not every Node that may resume the run has it.',
  SharedArrayBuffer: 'Runs share nothing; send a message through a channel instead.',
  Atomics: 'Runs share nothing; send a message through a channel instead.',
};
