/**
 * What an object is to the heap, or why it cannot be stored.
 */
import { types } from 'node:util';
import { CODE } from '../abi.ts';
import { isExotic, markExotic } from '../heap/exotic.ts';
import type { Kind } from '../heap/meta.ts';
import { closureOf } from '../machine/frame.ts';
import { isPrototype } from './kinds/prototype.ts';
import { kindOfSlots } from './kinds/table.ts';
import { Unstorable } from './unstorable.ts';

export function classify(object: object): Kind {
  if (typeof object === 'function') return classifyFunction(object);
  if (typeof object === 'symbol') return 'symbol';
  if (Array.isArray(object)) return 'array';
  const prototype = Object.getPrototypeOf(object) as object | null;
  if (Object.hasOwn(object, 'constructor')) {
    if (isPrototype(object)) return 'prototype';
    // Of a prototype that is no more its function's, the `constructor` is not enumerable.
    markExotic(object);
  }
  if (Object.hasOwn(object, 'callee') && types.isArgumentsObject(object)) return 'arguments';
  if (prototype === Object.prototype || prototype === null || isPlainPrototype(prototype)) {
    // Only an object whose prototype was changed can have internal slots that its prototype does not tell.
    return isExotic(object) ? classifySlots(object) : 'object';
  }
  return classifySlots(object);
}

function classifySlots(object: object): Kind {
  const kind = kindOfSlots(object);
  if (kind) return kind;
  const what = hostKind(object);
  if (what) throw new Unstorable(object, `${what} cannot be stored`);
  return 'object';
}

/** Prototypes whose instances have no internal slots: those of classes and functions that extend nothing built in. */
const plainPrototypes = new WeakMap<object, boolean>();

function isPlainPrototype(prototype: object): boolean {
  // Upwards to what is known, then down again: chains may be long.
  const unknown: object[] = [];
  let plain = true;
  for (let p: object | null = prototype; p !== null && p !== Object.prototype; p = Object.getPrototypeOf(p) as object | null) {
    const known = plainPrototypes.get(p);
    if (known !== undefined) {
      plain = known;
      break;
    }
    unknown.push(p);
  }
  for (let p = unknown.pop(); p !== undefined; p = unknown.pop()) {
    const constructor: unknown = Object.getOwnPropertyDescriptor(p, 'constructor')?.value;
    const kind = closureOf(constructor)?.code.kind;
    plain &&= kind === 'class' || kind === 'function';
    plainPrototypes.set(p, plain);
  }
  return plain;
}

function hostKind(object: object): string | undefined {
  if (types.isPromise(object)) return 'a promise of the host';
  if (types.isProxy(object)) return 'a Proxy';
  if (types.isGeneratorObject(object)) return 'a generator of the host';
  if (types.isWeakMap(object) || types.isWeakSet(object)) return 'a WeakMap or WeakSet of the host';
  if (types.isSharedArrayBuffer(object)) return 'a SharedArrayBuffer';
  if (isOfHostIterators(object)) return 'a built-in iterator that was made indirectly (by `call`, `apply` or a computed name)';
  if (types.isModuleNamespaceObject(object)) return 'a module namespace';
  if (types.isExternal(object)) return 'an object of the host';
  return undefined;
}

/**
 * V8's own iterators hide where they are, and their prototypes belong to everybody: neither may be taken for an object of
 * the run's. (`list.values()` is one of the runtime's: `builtins/iteration.ts`.)
 */
const HOST_ITERATORS = new Set<unknown>(
  [[].values(), ''[Symbol.iterator](), ''.matchAll(/x/g), new Map().keys(), new Set().keys(), ...segments('x')].map(Object.getPrototypeOf),
);

const isOfHostIterators = (object: object): boolean => HOST_ITERATORS.has(object) || HOST_ITERATORS.has(Object.getPrototypeOf(object));

/** What a Segmenter makes, and its iterator. */
function segments(text: string): object[] {
  const made = new Intl.Segmenter('en').segment(text);
  return [made, made[Symbol.iterator]()];
}

function classifyFunction(fn: Function): Kind {
  if (!Object.hasOwn(fn, CODE)) {
    if (isMadeFromText(fn)) throw new Unstorable(fn, 'a function that was made out of text (`x.constructor(…)`) cannot be stored', 'code_from_text');
    throw new Unstorable(fn, `the function ${fn.name || '(anonymous)'} is not one of this program and cannot be stored`);
  }
  return closureOf(fn)!.code.kind === 'class' ? 'class' : 'function';
}

/** The source text of a function that came of `Function(…)` (ECMA-262 20.2.1.1.1, step 13 on). */
const isMadeFromText = (fn: Function): boolean =>
  /^(async )?function\*? anonymous\([^]*\n\) \{\n/.test(Function.prototype.toString.call(fn));
