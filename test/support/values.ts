/**
 * The table of values that must survive a suspension, and the workflow that shows one.
 *
 * `show` is itself workflow code, so that the oracle and the compiled program print by the same rules. It mentions
 * `Object` and `Reflect` by their methods only: a program that does more tells the encoder to look at everything.
 */

export interface ValueCase {
  name: string;
  /** Statements that return the value. */
  build: string;
  /** Statements after the suspension: what the value, `v`, does then. */
  use?: string;
}

const SHOW = `
export declare function tick<T>(value?: T): Promise<T>;

function show(root: unknown): string {
  const ids = new Map<unknown, number>();
  const out: string[] = [];
  const work: unknown[] = [];
  const key = (k: PropertyKey): string => (typeof k === 'symbol' ? symbol(k) : JSON.stringify(k));
  const symbol = (s: symbol): string => {
    const shared = Symbol.keyFor(s);
    if (shared !== undefined) return 'Symbol.for(' + JSON.stringify(shared) + ')';
    if (String(s.description).startsWith('Symbol.')) return String(s.description);
    return '@' + idOf(s) + String(s);
  };
  const idOf = (x: unknown): number => {
    let id = ids.get(x);
    if (id === undefined) { id = ids.size; ids.set(x, id); if (typeof x !== 'symbol') work.push(x); }
    return id;
  };
  const named: [unknown, string][] = [
    [Object.prototype, 'Object'], [Array.prototype, 'Array'], [Function.prototype, 'Function'], [Map.prototype, 'Map'],
    [Set.prototype, 'Set'], [Date.prototype, 'Date'], [RegExp.prototype, 'RegExp'], [Error.prototype, 'Error'],
    [TypeError.prototype, 'TypeError'], [RangeError.prototype, 'RangeError'], [AggregateError.prototype, 'AggregateError'],
    [Promise.prototype, 'Promise'], [String.prototype, 'String'], [Number.prototype, 'Number'], [Boolean.prototype, 'Boolean'],
    [Symbol.prototype, 'Symbol'], [BigInt.prototype, 'BigInt'], [Map, 'class Map'], [Array, 'class Array'], [Error, 'class Error'],
    [Promise, 'class Promise'], [Math.max, 'Math.max'], [JSON, 'JSON'], [Math, 'Math'],
    ...[Intl.NumberFormat, Intl.Collator, Intl.DateTimeFormat].map((c): [unknown, string] => [c.prototype, 'Intl.' + c.name]),
    ...[ArrayBuffer, DataView, Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Float64Array, BigInt64Array].map((c): [unknown, string] => [c.prototype, c.name]),
    [Array.prototype.push, 'push'], [Symbol, 'class Symbol'],
  ];
  const value = (x: unknown): string => {
    switch (typeof x) {
      case 'string': return x.length > 200 ? 'string of ' + x.length : JSON.stringify(x);
      case 'number': return Object.is(x, -0) ? '-0' : String(x);
      case 'bigint': return x + 'n';
      case 'symbol': return symbol(x);
      case 'object': case 'function': {
        if (x === null) return 'null';
        for (const [known, name] of named) if (known === x) return '%' + name;
        return '#' + idOf(x);
      }
      default: return String(x);
    }
  };
  const tag = (o: any): string => {
    const attempt = (f: () => unknown): string | null => { try { return String(f()); } catch { return null; } };
    if (typeof o === 'function') return 'function ' + JSON.stringify(o.name) + '/' + o.length;
    if (Array.isArray(o)) return 'array ' + o.length;
    let s = attempt(() => Map.prototype.has.call(o, 0));
    if (s !== null) return 'map [' + [...Map.prototype.entries.call(o)].map(([k, w]: any) => value(k) + ' => ' + value(w)).join(', ') + ']';
    s = attempt(() => Set.prototype.has.call(o, 0));
    if (s !== null) return 'set [' + [...Set.prototype.values.call(o)].map(value).join(', ') + ']';
    s = attempt(() => Date.prototype.getTime.call(o));
    if (s !== null) return 'date ' + s;
    s = attempt(() => Number.prototype.valueOf.call(o));
    if (s !== null) return 'Number ' + value(Number.prototype.valueOf.call(o));
    s = attempt(() => String.prototype.valueOf.call(o));
    if (s !== null) return 'String ' + value(s);
    s = attempt(() => Boolean.prototype.valueOf.call(o));
    if (s !== null) return 'Boolean ' + s;
    s = attempt(() => BigInt.prototype.valueOf.call(o));
    if (s !== null) return 'BigInt ' + s;
    s = attempt(() => value(Symbol.prototype.valueOf.call(o)));
    if (s !== null) return 'Symbol ' + s;
    if (o instanceof RegExp) return 'regexp ' + o.source + '/' + o.flags;
    return Object.prototype.toString.call(o);
  };
  out.push(value(root));
  for (let i = 0; i < work.length; i++) {
    const o = work[i] as any;
    const proto = Object.getPrototypeOf(o);
    let text = '#' + ids.get(o) + ' ' + tag(o) + ' proto ' + value(proto);
    if (!Object.isExtensible(o)) text += Object.isFrozen(o) ? ' frozen' : Object.isSealed(o) ? ' sealed' : ' fixed';
    const keys = Reflect.ownKeys(o);
    for (const k of keys) {
      // Node makes functions and stacks of its own.
      if (typeof o === 'function' && (k === 'length' || k === 'name' || k === 'prototype' || k === 'arguments' || k === 'caller')) continue;
      if (k === 'stack') { text += ' stack:' + typeof o.stack; continue; }
      if (Array.isArray(o) && k === 'length') { text += Reflect.getOwnPropertyDescriptor(o, k)!.writable ? '' : ' length-'; continue; }
      const d = Reflect.getOwnPropertyDescriptor(o, k)!;
      const flags = (d.enumerable ? '' : '!e') + (d.configurable ? '' : '!c') + ('value' in d && !d.writable ? '!w' : '');
      text += ' ' + key(k) + flags + ':' + ('value' in d ? value(d.value) : 'get ' + value(d.get) + ' set ' + value(d.set));
    }
    out.push(text);
  }
  return out.join('\\n');
}
`;

