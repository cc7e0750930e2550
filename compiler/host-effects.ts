/**
 * Effects to paste: what a workflow that names a part of the host most likely needs instead.
 *
 *     fetch → export declare function fetchJson(url: string, …): Promise<unknown>;      in the workflow module
 *             engine.provide(order, { fetchJson: async (url, init) => … });             in the app
 *
 * Every line is compiled and type-checked by test/suggestions.test.ts: what we tell people to paste works.
 */

/** An effect, as the two places that need it have it. */
export interface EffectSuggestion {
  name: string;
  /** Parameters and result of the declaration. */
  signature: string;
  /** The implementation: the value of its property in `provide`. */
  implementation: string;
}

/** What is shown under a diagnostic: code for the workflow module and for the app. */
export interface Suggestion {
  module: string;
  app: string;
}

const effect = (name: string, signature: string, implementation: string): EffectSuggestion => ({ name, signature, implementation });

const FETCH_JSON = effect(
  'fetchJson',
  '(url: string, init?: { method?: string; headers?: Record<string, string>; body?: string }): Promise<unknown>',
  'async (url, init) => (await fetch(url, init)).json()',
);
const TO_BASE64 = effect('toBase64', '(text: string): Promise<string>', "async (text) => Buffer.from(text).toString('base64')");
const FROM_BASE64 = effect('fromBase64', '(base64: string): Promise<string>', "async (base64) => Buffer.from(base64, 'base64').toString()");
const BYTE_LENGTH = effect('byteLength', '(text: string): Promise<number>', 'async (text) => Buffer.byteLength(text)');
const SETTING = effect('setting', '(name: string): Promise<string | undefined>', 'async (name) => process.env[name]');
const PARSE_URL = effect(
  'parseUrl',
  '(url: string): Promise<{ host: string; pathname: string; query: Record<string, string> }>',
  'async (url) => { const { host, pathname, searchParams } = new URL(url); return { host, pathname, query: Object.fromEntries(searchParams) }; }',
);
const QUERY_STRING = effect(
  'queryString',
  '(values: Record<string, string>): Promise<string>',
  'async (values) => new URLSearchParams(values).toString()',
);
const READ_TEXT = effect(
  'readText',
  '(path: string): Promise<string>',
  "async (path) => (await import('node:fs/promises')).readFile(path, 'utf8')",
);
const SHA256 = effect(
  'sha256',
  '(text: string): Promise<string>',
  "async (text) => (await import('node:crypto')).createHash('sha256').update(text).digest('hex')",
);

const RANDOM_BYTES = effect(
  'randomHex',
  '(bytes: number): Promise<string>',
  "async (bytes) => (await import('node:crypto')).randomBytes(bytes).toString('hex')",
);

/** By the name of the global. */
export const HOST_EFFECTS: Readonly<Record<string, EffectSuggestion>> = {
  fetch: FETCH_JSON,
  Request: FETCH_JSON,
  Response: FETCH_JSON,
  Headers: FETCH_JSON,
  XMLHttpRequest: FETCH_JSON,
  process: SETTING,
  Buffer: TO_BASE64,
  btoa: TO_BASE64,
  atob: FROM_BASE64,
  TextEncoder: BYTE_LENGTH,
  URL: PARSE_URL,
  URLSearchParams: QUERY_STRING,
  'crypto.subtle': SHA256,
  'crypto.createHash': SHA256,
  'crypto.getRandomValues': RANDOM_BYTES,
  'crypto.randomBytes': RANDOM_BYTES,
};

/** By the module that a value is imported from; `node:` left out. */
export const MODULE_EFFECTS: Readonly<Record<string, EffectSuggestion>> = {
  fs: READ_TEXT,
  'fs/promises': READ_TEXT,
  crypto: SHA256,
  http: FETCH_JSON,
  https: FETCH_JSON,
  axios: FETCH_JSON,
  got: FETCH_JSON,
  ky: FETCH_JSON,
  'node-fetch': FETCH_JSON,
  undici: FETCH_JSON,
  process: SETTING,
  url: PARSE_URL,
  buffer: TO_BASE64,
};

export const suggestionFor = (table: Readonly<Record<string, EffectSuggestion>>, name: string): EffectSuggestion | undefined =>
  Object.hasOwn(table, name) ? table[name] : undefined;

export const declarationOf = ({ name, signature }: EffectSuggestion): string => `export declare function ${name}${signature};`;

/** `file` is the module's id: the app will have it imported under a name like the file's. */
export function suggest(suggestion: EffectSuggestion, file: string): Suggestion {
  const { name, implementation } = suggestion;
  return {
    module: declarationOf(suggestion),
    app: `engine.provide(${namespaceOf(file)}, { ${name}: ${implementation} });`,
  };
}

/** `src/order-import.wf.ts` → `orderImport`. */
export function namespaceOf(file: string): string {
  const base = file.slice(file.lastIndexOf('/') + 1).replace(/\.wf\.[jt]s$/, '');
  const name = base.replace(/[^A-Za-z0-9_$]+(.?)/g, (_, next: string) => next.toUpperCase());
  return /^[A-Za-z_$]/.test(name) ? name : `workflows${name}`;
}
