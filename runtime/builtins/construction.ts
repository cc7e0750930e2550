/**
 * `super(…)` where the language's own cannot stand: in an arrow function, which is lifted out of its class. What it
 * needs of the constructor's environment (`this`, `new.target`) is in the constructor's Env, so that it may be called
 * whenever it likes, also when the constructor has ended and the state was stored in between.
 */
import { TDZ } from '../abi.ts';
import { touch } from '../heap/touch.ts';
import type { Env } from '../machine/frame.ts';
import { restoring } from '../machine/registers.ts';
import { throwTdz } from './objects.ts';

/**
 * SuperCall (ECMA-262 13.3.7.1). The parent's constructor and the initialisers of the class run natively: its own
 * constructor is called to do nothing but `super(...arguments)`.
 */
export function superCall(env: Env, constructor: Function, args: unknown[], newTarget: Function): object {
  restoring.forward = true;
  try {
    return superWith(env, () => Reflect.construct(constructor, args, newTarget) as object);
  } finally {
    restoring.forward = false;
  }
}

/** The Env of the innermost `super(…)` under way, until it has its `this`. */
let unbound: Env | null = null;

/** After a cycle was stopped from outside, which runs no `finally`. */
export function resetConstruction(): void {
  unbound = null;
}

/** `this` is bound between the parent's constructor and the first field (13.3.7.1, steps 8 to 12). */
export function superWith(env: Env, construct: () => object): object {
  const outer = unbound;
  unbound = env;
  try {
    const object = construct();
    return unbound === null ? object : bindThis(env, object);
  } finally {
    unbound = outer;
  }
}

export function bindEarly(object: object): void {
  const env = unbound!;
  unbound = null;
  bindThis(env, object);
}

/** BindThisValue (9.1.1.3.1). */
export function bindThis(env: Env, object: object): object {
  if (env.this !== TDZ) throw new ReferenceError('Super constructor may only be called once');
  const meta = env.$m;
  if (meta !== undefined && meta.open) touch(meta, env, 'this');
  env.this = object;
  return object;
}

/** The end of [[Construct]] (10.2.2, steps 10 to 15); V8 refuses what is neither an object nor undefined. */
export function constructed(env: Env, result: unknown): unknown {
  if (result !== undefined) return result;
  return env.this === TDZ ? throwTdz('this') : env.this;
}

/** CreateUnmappedArgumentsObject (10.4.4.6). */
export const argumentsOf = (list: unknown[]): IArguments => Reflect.apply(ownArguments, undefined, list) as IArguments;

function ownArguments(): IArguments {
  return arguments;
}