export function caseSource({ build, use }: ValueCase): string {
  return `${SHOW}
let written = 0;
function make(): any { ${build} }
export async function main() {
  const v = make();
  const shown = show(v);
  await tick();
  console.log(show(v) === shown ? 'same' : 'before\\n' + shown + '\\nafter');
  console.log(show(v));
  written++;
  await tick();
  { ${use ?? ''} }
  console.log(show(v));
  await tick();
  console.log(show(v));
}
`;
}

export const CASES: ValueCase[] = [
  { name: 'numbers', build: 'return [0, -0, NaN, Infinity, -Infinity, 1e21, 5e-324, Number.MAX_VALUE, 2 ** 53, 0.1, -1];' },
  { name: 'numbers as properties', build: 'return { a: -0, b: NaN, c: Infinity, d: -Infinity, e: 0 };' },
  { name: 'bigint', build: 'return [0n, -1n, 2n ** 200n, { n: -(2n ** 64n) }];' },
  { name: 'undefined and null', build: 'return { u: undefined, n: null, a: [undefined, null] };' },
  { name: 'holes', build: 'return [[, 1], [1, , 2], [1, ,], [, ,], [undefined, , undefined]];', use: 'v[0][0] = 1; delete v[1][0]; v[2].length = 5;' },
  { name: 'array with properties', build: "const a: any = [1, 2]; a.name = 'x'; a['-1'] = 'y'; a['01'] = 'z'; a[4294967295] = 'not an index'; return a;", use: "v.more = v; v.push(3); delete v.name;" },
  { name: 'only properties', build: "const a: any = []; a.x = 1; return a;" },
  { name: 'sparse array', build: 'const a: any[] = []; a[4294967294] = { last: true }; a[7] = -0; return a;', use: 'v[3] = 3; v[1000000] = 4; delete v[7];' },
  { name: 'sparse array of length only', build: 'const a: any[] = []; a.length = 4294967295; return a;', use: 'v.length = 3;' },
  { name: 'sparse array with properties', build: "const a: any = []; a[100] = 1; a.x = 1; return a;", use: 'v.y = v; v[50] = undefined;' },
  { name: 'sparse array that fills', build: 'const a: any[] = []; a[40] = 1; return a;', use: 'for (let i = 0; i < 40; i++) v[i] = i;' },
  { name: '__proto__ by computed key', build: "return { ['__proto__']: { polluted: true }, after: 1 };", use: "v.more = 1;" },
  { name: '__proto__ by JSON.parse', build: `return JSON.parse('{"a":1,"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":1}}}');`, use: 'v.b = 2;' },
  { name: '__proto__ by defineProperty', build: "return Object.defineProperty({}, '__proto__', { value: 1, enumerable: true, writable: true, configurable: true });" },
  { name: '__proto__ hidden', build: "return Object.defineProperty({}, '__proto__', { value: [1] });" },
  { name: '__proto__ null-valued', build: "return { ['__proto__']: null };" },
  { name: '__proto__ in a literal', build: 'return { __proto__: { inherited: 1 }, own: 2 };' },
  { name: '__proto__ in an instance', build: "class C { a = 1; } const c: any = new C(); Object.defineProperty(c, '__proto__', { value: 1, enumerable: true, writable: true, configurable: true }); return c;" },
  { name: '__proto__ in a null-prototype dictionary', build: "const o = Object.create(null); o['__proto__'] = 1; o.x = 2; return o;", use: "v['__proto__'] = { p: 1 };" },
  { name: '__proto__ in a large object', build: "const o: any = {}; for (let i = 0; i < 100; i++) o['k' + i] = i; Object.defineProperty(o, '__proto__', { value: 1, enumerable: true, writable: true, configurable: true }); return o;", use: "v.k1 = { x: 1 }; delete v.k2; Object.defineProperty(v, 'k3', { value: 'three' });" },
  { name: 'keys of our own form', build: "return [{ '$': 'undefined' }, { '@': 1 }, { '%': 'x' }, { n: '1' }, { s: 'x' }, { y: 'x' }, { e: [['a', 1]] }, { o: 1 }, { a: [] }, { graph: 1, heap: {} }, { frame: 1, env: 2 }, { promise: 'pending' }, { '#': 1 }];", use: "for (const o of v) o.more = { '@': 99 };" },
  { name: 'keys of Object.prototype', build: "return { constructor: 1, toString: 2, hasOwnProperty: 3, valueOf: 4, then: 5, toJSON: 6, length: 7, name: 8, prototype: 9 };", use: "delete v.constructor; v.isPrototypeOf = 1;" },
  { name: 'toJSON as a function', build: "return { toJSON() { return 'mangled'; }, a: 1 };", use: 'console.log(JSON.stringify(v));' },
  { name: 'keys that frames and Envs use', build: "return { $m: 1, $up: 2, $k: 3, $pc: 4, '$env': 5, slots: 6 };", use: 'v.$m = v;' },
  { name: 'numeric-like keys and their order', build: "return { b: 1, 10: 2, 2: 3, '02': 4, a: 5, '-1': 6, 4294967295: 7, 4294967294: 8, 1e21: 9, '': 10, ' ': 11 };", use: "delete v.b; v.b = 'again'; v[5] = 'five';" },
  { name: 'order after delete and set', build: "const o: any = {}; for (let i = 0; i < 60; i++) o['k' + i] = i; return o;", use: "delete v.k3; v.k3 = 'moved'; delete v.k5; v.new = 1; v.k4 = 'stays';" },
  { name: 'strange text', build: String.raw`return ['\u0000', '\ud800', '\udc00\ud800', '\ud83d\ude00', '\\u0000', '\\', '\u2028\u2029', '"', '\x7f', '\uffff', 'a\u0000b\\c'];` },
  { name: 'strange text in keys', build: String.raw`return { '\u0000': 1, 'a\ud800': 2, '\\u0000': 3, '\\': 4, '"': 5, '\u2028': 6, '\udfff\u0000': { '\u0000': '\u0000' } };`, use: String.raw`delete v['\u0000']; v['\u0000\u0000'] = '\ud800';` },
  { name: 'strange text in keys of a large object', build: String.raw`const o: any = {}; for (let i = 0; i < 100; i++) o['k' + i] = i; o['\u0000'] = 1; o['\\'] = 2; return o;`, use: String.raw`delete v['\u0000']; v.k1 = '\u0000'; v['\ud800'] = 4; v['\\'] = 5; delete v.k99;` },
  { name: 'strange text arrives in a large object', build: String.raw`const o: any = {}; for (let i = 0; i < 100; i++) o['k' + i] = i; o['\\u0000'] = 'backslash'; return o;`, use: String.raw`v['\u0000'] = 1; v['\\u0000'] = 2; delete v.k7;` },
  { name: 'strange text in Map keys', build: String.raw`return new Map<any, any>([['\u0000', 1], ['\ud800', 2], ...Array.from({ length: 60 }, (_, i): [any, any] => ['k' + i, i])]);`, use: String.raw`v.delete('\u0000'); v.set('\ud800', '\u0000'); v.set('\u0000', 3);` },
  { name: 'strange text in symbols and classes', build: String.raw`class C { ['\u0000'] = 1; ['m\ud800']() { return 2; } } return [Symbol.for('\u0000'), new C(), Symbol.for('\ud800')];`, use: String.raw`console.log(v[1]['m\ud800']());` },
  { name: 'strange text in errors', build: String.raw`const e: any = new Error('\u0000\ud800'); e['\u0000'] = 1; return e;` },
  { name: 'strange text in RegExps', build: String.raw`return [new RegExp('\u0000'), /[\ud800]/, new RegExp('/'), new RegExp('')];` },
  { name: 'very large string', build: "return 'x'.repeat(3_000_000) + '\\u0000';" },
  { name: 'cycles', build: 'const a: any = { name: "a" }; a.self = a; const b: any = [a]; b.push(b); a.b = b; return a;', use: 'v.b.push(v.b);' },
  { name: 'shared references', build: 'const shared = { n: 1 }; return { a: shared, b: [shared, shared], m: new Map([[shared, shared]]) };', use: 'v.a.n++; console.log(v.b[0].n, v.m.get(v.a) === v.b[1]);' },
  { name: 'Map and Set with object keys', build: 'const k = { k: 1 }; return { k, m: new Map<any, any>([[k, 1], [{}, 2], [NaN, 3], [0, 4], [undefined, 5], ["0", 6]]), s: new Set<any>([k, [1], NaN, 0, null]) };', use: 'v.m.delete(v.k); v.m.set(v.k, "again"); v.s.delete(v.k); v.s.add(v.k); console.log(v.m.get(NaN), v.m.has(-0));' },
  { name: 'a Map that holds itself', build: 'const m = new Map<any, any>(); m.set(m, m); m.set("m", m); return m;', use: 'console.log(v.get(v) === v); v.get(v).set("x", 1);' },
  { name: 'a Set that holds itself', build: 'const s = new Set<any>(); s.add(s); s.add({ s }); return s;', use: 'console.log(v.has(v));' },
  { name: 'Map with properties', build: 'const m: any = new Map([[1, 2]]); m.size2 = 3; m.self = m; return m;', use: 'v.size2++; v.set(5, 6);' },
  { name: 'frozen Map', build: 'return Object.freeze(new Map([[1, 2]]));', use: 'v.set(3, 4); try { v.x = 1; } catch (e) { console.log((e as Error).name); }' },
  { name: 'Dates', build: 'const d: any = new Date(8.64e15); d.note = "n"; return [new Date(NaN), new Date(0), new Date(-1), d];', use: 'v[0].setTime(5); v[1].setFullYear(2000); console.log(v[1].getTime());' },
  { name: 'RegExps', build: String.raw`const r: any = /a(?<n>b)?/dgimsuy; r.lastIndex = 3; r.note = 1; const odd: any = /x/g; odd.lastIndex = -1; const half: any = /y/y; half.lastIndex = 1.5; return [r, odd, half, /(?:)/];`, use: "v[0].lastIndex = 0; console.log(v[0].exec('ab')!.groups!.n, v[0].lastIndex);" },
  { name: 'RegExp with an odd lastIndex', build: "const a: any = /a/g; a.lastIndex = 'two'; const b: any = /b/g; b.lastIndex = { valueOf: () => 1 }; const c: any = /c/g; c.lastIndex = -0; return [a, b, c];", use: "console.log(v[1].test('bbb'), v[1].lastIndex);" },
  { name: 'RegExp that cannot move', build: 'return Object.freeze(/x/g);', use: "try { v.test('x'); } catch (e) { console.log((e as Error).name); }" },
  { name: 'a match', build: "return 'k=v'.match(/(?<key>\\w)=(?<none>z)?(v)/d);" },
  { name: 'Error with a cyclic cause', build: "const e: any = new Error('a', { cause: 1 }); e.cause = e; e.code = 'E'; e.details = { e }; return e;" },
  { name: 'Error without a message', build: "const e: any = new TypeError(); const named: any = new Error('x'); named.name = 'Named'; const changed = new Error('x'); changed.message = 'changed'; return [e, named, changed, new RangeError('r', { cause: undefined })];", use: 'v[0].message = "late"; delete v[1].message;' },
  { name: 'Error with hidden properties', build: "const e: any = new Error('x'); Object.defineProperty(e, 'hidden', { value: 1 }); Object.defineProperty(e, 'message', { value: 'shown', enumerable: true }); return e;" },
  { name: 'Error without a stack', build: "const e: any = new Error('x'); delete e.stack; return e;" },
  { name: 'frozen Error', build: "return Object.freeze(new Error('x'));" },
  { name: 'AggregateError', build: "const e: any = new AggregateError([new Error('1'), 2], 'both', { cause: 'c' }); e.errors.push(e); return e;", use: 'v.errors.push(3);' },
  { name: 'an object that inherits from Error', build: 'return Object.create(Error.prototype, {});' },
  { name: 'frozen, sealed, fixed', build: 'return [Object.freeze({ a: [1] }), Object.seal({ b: 1 }), Object.preventExtensions({ c: 1 }), Object.freeze([1, , 3]), Object.seal([1, 2]), Object.preventExtensions([1]), Object.freeze({}), Object.freeze([])];', use: 'v[0].a.push(2); v[1].b = 2; v[2].c = 2; delete v[2].c; v[4][0] = 5; for (const o of v) try { o.x = 1; } catch (e) { console.log((e as Error).name); }' },
  { name: 'frozen in a cycle', build: 'const a: any = { m: new Map() }; a.m.set(a, a); a.l = [a]; Object.freeze(a); Object.freeze(a.l); return a;', use: 'v.m.set(1, v.l);' },
  { name: 'frozen instances', build: 'class C { #p = 1; a = 2; bump() { return ++this.#p; } constructor() { Object.freeze(this); } } return new C();', use: 'console.log(v.bump());' },
  { name: 'made fixed after a store', build: 'return { o: { a: 1 }, list: [1], m: new Map() };', use: 'Object.freeze(v.o); Object.seal(v.list); Object.preventExtensions(v.m); Object.freeze(v);' },
  { name: 'array with a fixed length', build: "const a = [1, 2]; Object.defineProperty(a, 'length', { writable: false }); return a;", use: 'try { v.push(1); } catch (e) { console.log((e as Error).name); } v[0] = 9;' },
  { name: 'array with attributes', build: "const a = [1, 2, 3]; Object.defineProperty(a, 1, { enumerable: false }); Object.defineProperty(a, 0, { get: () => 'got', enumerable: true }); return a;" },
  { name: 'accessors in a literal', build: 'let n = 0; return { get x() { return ++n; }, set x(y) { n = y; }, get only() { return n; }, set write(y: any) { n = y * 2; }, get ["comp" + "uted"]() { return 1; }, plain: 1 };', use: 'v.x = 10; console.log(v.x, v.only); v.write = 4; console.log(v.only); v.plain = 2;' },
  { name: 'accessors by defineProperty', build: "const o: any = { a: 1 }; let n = 5; Object.defineProperty(o, 'x', { get() { return this.a + n; }, set(y) { n = y; } }); Object.defineProperties(o, { y: { value: 1, writable: true }, z: { get: () => n, enumerable: true, configurable: true } }); return o;", use: 'v.x = 7; console.log(v.x, v.z); v.y = 3;' },
  { name: 'properties by Object.create', build: "return Object.create({ base: 1 }, { hidden: { value: 1 }, shown: { value: 2, enumerable: true, writable: true, configurable: true }, got: { get: () => 3, enumerable: true } });", use: 'console.log(v.hidden, v.got, v.base); v.shown = 4;' },
  { name: 'properties by Reflect', build: "const o: any = {}; Reflect.defineProperty(o, 'x', { value: 1 }); Reflect.set(o, 'y', 2); return o;", use: "Reflect.set(v, 'y', 3); Reflect.deleteProperty(v, 'y'); Reflect.preventExtensions(v);" },
  { name: 'symbol keys', build: "return { [Symbol.for('a')]: 1, [Symbol.toStringTag]: 'T', [Symbol.iterator]: function () { return [1][Symbol.iterator](); }, plain: 2 };", use: "v[Symbol.for('a')]++; v[Symbol.for('b')] = v; console.log([...v].join());" },
  { name: 'hidden symbol keys', build: "return Object.defineProperty([1], Symbol.for('x'), { value: 1 });" },
  { name: 'symbols as values', build: "return [Symbol.for('x'), Symbol.iterator, Symbol.asyncIterator, Symbol.hasInstance];" },
  { name: 'symbol keys on built-ins', build: "const m: any = new Map(); m[Symbol.for('x')] = 1; const d: any = new Date(0); d[Symbol.for('y')] = 2; const e: any = new Error('e'); e[Symbol.for('z')] = 3; const a: any = [1]; a[Symbol.for('w')] = 4; const f: any = () => 1; f[Symbol.for('f')] = 5; return [m, d, e, a, f];", use: "v[0][Symbol.for('x')]++;" },
  { name: 'null prototype', build: 'const o = Object.create(null); o.a = 1; o.b = o; return o;', use: 'v.c = 2; delete v.a;' },
  { name: 'null prototype on an array and a Map', build: 'return [Object.setPrototypeOf([1], null), Object.setPrototypeOf(new Map([[1, 2]]), null), Object.setPrototypeOf(() => 1, null)];' },
  { name: 'changed prototypes', build: 'const p = { p: 1 }; return [Object.setPrototypeOf({ a: 1 }, p), Object.setPrototypeOf([1], p), Object.setPrototypeOf(new Date(0), p), Object.create(p), Object.create([1]), Object.create(new Map())];', use: 'Object.setPrototypeOf(v[0], null); Object.getPrototypeOf(v[3]).p = 2; console.log(v[1].p);' },
  { name: 'an array that is a Map to instanceof', build: 'return [Object.setPrototypeOf([1], Map.prototype), Object.setPrototypeOf({ x: 1 }, Array.prototype), Object.setPrototypeOf(new Map([[1, 1]]), Object.prototype), Object.setPrototypeOf(new Error("x"), Object.prototype), Object.setPrototypeOf(new Date(5), Object.prototype)];' },
  { name: 'boxed primitives', build: "const s: any = Object('text'); s.note = 1; return [Object(1), Object(-0), s, Object(true), Object(5n), new Number(NaN), new String('a\\u0000')];", use: 'v[2].note++;' },
  { name: 'boxed symbol', build: "return Object(Symbol.for('x'));" },
  { name: 'instances with private fields', build: 'class A { #x = { n: 1 }; y = 1; static made = 0; get x() { return this.#x; } bump() { this.#x.n++; this.#m(); return this; } #m() { this.y++; } } class B extends A { #x = "b"; z = [this.#x]; get bx() { return this.#x; } set bx(s) { this.#x = s; } } return [new A(), new B()];', use: 'v[1].bx = "c"; console.log(v[0].bump().x.n, v[1].bump().x.n, v[1].bx, v[0].y);' },
  { name: 'instances with changed shapes', build: 'class C { a = 1; b = 2; c = 3; } const gone: any = new C(); delete gone.b; const moved: any = new C(); delete moved.a; moved.a = "last"; const more: any = new C(); more.d = 4; more[0] = "zero"; return [gone, moved, more];', use: 'v[0].b = "back"; delete v[2].c;' },
  { name: 'instances with accessors', build: "class C { a = 1; get g() { return this.a; } } const c: any = new C(); Object.defineProperty(c, 'a', { get: () => 'shadow', enumerable: true }); Object.defineProperty(c, 'h', { value: 1 }); return c;", use: 'console.log(v.g);' },
  { name: 'subclasses of Error', build: "class E extends Error { code = 'E'; #s = 1; constructor(m: string) { super(m, { cause: 'c' }); this.name = 'E'; } get s() { return this.#s; } } class F extends E {} return [new E('x'), new F('y')];", use: 'console.log(v[0].s, v[1] instanceof Error, String(v[1]));' },
  { name: 'subclasses of AggregateError and TypeError', build: "class A extends AggregateError { n = 1; } class T extends TypeError { m = 2; } return [new A([1, 2], 'a'), new T('t')];" },
  { name: 'subclasses of Map, Set, Array', build: 'class M extends Map { n = 1; #p = 2; get p() { return this.#p; } } class S extends Set { extra = {}; } class A extends Array { sum() { return this.reduce((a, b) => a + b, 0); } } const m = new M([[1, 2]]); m.set(m, m); const a = new A(); a.push(1, 2, 3); return [m, new S([1]), a];', use: 'console.log(v[0].p, v[2].sum(), v[2].map((x: number) => x * 2).sum()); v[0].set(3, 4); v[1].add(2); v[2].push(4);' },
  { name: 'subclasses of Date and RegExp', build: "class D extends Date { note = 'n'; } class R extends RegExp { count = 0; } return [new D(5), new R('a', 'g'), new D(NaN)];", use: "v[0].setTime(9); console.log(v[1].test('a'), v[1].lastIndex);" },
  { name: 'subclass of Promise', build: 'class P extends Promise<number> { n = 1; } return P.resolve(3);', use: 'console.log(await v.then((x: number) => x + 1), v.then(() => 1).constructor === v.constructor);' },
  { name: 'subclass of a boxed primitive', build: 'class N extends Number { half() { return this.valueOf() / 2; } } class S extends String { n = 1; } return [new N(5), new S("abc")];', use: 'console.log(v[0].half(), v[1].length, v[1].n);' },
  { name: 'subclass of null and of Object', build: 'class O extends Object { a = 1; } return [new O()];' },
  { name: 'a class as a value', build: 'class C { static n = 1; static #p = 2; static p() { return this.#p; } m() { return "m"; } } return { C, c: new C() };', use: 'v.C.n++; console.log(v.C.n, v.C.p(), v.c instanceof v.C, new v.C().m(), v.c.constructor === v.C);' },
  { name: 'methods that are passed around', build: 'class C { n = 1; get() { return this.n; } static make() { return new C(); } get acc() { return 1; } } const o = { n: 2, get() { return this.n; }, "quoted key"() { return 3; }, 7() { return 7; } }; return [C.prototype.get, C.make, o.get, o["quoted key"], o[7], Object.getOwnPropertyDescriptor(C.prototype, "acc")!.get];', use: 'console.log(v[0].call({ n: 5 }), v[1]().get(), v[2].call({ n: 6 }), v[3](), v[5]());' },
  { name: 'prototypes of classes as values', build: 'class C { m() { return 1; } } return [C.prototype, Object.create(C.prototype)];', use: 'console.log(v[1].m(), v[1].constructor.prototype === v[0]);' },
  { name: 'functions with properties', build: 'const f: any = (x: number) => x + f.n; f.n = 1; f.self = f; function g() { return 2; } g.list = [g]; return [f, g];', use: 'v[0].n = 5; console.log(v[0](1));' },
  { name: 'functions with hidden properties', build: "const f: any = () => 1; Object.defineProperty(f, 'hidden', { value: 1 }); Object.defineProperty(f, 'got', { get: () => 2, enumerable: true }); Object.defineProperty(f, 'name', { value: 'renamed' }); return f;", use: 'console.log(v.hidden, v.got, v.name);' },
  { name: 'functions without a name', build: "const f: any = function () {}; delete f.name; const g: any = () => 1; delete g.length; g.x = 1; return [f, g];", use: "console.log('name' in v[0], Reflect.ownKeys(v[1]).join()); delete v[1].name;" },
  { name: 'functions that inherit', build: "const f: any = () => 1; Object.setPrototypeOf(f, { inherited: 2 }); const g: any = function () {}; Object.setPrototypeOf(g, null); return [f, g];", use: 'console.log(v[0].inherited, v[0](), Object.getPrototypeOf(v[1])); Object.setPrototypeOf(v[0], v[1]);' },
  { name: 'instances of functions', build: "function F(this: any) { this.a = 1; } F.prototype.m = function () { return this.a; }; const one = new (F as any)(); F.prototype = { constructor: F, n: 2 } as any; return [one, new (F as any)(), F, F.prototype];", use: "v[2].prototype.n = 3; console.log(v[0].m(), v[1].n, v[1] instanceof v[2], v[0] instanceof v[2], v[0].constructor === v[2]); v[2].prototype = [1];" },
  { name: 'functions that extend one another the old way', build: "function A(this: any) {} function B(this: any) {} B.prototype = Object.create(A.prototype, { constructor: { value: B, writable: true, configurable: true } }); return [new (B as any)(), A, B];", use: "v[1].prototype.m = () => 'm'; console.log(v[0].m(), v[0] instanceof v[1], v[0].constructor === v[2]); Object.setPrototypeOf(v[2].prototype, { other: 1 });" },
  { name: 'prototypes of functions', build: "function F() {} function G() {} const p = G.prototype; G.prototype = null as any; return [F.prototype, p, G];", use: "v[0].x = 1; console.log(v[0].constructor.prototype === v[0], v[2].prototype); delete v[1].constructor;" },
  { name: 'classes with other members', build: "class C { m() { return 1; } static s() { return 2; } get g() { return 3; } static n = 5; } const D: any = C; D.prototype.m = () => 'new'; delete D.prototype.g; D.added = D; Object.defineProperty(D, 's', { enumerable: true }); D.prototype[Symbol.for('k')] = 1; return [D, new D(), D.prototype];", use: "delete v[0].n; v[2].more = v[1]; console.log(v[1].m(), v[1].g, v[0].s(), v[1].more === v[1]); Object.freeze(v[2]);" },
  { name: 'classes with other chains', build: "class A { a() { return 'a'; } static s = 1; } class B extends A {} class C { c() { return 'c'; } static t = 2; } Object.setPrototypeOf(B, C); Object.setPrototypeOf(B.prototype, C.prototype); return [B, new B(), A];", use: "console.log(v[1].c(), v[1].a, v[0].t, v[0].s); Object.setPrototypeOf(v[0], null); Object.setPrototypeOf(v[0].prototype, v[2].prototype);" },
  { name: 'a class that extends a function', build: "let calls = 0; function F(this: any) { calls++; this.own = calls; } F.prototype.m = () => calls; class C extends (F as any) { #x = 5; y = 6; x() { return this.#x++; } } return [new C(), C, F];", use: "console.log(v[0].x(), v[0].m(), new v[1]().x(), v[0].x(), Object.getPrototypeOf(v[1]) === v[2]);" },
  { name: 'slots under the prototype of a class', build: "class C { size2() { return Reflect.get(Map.prototype, 'size', this); } } return Reflect.construct(Map, [[[1, 2]]], C);", use: 'console.log(v.size2(), Map.prototype.get.call(v, 1)); Map.prototype.set.call(v, 3, v);' },
  { name: 'frozen function', build: 'return Object.freeze(() => 1);', use: 'try { v.x = 1; } catch (e) { console.log((e as Error).name); } console.log(v());' },
  { name: 'bound functions', build: 'function f(this: any, a: number, b: number, c: number) { return [this?.n, a, b, c].join(); } const one = f.bind({ n: 1 }, 2); const two = one.bind({ n: 9 }, 3); const push = [].push.bind([]); return [one, two, Math.max.bind(null, 5), push];', use: 'console.log(v[0](8, 9), v[1](4), v[2](3), v[3](1), v[3](1));' },
  { name: 'built-ins as values', build: 'return [Map, Error, Math.max, JSON, [].push, Symbol, Promise, Math];', use: 'console.log(new v[0]([[1, 2]]).size, v[2](1, 2));' },
  { name: 'arguments objects', build: 'function f(..._: unknown[]) { return arguments; } const changed: any = f(1, 2, 3); changed.length = 1; changed.extra = changed; delete changed[0]; const odd: any = f(5); delete odd.length; odd[Symbol.iterator] = 6; const other = Object.setPrototypeOf(f(7), null); return [f(1, {}), f(), changed, odd, other, Object.freeze(f(8))];', use: "v[0][0] = -0; v[0][5] = 'far'; [].push.call(v[1], 9); console.log(Array.isArray(v[0]), [...v[1]].join(), Object.prototype.toString.call(v[4])); try { v[0].callee; } catch (e) { console.log((e as Error).name); }" },
  { name: 'typed arrays', build: 'const b = new ArrayBuffer(24); return { b, all: [new Uint8Array(b), new Int16Array(b, 2, 3), new DataView(b, 8, 4), new Float64Array(b, 16)], big: BigInt64Array.of(-1n, 2n ** 60n), none: new Uint8Array(), clamped: Uint8ClampedArray.of(300) };', use: 'v.all[0][2] = 7; v.all[3][0] = -0; v.all[2].setInt8(1, -1); v.big[0] = 5n; console.log(v.all.map((x: any) => x.buffer === v.b).join(), v.all[1].join(), v.all[0].join(), v.big.join(), v.none.length, v.clamped[0], Object.is(v.all[3][0], -0));' },
  { name: 'large typed arrays edited', build: 'const a = new Float64Array(1000); for (let i = 0; i < 1000; i++) a[i] = i / 3; return { a, bytes: new Uint8Array(a.buffer, 4000, 100) };', use: 'v.a[5] = NaN; v.a.set([1, 2], 997); v.bytes.fill(255, 3, 5); new DataView(v.a.buffer).setUint16(1, 7); v.a.subarray(300, 310).reverse(); console.log(v.a.reduce((x: number, y: number) => x + (y || 0), 0));' },
  { name: 'typed arrays with properties', build: "const a: any = new Uint8Array(3); a.name = 'x'; a.self = a; const b: any = Object.defineProperty(new Int8Array(2), 'hidden', { value: a }); class C extends Uint16Array { #p = 1; field = 2; p() { return this.#p++; } } return [a, b, new C(4), Object.preventExtensions(new Uint8Array(2)), Object.setPrototypeOf(new Uint8Array(1), null)];", use: "v[0].more = 1; v[0][0] = 1; v[1][1] = -1; v[2].p(); v[2][3] = 9; v[3][0] = 8; v[4][0] = 7; delete v[0].name; console.log(v[2].p(), v[2].field, v[2].join(), v[3].join());" },
  { name: 'resizable and detached buffers', build: 'const r: any = new (ArrayBuffer as any)(4, { maxByteLength: 16 }); const gone = new ArrayBuffer(8), lost = new Uint8Array(gone, 1, 3); structuredClone(gone, { transfer: [gone] }); return { r, auto: new Uint8Array(r), part: new Uint8Array(r, 1, 2), half: new Uint16Array(r, 2), gone, lost };', use: 'v.r.resize(9); v.auto[8] = 8; v.part[0] = 1; console.log(v.auto.length, v.half.length, v.lost.length, v.gone.byteLength); v.r.resize(2); console.log(v.part.length, v.auto.length); v.r.resize(16);' },
  { name: 'iterators of typed arrays', build: 'const a = Uint8Array.of(1, 2, 3), i = a.values(), e = a.entries(); i.next(); return { a, i, e, k: a[Symbol.iterator]() };', use: 'v.a[1] = 20; console.log(v.i.next().value, v.e.next().value.join(), [...v.k].join());' },
  { name: 'WeakMaps and WeakSets', build: "const k = { k: 1 }, f = () => k, s = Symbol('s'); const w: any = new WeakMap<any, any>([[k, 'object'], [f, k], [s as any, { deep: f }], [{}, 'gone']]); w.set(w, w); w.note = 1; class Cache extends WeakMap<any, any> { hits = 0; get(key: any) { this.hits++; return super.get(key); } } return { k, f, s, w, set: new WeakSet<any>([k, Map, s]), cache: new Cache([[k, f]]) };", use: "v.w.delete(v.f); v.w.set(v.k, 'again'); v.set.delete(v.k); v.set.add(v.w); const own = {}; v.w.set(own, { own }); v.own = own; console.log(v.w.get(v.k), v.w.has(v.f), v.w.get(v.s).deep === v.f, v.w.get(v.w) === v.w, v.set.has(v.s), v.set.has(Map), v.set.has(v.k), v.cache.get(v.k) === v.f, v.cache.hits);" },
  { name: 'formatters', build: "const f: any = new Intl.NumberFormat('de', { style: 'currency', currency: 'EUR' }); f.note = f; class C extends Intl.Collator { n = 1; } return [f, new C('sv'), new Intl.DateTimeFormat('en', { timeZone: 'Asia/Tokyo', timeStyle: 'full' }), Object.freeze(new Intl.NumberFormat())];", use: "console.log(v[0].format(-1.5), v[0].note === v[0], v[1].compare('z', 'ö'), v[2].format(new Date(0)), v[3].format(1e6)); v[0].note = 1;" },
  { name: 'symbols', build: "const s = Symbol('s'), none = Symbol(), same = Symbol('s'), o: any = { [s]: 1, [none]: { [s]: 2 } }; return { s, none, same, o, m: new Map<any, any>([[s, none], [same, s]]), set: new Set([none]), boxed: Object(s), f: () => o[s], odd: Symbol('\\u0000\\ud800') };", use: "v.o[v.s]++; delete v.o[v.none]; v.o[v.same] = v.same; v.m.delete(v.same); v.m.set(v.none, 1); console.log(v.f(), v.boxed.valueOf() === v.s, v.m.get(v.s) === v.none, v.s === v.same, v.none.description, String(v.odd).length);" },
  { name: 'symbols as members', build: "const m = Symbol('method'), f = Symbol('field'); class C { [m]() { return 'm'; } static [f] = 5; [f] = 6; get [Symbol.toStringTag]() { return 'C'; } } return [new C(), C, m, f];", use: "console.log(v[0][v[2]](), v[1][v[3]], v[0][v[3]]); v[0][v[3]] = v[2]; v[1].prototype[v[2]] = () => 'new'; console.log(v[0][v[2]](), String(v[0]));" },
  { name: 'pending promises', build: 'let resolve: any; const p: any = new Promise((r) => { resolve = r; }); const seen: any[] = []; p.then((x: number) => seen.push(x)).finally(() => seen.push("finally")); p.note = { p }; return { p, resolve, seen };', use: 'v.resolve(5); await v.p; await 0; await 0; await 0;' },
  { name: 'settled promises', build: 'const bad: any = Promise.reject(new Error("bad")); bad.catch(() => {}); return [Promise.resolve({ a: 1 }), bad];', use: 'console.log((await v[0]).a); try { await v[1]; } catch (e) { console.log((e as Error).message); }' },
  { name: 'iterators under way', build: 'const a = [1, 2, 3].values(); a.next(); const m = new Map([[1, 2], [3, 4]]).entries(); m.next(); const s = "ab\\ud83d\\ude00"[Symbol.iterator](); s.next(); return { a, m, s, all: "aXbX".matchAll(/X/g) };', use: 'console.log(v.a.next().value, v.m.next().value.join(), v.s.next().value, v.s.next().value.length, v.all.next().value.index);' },
  { name: 'counters over one scope', build: 'let n = 0; const make = () => { let m = 0; return () => [++n, ++m]; }; const a = make(); return { a, b: make(), get: () => n };', use: 'console.log(v.a().join(), v.b().join(), v.a().join(), v.get());' },
  { name: 'dictionary of 300 keys', build: "const o: any = {}; for (let i = 0; i < 300; i++) o['key ' + i] = i % 3 ? i : { i }; return o;", use: "v['key 5'] = -0; delete v['key 6']; v['key 300'] = v;" },
  { name: 'lengths written', build: 'return [1, 2, 3, 4, 5].map((n) => Array.from({ length: 200 }, (_, i) => i * n));', use: 'v[0].length = 100; v[0].push(-1); v[1].length = 210; v[1][205] = 5; v[2].length = 0; v[2].push(1, 2); v[3].length--; v[3].length += 2; v[3].shift(); v[4][150] = "x"; v[4].length = 140; v[4].length = 160; v[4].unshift(0); try { v[4].length = -1; } catch {}' },
  { name: 'large containers edited', build: 'return { a: Array.from({ length: 300 }, (_, i) => i), m: new Map(Array.from({ length: 300 }, (_, i) => [i, { i }])), s: new Set(Array.from({ length: 300 }, (_, i) => "s" + i)) };', use: 'v.a.shift(); v.a.push(-0, NaN); v.a.splice(100, 2, "x", undefined, "y"); v.a[50] = [1]; v.m.delete(3); v.m.set(4, "four"); v.m.set(-1, v.m); v.s.delete("s1"); v.s.add("s1"); v.s.delete("s2");' },
  { name: 'large containers of odd values edited', build: 'return { a: Array.from({ length: 100 }, () => -0), m: new Map<any, any>(Array.from({ length: 100 }, (_, i) => [BigInt(i), NaN])), s: new Set<any>(Array.from({ length: 100 }, (_, i) => Symbol.for("s" + i))) };', use: 'v.a[3] = NaN; v.a.length = 90; v.m.delete(3n); v.m.set(NaN, -0); v.m.set(4n, undefined); v.s.delete(Symbol.for("s1")); v.s.add(undefined);' },
];
