/**
 * What the compiler warns of, and what it does not: a false alarm on right code is worse than silence. Each line is
 * the body of an async function among the declarations below.
 */
import { describe, expect, test } from 'vitest';
import { compileProgram, type Diagnostic } from '../compiler/index.ts';
import { hostFor } from './support/harness.ts';

const DECLARED = `import { channel, sleep } from 'perdure';
import * as other from './other.wf.ts';
import { load as fetchIt } from './other.wf.ts';
export declare function pay(cents: number): Promise<boolean>;
export declare function note(text: string, level: number): Promise<void>;
export const cancelled = channel<string>('cancelled');
const save = async (x: unknown) => { await pay(1); return x; };
let hook = async () => {};
async function helper() { await pay(1); return [1]; }
function plain() { return pay(1); }
`;
const OTHER = 'export declare function load(id: number): Promise<number>;\nexport const sync = () => 1;\n';

const diagnosticsOf = (source: string): Diagnostic[] =>
  compileProgram('/p/main.wf.ts', hostFor('/p', { 'main.wf.ts': source, 'other.wf.ts': OTHER })).diagnostics;

const warnings = (body: string): string[] =>
  diagnosticsOf(`${DECLARED}export async function main(items: any[], x: any) {\n${body}\nhook = plain as any; return [other.sync, fetchIt, sleep];\n}\n`).map((d) => {
    expect(d.severity).toBe('hazard');
    return d.code;
  });

describe('a promise that is dropped', () => {
  test.each([
    'pay(1);',
    'x && pay(1);',
    'x ? pay(1) : helper();',
    '(x.y, save(x));',
    'sleep(1000);',
    "cancelled.receive({ timeout: '1 day' });",
    'other.load(1);',
    'fetchIt(1);',
    'if (x) helper();',
    'items.map((i) => { save(i); });',
    'Promise.all(items.map((i) => pay(i)));',
    'class A { async go() {} run() { this.go(); const later = () => { this.go(); }; return later; } } new A().run();',
  ])('%s', (body) => expect(new Set(warnings(body))).toEqual(new Set(['floating_promise'])));

  test.each([
    'void pay(1);',
    'await pay(1);',
    'const p = pay(1); await p;',
    'pay(1).catch(() => {});',
    'const ps = []; ps.push(pay(1)); await Promise.all(ps);',
    'x = pay(1);',
    'x ??= helper();',
    'plain();',
    'hook();',
    'other.sync();',
    'x.pay();',
    'const pay = () => 1; pay();',
    'await Promise.all(items.map((i) => pay(i)));',
    '(async () => { await pay(1); })();',
    'class A { go() {} run() { this.go(); } } new A().run();',
    'class A { async go() {} run() { return { go() {}, run() { this.go(); } }; } } new A().run();',
    'class A { async go() {} static go() {} static run() { this.go(); } } A.run();',
    'return pay(1);',
  ])('but not: %s', (body) => expect(warnings(body)).toEqual([]));
});

describe('a promise where its value is meant', () => {
  test.each([
    'if (pay(1)) return;',
    'while (pay(1)) {}',
    'const ok = !pay(1); return ok;',
    'const ok = pay(1) && x; return ok;',
    'const text = `paid: ${pay(1)}`; return text;',
    'const sum = 1 + fetchIt(2); return sum;',
    'for (const y of helper()) x = y;',
    'for await (const y of helper()) x = y;',
    'const all = [...helper()]; return all;',
    'const o = { ...helper() }; return o;',
    'const length = helper().length; return length;',
    'switch (fetchIt(1)) { case 1: return 1; }',
  ])('%s', (body) => expect(warnings(body)).toEqual(['promise_as_value']));

  test.each([
    'if (await pay(1)) return;',
    'const p = helper().then((h) => h.length); return await p;',
    'const text = `${await pay(1)}`; return text;',
    'for (const y of await helper()) x = y;',
    'const name = helper.name; return name;',
    'const o = { p: pay(1) }; await o.p;',
  ])('but not: %s', (body) => expect(warnings(body)).toEqual([]));
});

describe('a return out of try', () => {
  test.each([
    'try { return pay(1); } catch { return 0; }',
    'try { x(); } catch { return pay(1); } finally { x.close(); }',
    'try { if (x) { for (;;) return helper(); } } finally { x.close(); }',
  ])('%s', (body) => expect(warnings(body)).toEqual(['return_in_try']));

  test.each([
    'try { return await pay(1); } catch { return 0; }',
    'try { x(); } catch { return pay(1); }',
    'try { x(); } finally { return pay(1); }',
    'try { x = () => { return pay(1); }; } catch { return 0; }',
    'try { x = async () => { return pay(1); }; } catch { return 0; }',
    'return pay(1);',
  ])('but not: %s', (body) => expect(warnings(body)).toEqual([]));
});

