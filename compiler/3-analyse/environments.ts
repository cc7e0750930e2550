/**
 * The environments of a module while it is walked through: the scope and the function that the walk is in, and the bindings
 * of the scopes around it.
 */
import type * as t from '@babel/types';
import type { Node } from '../ast.ts';
import { Places } from '../places.ts';
import type { Declared } from './declarations.ts';
import type { Analysis, Binding, BindingKind, FunctionInfo, FunctionKind, Scope, ScopeKind } from './types.ts';

/** A reference that was seen, for the TDZ rules. */
export interface Seen {
  node: Node;
  binding: Binding;
  from: FunctionInfo;
}

export interface Resolved extends Analysis {
  seen: Seen[];
  /** What a variable is declared with, where it is declared by name. */
  values: Map<Binding, Node>;
  /** At the root of what is written: `C` for `C.prototype.m = …`. */
  membersWritten: Set<Binding>;
}

/** The unit a function's code is emitted in: itself when lifted, else the class around it. */
export function unitOf(info: FunctionInfo): FunctionInfo {
  let unit = info;
  while (!unit.lifted && unit.parent) unit = unit.parent;
  return unit;
}

/** For functions that never suspend. */
export const NOWHERE = new Places([]);

export class Environments {
  readonly result: Resolved;
  protected scope!: Scope;
  protected fn!: FunctionInfo;
  private scopeCount = 0;

  constructor() {
    this.result = {
      module: undefined as unknown as FunctionInfo,
      functions: new Map(),
      scopes: new Map(),
      paramScopes: new Map(),
      classes: new Map(),
      references: new Map(),
      checked: new Set(),
      supers: new Map(),
      privateUses: new Map(),
      dead: new Set(),
      globals: new Map(),
      sources: new Map(),
      seen: [],
      values: new Map(),
      membersWritten: new Set(),
    };
  }

  protected inScope<T>(kind: ScopeKind, node: Node, body: () => T): T {
    const outer = this.scope as Scope | undefined;
    this.scope = {
      kind,
      node,
      parent: outer ?? null,
      owner: this.fn,
      bindings: new Map(),
      env: false,
      index: this.scopeCount++,
    };
    if (kind === 'params') this.result.paramScopes.set(node, this.scope);
    else this.result.scopes.set(node, this.scope);
    const value = body();
    this.scope = outer as Scope;
    return value;
  }

  protected enterFunction(
    kind: FunctionKind,
    node: FunctionInfo['node'],
    flags: Partial<Pick<FunctionInfo, 'lifted' | 'arrow' | 'async' | 'generator' | 'method' | 'static'>>,
  ): FunctionInfo {
    const parent = (this.fn as FunctionInfo | undefined) ?? null;
    const info: FunctionInfo = {
      kind,
      node,
      parent,
      lifted: false,
      arrow: false,
      async: false,
      generator: false,
      method: false,
      static: false,
      ...flags,
      suspendable: flags.async === true || flags.generator === true,
      scope: undefined as unknown as Scope,
      ownParamScope: false,
      id: '',
      name: '',
      usesThis: false,
      usesArguments: false,
      superInArrow: false,
      suspensions: NOWHERE,
      foreign: new Set(),
      inner: [],
    };
    parent?.inner.push(info);
    this.result.functions.set(node, info);
    this.fn = info;
    return info;
  }

  /** Visits code that stands in this scope's text and belongs to the scope and the function around it. */
  protected outside(fn: FunctionInfo, visit: () => void): void {
    const { scope, fn: inner } = this;
    this.scope = scope.parent!;
    this.fn = fn;
    visit();
    this.scope = scope;
    this.fn = inner;
  }

  protected declare(id: t.Identifier, kind: BindingKind, initEnd: number, scope = this.scope): Binding {
    const known = scope.bindings.get(id.name);
    if (known && kind === 'var') return known; // `var` over a parameter, a function or another `var`
    const binding: Binding = {
      name: id.name,
      kind,
      scope,
      node: id,
      initEnd,
      captured: false,
      writes: 0,
      reads: 0,
      value: null,
      storage: 'native',
      isShared: false,
      alias: null,
    };
    scope.bindings.set(id.name, binding);
    return binding;
  }

  protected declarePseudo(scope: Scope, name: string, node: Node): Binding {
    const key = `<${name}>`;
    let binding = scope.bindings.get(key);
    if (!binding) {
      binding = {
        name: key,
        kind: 'pseudo',
        scope,
        node,
        initEnd: 0,
        captured: false,
        writes: 0,
        reads: 0,
        value: null,
        storage: 'native',
        isShared: false,
        alias: null,
      };
      scope.bindings.set(key, binding);
    }
    return binding;
  }

  protected declareAll(declared: Iterable<Declared>): void {
    for (const { id, kind, initEnd, unnamed } of declared) {
      const binding = this.declare(id, kind, initEnd);
      if (unnamed) binding.node = unnamed;
    }
  }

  protected find(name: string): Binding | null {
    for (let scope: Scope | null = this.scope; scope; scope = scope.parent) {
      const binding = scope.bindings.get(name);
      if (binding) return binding;
    }
    return null;
  }

  protected findScope(kind: ScopeKind): Scope | null {
    for (let scope: Scope | null = this.scope; scope; scope = scope.parent) if (scope.kind === kind) return scope;
    return null;
  }
}
