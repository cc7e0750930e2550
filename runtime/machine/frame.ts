/**
 * Frames and code: the records that emitted code makes.
 */
import { CODE, frameField } from '../abi.ts';
import type { Meta } from '../heap/meta.ts';
import type { Promise } from './promise.ts';

/** One activation of a suspendable function. Its other properties are its slots, by position. */
export interface Frame {
  $m: Meta | undefined;
  readonly $k: MachineCode;
  /** Who gets the result: the frame that awaits it, a promise, or the async generator whose frame it is. */
  $up: Frame | Promise | object | undefined;
  /** Where it resumes: 0 at the entry, n at the n-th label. */
  $pc: number;
}

/** A scope's captured bindings. Its other properties are the bindings, by name. */
export interface Env {
  $m: Meta | undefined;
  readonly $up: Env | undefined;
  [slot: string]: unknown;
}

export type Make = (env?: Env) => Function;

/** A function of a program, or of the runtime (`%Promise.resolve`). */
export interface Code {
  readonly id: string;
  readonly kind: 'function' | 'machine' | 'class' | 'effect' | 'builtin';
  /** Makes a closure over an Env; null for functions that are not closures. */
  readonly make: Make | null;
  /** Makes a frame, or requests an effect and returns WAIT. Absent for what cannot be awaited directly. */
  readonly enter?: Enter;
  /** The record of its closures that close over nothing. */
  readonly closed: Closure;
}

export type Enter = (up: Frame, env: Env | undefined, self: unknown, ...args: unknown[]) => Frame | number;

export type Starts = 'begin' | 'generate' | 'generateAsync';

/** Marks the code of frames. Programs cannot get hold of it. */
export const MACHINE = Symbol('perdure.machine');

export interface MachineCode extends Code {
  readonly machine: typeof MACHINE;
  /** What a call does with a new frame. Only the frame of an async function (`begin`) can be awaited directly. */
  readonly starts: Starts;
  readonly step: (frame: Frame) => Frame | number;
  readonly frame: (up: Frame | undefined, env: Env | undefined, self: unknown, ...args: unknown[]) => Frame;
  /** What happens when a frame has ended that nobody awaits; absent where `$up` is a promise. */
  readonly finish?: (frame: Frame, failed: boolean, value: unknown) => void;
  /** By `$pc - 1`: where frames of this code can be found. */
  labels: readonly Label[];
  /** The names of the slots, in the order of their fields. */
  slots: readonly string[];
}

export interface Label {
  readonly name: string;
  readonly line: number;
  readonly column: number;
  /** The slots that are live there. */
  readonly live: readonly string[];
}

/** By what only frames have: a program may give a promise any property, but not this value. (`instanceof Promise`: 13 ns.) */
export const isFrame = (up: object): up is Frame => (up as Frame).$k?.machine === MACHINE;

const fieldOf = ({ $k }: Frame, slot: string): string => frameField($k.slots.indexOf(slot));

export const slotIn = (frame: Frame, slot: string): unknown => (frame as unknown as Record<string, unknown>)[fieldOf(frame, slot)];

export function setSlot(frame: Frame, slot: string, value: unknown): void {
  (frame as unknown as Record<string, unknown>)[fieldOf(frame, slot)] = value;
}

/** What makes a closure: its code and the Env it closes over. Every function of a program has one. */
export class Closure {
  readonly code: Code;
  readonly env: Env | undefined;
  /** Of a method: the class it belongs to, by which it is found again. */
  home: Function | undefined = undefined;
  /** Of a class: how code outside reaches its private names. */
  privates: Record<string, PrivateAccess> | undefined = undefined;
  /** Of a class: the Env of its own scope. */
  scope: Env | undefined = undefined;
  /** Of a class: what it was evaluated with. */
  evaluation: Evaluation | undefined = undefined;

  constructor(code: Code, env: Env | undefined) {
    this.code = code;
    this.env = env;
  }
}

/** What a class was evaluated with, and the methods that its declaration gives it. */
export interface Evaluation {
  heritage: unknown;
  keys: PropertyKey[];
  members: readonly Member[];
  /** Private methods that are taken as values. */
  taken: readonly Function[];
}

/** `[key, kind, is static, code id]`. */
export type Member = [PropertyKey, 'method' | 'get' | 'set', boolean, string];

/** Access to one private name of a class. */
export interface PrivateAccess {
  kind: 'field' | 'method' | 'accessor' | 'static field' | 'static method' | 'static accessor';
  get?: (object: object) => unknown;
  set?: (object: object, value: unknown) => void;
  has: (object: object) => boolean;
  /** The code id of a method that the class's text takes as a value. */
  id?: string;
}

export function closureOf(fn: unknown): Closure | undefined {
  return (fn as { [CODE]?: Closure } | null | undefined)?.[CODE];
}