describe('an async callback of what does not wait', () => {
  test.each([
    'items.sort(async (a, b) => (await fetchIt(a)) - (await fetchIt(b)));',
    'return items.filter((i) => pay(i));',
    'return items.filter(save);',
    'return items.some(async (i) => await pay(i));',
    'items.forEach(async (i) => { await pay(i); });',
    'items.forEach((i) => pay(i));',
    'return items?.find(async function (i) { return await pay(i); });',
    "return x.replace(/a/g, async (m) => await fetchIt(m));",
    'return items.reduce(async (sum, i) => sum + (await fetchIt(i)), 0);',
    'return new Promise(async (resolve) => { resolve(await pay(1)); });',
  ])('%s', (body) => expect(warnings(body)).toEqual(['async_callback']));

  test.each([
    'await Promise.all(items.map(async (i) => await pay(i)));',
    'return items.filter((i) => i > 1);',
    'return items.filter((i) => { void pay(i); return true; });',
    'return await items.reduce(async (sum, i) => (await sum) + (await fetchIt(i)), 0);',
    'return await items.reduce((before, i) => before.then(() => fetchIt(i)), Promise.resolve());',
    'class Queue { forEach(f: any) { return f(); } } await new Queue().forEach(async () => { await pay(1); });',
    'const q = { filter: (f: any) => f() }; await q.filter(async () => pay(1));',
    'return new Promise((resolve) => resolve(pay(1)));',
    "return x.replace(/a/g, (m) => m + m);",
  ])('but not: %s', (body) => expect(warnings(body)).toEqual([]));

  test.each(['return await Promise.all(items.map(pay));', 'await Promise.all(items.map(fetchIt));'])('%s', (body) =>
    expect(warnings(body)).toEqual(['effect_as_callback']),
  );
  test.each(['return await Promise.all(items.map(note));', 'return await Promise.all(items.map(save));', 'return await pay(1).then(note);'])(
    'but not: %s',
    (body) => expect(warnings(body)).toEqual([]),
  );
});

describe('types that cannot cross', () => {
  const typed = (source: string): string[] => diagnosticsOf(`${source}\nexport async function main() {}\n`).map((d) => `${d.severity} ${d.code}: ${d.message}`);

  test.each([
    ['export declare function f(done: () => void): Promise<void>;', "Effect 'f' takes a function"],
    ['export declare function f(o: { on?: () => void }): Promise<void>;', "Effect 'f' takes a function"],
    ['export declare function f(file: Buffer | string): Promise<void>;', "Effect 'f' takes Buffer"],
    ['export declare function f(): Promise<Response>;', "Effect 'f' gives Response"],
    ['export declare function f(): Promise<{ rows: Promise<number>[] }>;', "Effect 'f' gives Promise"],
    ['export declare function f(id: symbol): Promise<void>;', "Effect 'f' takes a symbol"],
    ['declare const key: unique symbol; export declare function f(): Promise<WeakMap<object, string>>;', "Effect 'f' gives WeakMap"],
    ["import type { Socket } from 'node:net'; export declare function f(...all: Socket[]): Promise<void>;", "Effect 'f' takes Socket"],
    ["import type * as http from 'node:http'; export declare function f(r: http.IncomingMessage): Promise<void>;", "Effect 'f' takes http.IncomingMessage"],
    ['interface Node { next: Node; file: Buffer } export declare function f(n: Node): Promise<void>;', "Effect 'f' takes Buffer"],
    ['type All = Record<string, ReadonlyArray<Blob>>; export declare function f(n: All): Promise<void>;', "Effect 'f' takes Blob"],
    ['export declare function f(): Promise<AsyncGenerator<number>>;', "Effect 'f' gives AsyncGenerator"],
    ['export async function w(request: Request) { return request; }', "Workflow 'w' takes Request"],
    ['let connection: WebSocket | null = null; export async function g() { return connection; }', "Variable 'connection' holds WebSocket"],
  ])('%s', (source, message) => {
    const [first, ...more] = typed(source);
    expect(more).toEqual([]);
    expect(first).toMatch(new RegExp(`^hazard border_type: ${message.replaceAll(/[.?|()[\]]/g, '\\$&')}, which `));
  });

  test.each([
    'export declare function f(order: { id: string; lines: Map<string, Date> }, tags: Set<RegExp>): Promise<Error | undefined>;',
    "import type { Request } from './types.ts'; export declare function f(r: Request): Promise<void>;",
    'class Response {} export declare function f(r: Response): Promise<void>;',
    'type Buffer = string; export declare function f(r: Buffer): Promise<void>;',
    'type Id = string & { readonly brand: unique symbol }; export declare function f(id: Id): Promise<void>;',
    'interface Money { cents: number; toString(): string } export declare function f(m: Money): Promise<void>;',
    'export declare function f<Buffer>(b: Buffer): Promise<Buffer>;',
    'export async function retry<T>(step: () => Promise<T>): Promise<T> { return await step(); }',
    'let undo: (() => Promise<void>)[] = []; export async function g() { return undo; }',
    'interface Tree { children: Tree[] } export declare function f(t: Tree): Promise<Tree>;',
  ])('but not: %s', (source) => expect(typed(source)).toEqual([]));
});

describe('writes to built-ins, by other names', () => {
  const codes = (body: string): string[] => diagnosticsOf(`export async function main(x: any) {\n${body}\n}\n`).map((d) => d.code);

  test.each([
    'const proto = Array.prototype; (proto as any).last = () => 1;',
    'const M = Map; const P = M.prototype; Object.defineProperty(P, "x", { value: 1 });',
    '(Object.getPrototypeOf([]) as any).last = () => 1;',
    "'' ['constructor'].prototype.shout = () => 1;",
    '[].constructor.prototype.last = 1;',
    'const now = Date.now; (now as any).cache = 1;',
    'Object.freeze(Array.prototype);',
    'delete (Object.getPrototypeOf("") as any).trim;',
  ])('%s', (body) => expect(codes(body)).toEqual(['builtin_write']));

  test.each([
    'let proto: any = Array.prototype; proto = x; proto.last = 1;',
    'const nothing = undefined as any; if (x) nothing.x = 1;',
    'const o: any = {}; o.prototype = 1;',
    'const p = Object.getPrototypeOf(x); p.y = 1;',
    'const own = Object.create(Array.prototype); own.x = 1;',
    'class A {} const P = A.prototype as any; P.x = 1;',
    'const sum = Math.max(1, 2) as any; x.y = sum;',
  ])('but not: %s', (body) => expect(codes(body)).toEqual([]));
});
