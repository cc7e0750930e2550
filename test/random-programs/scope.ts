/**
 * What is known at a place of a random program: the variables that can be named, and what the code around allows.
 */
import type { Generator } from './generator.ts';

/** What a variable holds. Of kind `fn` and `afn` are functions of one parameter, of kind `iterable` what `for of` takes. */
export type Kind =
  | 'num' | 'arr' | 'fn' | 'afn' | 'cell' | 'class' | 'bytes' | 'regexp' | 'walk' | 'accessors'
  | 'gen' | 'agen' | 'iter' | 'aiter' | 'iterable' | 'aiterable';

export interface Variable {
  name: string;
  kind: Kind;
  mutable: boolean;
  /** The depth of the block that declares it. */
  depth: number;
}

export interface Scope {
  variables: Variable[];
  /** What the function around allows. */
  async: boolean;
  yields: boolean;
  returns: boolean;
  /** Within a `try` that catches. */
  guarded: boolean;
  /** Loops and labelled blocks to jump to. */
  targets: { label: string | null; loop: boolean }[];
  /** How deep in blocks, and in functions. */
  depth: number;
  functions: number;
  /** How many statements may stand here, all that is nested counted. */
  room: number;
}

/** Makes one statement, or a few that belong together. */
export type Maker = (g: Generator, scope: Scope) => string;

/** The scope within a function that is neither async nor a generator. */
export const still = (scope: Scope): Scope => ({ ...scope, async: false, yields: false, returns: false, targets: [] });
