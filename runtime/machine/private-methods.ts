/**
 * Private methods that a program takes as values: `const pay = this.#pay`. There is one function per class and method,
 * on no object where it could be looked for; so the class is asked for an instance that nobody else will see, run in
 * restore mode, and its accessor for the function.
 */
import type { PrivateAccess } from './frame.ts';
import { restoring } from './registers.ts';

/** In the place of what a class extends: its code must not run. */
export class Blank {}

/** The functions of the methods that are taken, with their ids. */
export function takenMethods(constructor: Function, derived: boolean, privates: Record<string, PrivateAccess>): [Function, string][] {
  const taken = Object.values(privates).filter((access) => access.id !== undefined);
  if (taken.length === 0) return [];
  const instance = taken.some(({ kind }) => kind === 'method') ? instanceOf(constructor as new () => object, derived) : constructor;
  return taken.map(({ kind, get, id }) => [get!(kind === 'method' ? instance : constructor) as Function, id!]);
}

function instanceOf(constructor: new () => object, derived: boolean): object {
  const parent = Object.getPrototypeOf(constructor) as object;
  const before = restoring.on;
  restoring.on = true;
  if (derived) Object.setPrototypeOf(constructor, Blank);
  try {
    return new constructor();
  } finally {
    if (derived) Object.setPrototypeOf(constructor, parent);
    restoring.on = before;
  }
}
