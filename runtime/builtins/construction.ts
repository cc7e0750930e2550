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
  let object: object;
  restoring.forward = true;
  try {
    object = Reflect.construct(constructor, args, newTarget) as object;
  } finally {
    restoring.forward = false;
  }
  return bindThis(env, object);
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
