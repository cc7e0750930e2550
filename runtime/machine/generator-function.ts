/**
 * What the functions of machines look like from outside: no constructors, with the prototype of their kind, and in the
 * case of generators with a `prototype` for the objects they make (ECMA-262 15.5.3, 15.6.3, 27.3.3, 27.4.3).
 */
import { Fault } from '../errors.ts';
import { raise } from './registers.ts';

export interface Prototypes {
  /** %GeneratorFunction.prototype%. */
  ofFunctions: object;
  /** %GeneratorFunction.prototype.prototype%. */
  ofObjects: object;
}

/** The two prototypes of a kind of generator: `methods` are those of its objects. */
export function prototypesOf(tag: string, parent: object, methods: object): Prototypes {
  const ofFunctions = Object.create(Function.prototype) as object;
  const ofObjects = Object.create(parent) as object;
  for (const [name, method] of Object.entries(methods)) {
    Object.defineProperty(ofObjects, name, { value: method, writable: true, configurable: true });
  }
  readOnly(ofObjects, 'constructor', ofFunctions);
  readOnly(ofObjects, Symbol.toStringTag, tag);
  readOnly(ofFunctions, 'prototype', ofObjects);
  readOnly(ofFunctions, 'constructor', constructorOf(`${tag}Function`, ofFunctions));
  readOnly(ofFunctions, Symbol.toStringTag, `${tag}Function`);
  return { ofFunctions, ofObjects };
}

const readOnly = (object: object, key: PropertyKey, value: unknown): object =>
  Object.defineProperty(object, key, { value, configurable: true });

/** %GeneratorFunction%: it would make code out of text. */
function constructorOf(name: string, prototype: object): Function {
  const constructor = function (): never {
    return raise(new Fault('code_from_text', `${name} makes a function out of text, which cannot be stored`));
  };
  readOnly(constructor, 'name', name);
  return Object.defineProperty(constructor, 'prototype', { value: prototype, writable: false });
}

/** The `prototype` of a generator function, and the function it belongs to. */
const owners = new WeakMap<object, Function>();

export const generatorFunctionOf = (prototype: object): Function | undefined => owners.get(prototype);

export const isGeneratorPrototype = (value: unknown): value is object => typeof value === 'object' && value !== null && owners.has(value);

/** Gives a generator function its kind. */
export function asGeneratorFunction(fn: Function, { ofFunctions, ofObjects }: Prototypes): void {
  const prototype = Object.create(ofObjects) as object;
  owners.set(prototype, fn);
  Object.setPrototypeOf(fn, ofFunctions);
  Object.defineProperty(fn, 'prototype', { value: prototype, writable: true });
}

/** OrdinaryCreateFromConstructor (10.1.13) for a generator function that is called. */
export function instanceOf(fn: Function | undefined, fallback: object): object {
  const prototype: unknown = fn?.prototype;
  return Object.create(typeof prototype === 'object' && prototype !== null ? prototype : fallback) as object;
}

/** A base class that returns its argument, so that the private field lands on an object with any prototype. */
const Given = function (object: object): object {
  return object;
} as unknown as new (object: object) => object;

/** An internal slot for objects of any prototype. */
export function branding<State extends object>(): {
  /** The slot's value; undefined for an object without the slot. */
  stateOf: (value: unknown) => State | undefined;
  /** The same, for what surely has the slot; throws for anything else. (A load is inlined, `#state in value` is not: 15 ns.) */
  stateIn: (value: unknown) => State;
  /** Gives an object the slot. */
  brand: (object: object, state: State) => object;
} {
  class Branded extends Given {
    readonly #state: State;

    constructor(object: object, state: State) {
      super(object);
      this.#state = state;
    }

    static stateIn(value: unknown): State {
      return (value as Branded).#state;
    }

    static stateOf(value: unknown): State | undefined {
      return typeof value === 'object' && value !== null && #state in value ? (value as Branded).#state : undefined;
    }
  }
  return {
    stateOf: (value) => Branded.stateOf(value),
    stateIn: (value) => Branded.stateIn(value),
    brand: (object, state) => new Branded(object, state),
  };
}
