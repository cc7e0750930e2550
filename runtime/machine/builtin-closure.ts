/**
 * Closures of the runtime's own that a program can hold: the `resolve` of a promise, the handlers that
 * `finally` registers. They are made like those of a program, from a code id and an Env, so they are stored
 * like them.
 */
import { CODE } from '../abi.ts';
import { touch } from '../heap/touch.ts';
import { Closure, type Code, type Env } from './frame.ts';

/** The Env of a built-in closure. */
export type Cell = Env;

/** What makes the Envs of built-in closures, by the names of their slots. */
export const CELLS = new Map<string, () => Cell>();

/**
 * Declares a kind of Env. Its one literal makes the fresh ones and, without arguments, those that a load fills, so both
 * have one hidden class. (A spread of given fields takes 100 ns.)
 *
 *     const holding = cellOf((value?: unknown) => ({ $m: undefined, $up: undefined, value }));
 */
export function cellOf<Make extends (...fields: never[]) => Cell>(make: Make): Make {
  const empty = make as unknown as () => Cell;
  CELLS.set(Object.keys(empty()).slice(2).join(','), empty);
  return make;
}

export function writeCell(env: Cell, key: string, value: unknown): void {
  const meta = env.$m;
  if (meta !== undefined && meta.open) touch(meta, env, key);
  env[key] = value;
}

/** The code of built-in closures, by id. */
export const BUILTIN_CODES = new Map<string, Code>();

/** Defines a built-in closure: how to make it over its Env. */
export function builtinClosure(id: string, body: (env: Env) => Function): (env: Env) => Function {
  const make = (env?: Env): Function => {
    const fn = body(env!);
    (fn as unknown as { [CODE]: Closure })[CODE] = new Closure(code, env);
    return fn;
  };
  const code: Code = {
    id,
    kind: 'builtin',
    make,
    get closed(): Closure {
      return new Closure(code, undefined);
    },
  };
  BUILTIN_CODES.set(id, code);
  return make as (env: Env) => Function;
}
