/**
 * The intermediate representation: what lowering hands to emission.
 *
 * A module is a list of units, each one piece of emitted code at the top of the program, plus the statements
 * that build what all runs share and those that fill a run's module Env. A synchronous function or a class is
 * already JavaScript. A suspendable function is a *machine*: blocks of await-free statements, each left whole
 * as it was written, that end in a terminator.
 *
 * Invariants (checked by `ir-verify.ts`):
 * - every block has a terminator, and its targets are blocks of the same machine;
 * - only `suspend` leaves the machine and comes back, at a block with a label; labels are unique;
 * - a jump out of a statement stands in the block's `exits`;
 * - a handler is a block that begins by taking the exception;
 * - identifiers of locals are unique in the machine, so that liveness can go by name.
 *
 *     machine src/order.wf.ts#fulfil (order) slots order, undo
 *       b0: undo = []; goto b1
 *       b1: handler b5
 *           suspend $reserve(order) at reserve → b2
 */
import type * as t from '@babel/types';
import type { ExportManifest, Position } from '../runtime/abi.ts';

export interface IrModule {
  id: string;
  file: string;
  /** All modules it imports, by id, in order of evaluation. */
  imports: string[];
  /** Modules whose values it reads, by id: what the emitted code calls `$in1`, `$env1` … */
  links: IrLink[];
  units: IrUnit[];
  /** Template objects: made before anything else, the same for all runs. */
  templates: IrTemplate[];
  /** Evaluated once per instantiation, in source order: shared constants and classes. */
  shared: t.Statement[];
  /** Evaluated once per run: fills the module's Env. */
  init: t.Statement[];
  /** The top level awaits, and is the machine of this emitted name instead. */
  initMachine: string | null;
  /** Temporaries of `init`. */
  initTemps: string[];
  /** The module's Env: slot → whether it starts uninitialised. */
  slots: { name: string; tdz: boolean }[];
  /** Shared bindings: what other modules and the host view read. */
  sharedNames: { name: string; local: string }[];
  workflows: string[];
  effects: string[];
  channels: string[];
  queries: string[];
  exports: Record<string, ExportManifest>;
  /** Operations, built-ins and Env shapes the code uses. */
  operations: Set<string>;
  builtins: Set<string>;
  /** `Object` or `Reflect` is used as a value, beyond calls of its methods by name. */
  reflective: boolean;
  envShapes: Map<string, string[]>;
}

/** The strings of a tagged template. A part with a bad escape has no cooked string. */
export interface IrTemplate {
  /** The emitted variable. */
  emitted: string;
  /** What it is stored by: `src/order.wf.ts#fulfil/`sql``. */
  name: string;
  cooked: (string | null)[];
  raw: string[];
}

export interface IrLink {
  module: string;
  /** The emitted names of its shared object and its Env. */
  shared: string;
  env: string;
  usesShared: boolean;
  usesEnv: boolean;
}

export type IrUnit = IrFunction | IrMachine | IrClass;

interface IrUnitBase extends Position {
  /** Declaration path with the module: `src/order.wf.ts#fulfil/undo`. */
  id: string;
  /** For people: `fulfil/undo`. */
  name: string;
  /** The emitted name everything of this unit derives from. */
  emitted: string;
  /** The parameter through which its Env reaches it, or null when it needs none. */
  env: string | null;
}

/** A function with `declared` is one of the module's top level: it stands at the top of the program under that name. */
export interface IrFunction extends IrUnitBase {
  kind: 'function';
  /** The function itself, as an expression. */
  value: t.Expression;
  /** Statements of the maker before it: Envs further out. */
  prologue: t.Statement[];
  publicName: string;
  declared: string | null;
}

export interface IrClass extends IrUnitBase {
  kind: 'class';
  value: t.ClassExpression;
  /** Statements before the class: Envs further out, the Env of its scope. */
  prologue: t.Statement[];
  publicName: string;
}

export interface IrMachine extends IrUnitBase {
  kind: 'machine';
  /** The operation that a call of the function performs on a new frame. */
  starts: 'begin' | 'generate' | 'generateAsync';
  /** A generator whose parameters need no evaluation: its frame begins at its first label. */
  started: boolean;
  /** An arrow function; any other machine looks like a method from outside: it is no constructor. */
  arrow: boolean;
  publicName: string;
  /** A class member: its stub stands in the class, and no maker is needed. */
  member: boolean;
  /** Arity of the stub. */
  length: number;
  /** Parameters of `enter`; with `rest` the last one takes all others. */
  params: string[];
  rest: boolean;
  blocks: IrBlock[];
  /** All variables of the step function, and the slots that hold those that live across a suspension. */
  locals: IrLocal[];
  /** Temporaries that never do. */
  temps: string[];
  declared: string | null;
}

export interface IrLocal {
  /** The emitted variable. */
  name: string;
  /** The frame's slot: the source's name, `x#2` for the second binding of that name. */
  slot: string;
  /** Set from the frame when the machine is entered. */
  param: boolean;
}

export interface IrBlock {
  id: number;
  body: IrStatement[];
  end: IrTerminator;
  /** Where an exception goes; null: out of the function. */
  handler: IrBlock | null;
  /** Set on a block where a frame resumes. */
  label: IrLabel | null;
  /** Begins by taking the exception from `$x`. */
  catches: boolean;
  /** The entry of a finally: whoever jumps here has just set its completion. */
  finalizes: Completion | null;
}

export interface IrLabel extends Position {
  name: string;
}

/** A statement of a block, with the blocks that jumps inside it lead to. */
export interface IrStatement {
  node: t.Statement;
  exits: IrBlock[];
}

export type IrTerminator =
  | { kind: 'goto'; target: IrBlock }
  | { kind: 'branch'; test: t.Expression; then: IrBlock; else: IrBlock }
  | { kind: 'return'; value: t.Expression | null }
  | { kind: 'throw'; value: t.Expression }
  /** Evaluates the operation, spills what is live at `resume`, and returns to the driver. */
  | { kind: 'suspend'; operation: t.Expression; resume: IrBlock }
  /** The end of a finally: goes on as its completion says. */
  | { kind: 'complete'; completion: Completion }
  | { kind: 'unreachable' };

/**
 * The completion record of a finally (ECMA-262 6.2.4) in two named slots: kind 0 is normal, 1 throws `value`,
 * 2 returns it, and from 3 on each kind stands for one jump.
 */
export interface Completion {
  kind: string;
  value: string;
  normal: IrBlock;
  /** A throw can end here: kind 1 occurs. */
  throws: boolean;
  /** Where a return goes: an outer completion, or null for the function's own return. */
  exits: { kind: number; go: t.Statement[]; exits: IrBlock[] }[];
}

export function successors(block: IrBlock): IrBlock[] {
  const out: IrBlock[] = [];
  for (const statement of block.body) out.push(...statement.exits);
  const { end } = block;
  switch (end.kind) {
    case 'goto':
      out.push(end.target);
      break;
    case 'branch':
      out.push(end.then, end.else);
      break;
    case 'suspend':
      out.push(end.resume);
      break;
    case 'complete':
      out.push(end.completion.normal);
      for (const exit of end.completion.exits) out.push(...exit.exits);
      break;
    default:
      break;
  }
  return out;
}

/** The node that stands for a jump to a block inside a statement; emission gives it the block's number. */
export interface GotoNumber extends t.NumericLiteral {
  target: IrBlock;
}
