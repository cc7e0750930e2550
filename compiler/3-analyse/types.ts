/**
 * What analysis hands over: plain data beside the tree, which stays as the parser and the eraser left it.
 *
 * A *function* here is whatever has its own activation: functions of all kinds, a module's top level, a class
 * body (its evaluation), a field initialiser or static block. A *unit* is what becomes one piece of emitted
 * code at the top of the program: every function is lifted there, but synchronous class members, which stay
 * inside their class so that `#private` names and `super` stay native. A binding referenced from another unit
 * than its own is *captured* and lives in an Env.
 */
import type * as t from '@babel/types';
import type { ClassNode, FunctionNode, Node } from '../ast.ts';
import type { Places } from '../places.ts';

export type BindingKind =
  | 'var'
  | 'let'
  | 'const'
  | 'class'
  | 'function'
  | 'param'
  | 'catch'
  | 'import'
  | 'enum'
  | 'effect'
  /** The name of a function expression inside itself, or of a class inside its body. */
  | 'self'
  /** `this`, `arguments`, `new.target`, a class or home object without a name: only where captured. */
  | 'pseudo';

export interface Binding {
  name: string;
  kind: BindingKind;
  scope: Scope;
  /** The declaring identifier; the scope's node for pseudo bindings. */
  node: Node;
  /** Where its initialisation ends in the source: a later reference in the same activation finds it set. */
  initEnd: number;
  /** Referenced from another unit. */
  captured: boolean;
  /** Assignments besides the initialisation. */
  writes: number;
  /** References to its value. An import without any is a type. */
  reads: number;
  /** For a function declaration: the function. */
  value: FunctionInfo | null;
  storage: Storage;
  /** Of a module: its value is the same for all runs. Where it may be seen too early it is a slot all the same. */
  isShared: boolean;
  /** Its emitted name, where another binding of that name stands in the same emitted function. */
  alias: string | null;
}

/**
 * Where the value lives.
 * - native: a local variable of the emitted function
 * - env: a slot of the scope's Env
 * - self: the native name of the function itself
 * - shared: one value for all runs, in the emitted program's own scope
 * - slot: a slot of the module's Env, one per run
 * - import: in another module; see `Analysis.imports`
 */
export type Storage = 'native' | 'env' | 'self' | 'shared' | 'slot' | 'import';

export type ScopeKind =
  | 'module'
  | 'function'
  | 'params'
  | 'block'
  | 'loop'
  | 'switch'
  | 'catch'
  | 'class'
  /** Around a class: its inner name for closures in its heritage and keys, which the code around evaluates. */
  | 'heritage'
  /** What a loop goes over is evaluated where its variables are never set (ECMA-262 14.7.5.6 step 2). */
  | 'dead'
  | 'object'
  | 'self';

export interface Scope {
  kind: ScopeKind;
  node: Node;
  parent: Scope | null;
  owner: FunctionInfo;
  bindings: Map<string, Binding>;
  /** Has captured bindings: has an Env. Numbered within the module for the emitted names. */
  env: boolean;
  index: number;
}

export type FunctionKind = 'module' | 'function' | 'class' | 'initializer';

export interface FunctionInfo {
  kind: FunctionKind;
  node: FunctionNode | ClassNode | t.Program | t.ClassProperty | t.ClassPrivateProperty | t.StaticBlock;
  parent: FunctionInfo | null;
  /** Becomes a unit of its own. */
  lifted: boolean;
  arrow: boolean;
  async: boolean;
  generator: boolean;
  /** It may stop in the middle, at an `await` or a `yield`: it becomes a machine. */
  suspendable: boolean;
  /** A member of a class or an object literal. */
  method: boolean;
  static: boolean;
  /** Set when the walk enters it. */
  scope: Scope;
  /** Has a parameter initialiser that creates a closure: parameters and body have scopes of their own. */
  ownParamScope: boolean;
  /** Declaration path, unique in the program: `src/order.wf.ts#fulfil/undo`. */
  id: string;
  /** The path without the module, for people. */
  name: string;
  /** Mentions its own `this` (arrow functions count for the function they stand in). */
  usesThis: boolean;
  usesArguments: boolean;
  /** A constructor whose arrow functions call `super(…)`: its `this` is in its Env. */
  superInArrow: boolean;
  /** Where it awaits or yields itself. */
  suspensions: Places;
  /** Names it mentions that are free, the module's or a class's own: no local of its machine may be called so. */
  foreign: Set<string>;
  /** Directly nested functions, in source order. */
  inner: FunctionInfo[];
}

/** How a `super.x` finds its home object. */
export type SuperReference =
  | { kind: 'native' }
  | { kind: 'class'; binding: Binding; static: boolean }
  | { kind: 'object'; binding: Binding };

export interface ClassInfo {
  info: FunctionInfo;
  scope: Scope;
  /** The class's own value inside its body. */
  self: Binding;
  /** … and for closures in its heritage and keys. */
  outerSelf: Binding;
  /** Private names: name → declaring members. */
  privates: Map<string, PrivateMember>;
}

/** A private name outside the place where it is native: the class that declares it, and where its value is found. */
export interface PrivateUse {
  owner: ClassInfo;
  self: Binding;
}

export interface PrivateMember {
  name: string;
  kind: 'field' | 'method' | 'accessor';
  static: boolean;
  hasGetter: boolean;
  hasSetter: boolean;
  /** Something asks for its value, beyond calling it. */
  isTaken: boolean;
}

export interface ImportTarget {
  /** The id of the module that declares it. */
  module: string;
  /** The name of its binding there; undefined for a namespace import. */
  local: string | null;
  storage: 'shared' | 'slot';
}

export interface Analysis {
  module: FunctionInfo;
  functions: Map<Node, FunctionInfo>;
  scopes: Map<Node, Scope>;
  /** Scope of a function's parameters where it has one of its own. */
  paramScopes: Map<Node, Scope>;
  classes: Map<Node, ClassInfo>;
  /** Identifier, `this`, `arguments`, `new.target` → binding; a global where absent. */
  references: Map<Node, Binding>;
  /** References that may find the binding uninitialised and must check. */
  checked: Set<Node>;
  /** References that always find it uninitialised: a class's own name in its heritage. */
  dead: Set<Node>;
  supers: Map<Node, SuperReference>;
  /** Uses of a private name from another unit than the class's own → the class. */
  privateUses: Map<Node, PrivateUse>;
  /** Free names that are not bound in the module, with their mentions in source order. */
  globals: Map<string, Node[]>;
  /** The sources of value imports: specifier → module id. */
  sources: Map<string, string>;
}
