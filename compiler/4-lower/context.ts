/**
 * What lowering carries along: the module being lowered, the unit whose code is being made, and the activation
 * (function) inside it.
 *
 * Names. Everything we add begins with `$`; a name of the source that begins with `$` gets one more. So no
 * generated name can meet one of the source's:
 *
 *     $touch $take …    operations          $env $env1 $in1    Envs and shared objects of modules
 *     $e7               the Env of scope 7   $1 $2 …            temporaries of one expression
 *     $f $pc $h $x      a machine's own      $t1 …              temporaries that live across awaits
 */
import type * as t from '@babel/types';
import { BUILTINS, OPERATIONS, type OperationName } from '../../runtime/abi.ts';
import type { Node } from '../ast.ts';
import * as b from '../build.ts';
import type { IrLink, IrModule } from '../ir.ts';
import type { ModuleGraph, ModuleRecord } from '../modules.ts';
import { PACKAGE, type PackageValue } from '../package.ts';
import { unitOf, type Resolved } from '../3-analyse/environments.ts';
import { suspendsIn } from '../3-analyse/suspends.ts';
import type { Binding, FunctionInfo, ImportTarget, Scope } from '../3-analyse/types.ts';
import type { MachineBuilder } from './machine.ts';

const EMITTED_OPERATIONS = Object.fromEntries(Object.keys(OPERATIONS).map((name) => [name, `$${name}`])) as Record<OperationName, string>;

export class ModuleLowering {
  readonly record: ModuleRecord;
  readonly graph: ModuleGraph;
  readonly analysis: Resolved;
  readonly ir: IrModule;
  /** Bindings that some reference may find uninitialised: they start as `tdz`. */
  readonly checkedBindings: ReadonlySet<Binding>;
  private readonly taken = new Set<string>();
  private readonly emitted = new Map<FunctionInfo, string>();

  constructor(record: ModuleRecord, graph: ModuleGraph) {
    this.record = record;
    this.graph = graph;
    this.analysis = record.analysis;
    const checked = this.analysis.seen.filter(({ node }) => this.analysis.checked.has(node)).map(({ binding }) => binding);
    // In an import cycle another module may look first.
    const visible = record.cyclic ? [...this.analysis.module.scope.bindings.values()].filter(({ initEnd }) => initEnd > 0) : [];
    this.checkedBindings = new Set([...checked, ...visible]);
    for (const name of [...BUILTINS, ...this.analysis.globals.keys()]) this.taken.add(name);
    for (const scopes of [this.analysis.scopes, this.analysis.paramScopes]) {
      for (const { bindings } of scopes.values()) for (const name of bindings.keys()) this.taken.add(mangle(name));
    }
    this.ir = {
      id: record.id,
      file: record.file,
      imports: graph.importsOf(record),
      links: [],
      units: [],
      templates: [],
      shared: [],
      init: [],
      initMachine: null,
      initTemps: [],
      slots: [],
      sharedNames: [],
      workflows: [],
      effects: [],
      channels: [],
      queries: [],
      exports: {},
      operations: new Set(),
      builtins: new Set(),
      reflective: false,
      envShapes: new Map(),
    };
  }

  /** An operation of the ABI, by its emitted name. */
  op(name: OperationName): t.Identifier {
    this.ir.operations.add(name);
    return b.id(EMITTED_OPERATIONS[name]);
  }

  builtin(name: string, at?: Node): t.Identifier {
    this.ir.builtins.add(name);
    return b.id(name, at);
  }

  /** A name that nothing in the module uses. */
  fresh(base: string): string {
    let name = base;
    for (let n = 2; this.taken.has(name); n++) name = `${base}$${n}`;
    this.taken.add(name);
    return name;
  }

  /** The emitted name of a unit: `fulfil$undo` for `fulfil/undo`. */
  unitName(info: FunctionInfo): string {
    let name = this.emitted.get(info);
    if (!name) {
      const base = info.name.replace(/[^\w$]+/g, '$').replace(/^(\d)/, '$$$1');
      name = this.fresh(base === '' || !/\$/.test(base) ? `${base}$1` : base);
      this.emitted.set(info, name);
    }
    return name;
  }

  link(module: string): IrLink {
    let link = this.ir.links.find((l) => l.module === module);
    if (!link) {
      const n = this.ir.links.length + 1;
      link = { module, shared: `$in${n}`, env: `$env${n}`, usesShared: false, usesEnv: false };
      this.ir.links.push(link);
    }
    return link;
  }

  importTarget(binding: Binding): ImportTarget | undefined {
    const entry = this.record.imports.get(binding);
    return entry && this.graph.target(this.record, entry);
  }

  /** An expression that reads an imported binding where it lives. */
  readImport(target: ImportTarget, at?: Node): t.Expression {
    if (target.local === null) return b.call(this.op('namespace'), [b.str(target.module)], at);
    if (target.module === PACKAGE) return this.op(target.local as PackageValue);
    const link = this.link(target.module);
    if (target.storage === 'shared') link.usesShared = true;
    else link.usesEnv = true;
    return b.member(b.id(target.storage === 'shared' ? link.shared : link.env), slotName(target.local), at);
  }

  /** The binding that a declaration without a name, or a class, introduces in the scope around it. */
  declared(node: t.ClassDeclaration | t.FunctionDeclaration | t.TSEnumDeclaration): Binding {
    const name = node.id?.name ?? '*default*';
    const own = this.analysis.scopes.get(node.type === 'ClassDeclaration' ? node.body : node);
    let scope = own?.parent ?? this.analysis.module.scope;
    for (;;) {
      const binding = scope.bindings.get(name);
      if (binding) return binding;
      if (!scope.parent) throw new Error(`perdure: internal: ${name} is not declared`);
      scope = scope.parent;
    }
  }

  envShape(slots: string[]): void {
    this.ir.envShapes.set(slots.join(','), slots);
  }
}

/** A machine's `arguments`. */
export const ARGUMENTS = '$arguments';

/** A name of the source, as emitted. As a slot `__proto__` would be the prototype. */
export const mangle = (name: string): string =>
  name === '*default*' ? '$default' : name.startsWith('$') || name === '__proto__' ? `$${name}` : name;

/** The key of a binding in an Env: readable, and free of our own keys `$m` and `$up`. */
export function slotName(name: string): string {
  if (name.startsWith('<')) return name.slice(1, -1);
  return mangle(name);
}

/**
 * One unit of emitted code. Its Env parameter is the nearest Env around its definition; Envs further out are
 * reached through `$up`, once, in a prologue.
 */
export class Unit {
  readonly info: FunctionInfo;
  /** The nearest Env around. */
  readonly outer: Scope | null;
  /** Outer Envs the code mentions. */
  readonly used = new Set<Scope>();
  /** The unit is a machine: outer Envs are reached from its one Env slot. */
  readonly machine: boolean;

  constructor(info: FunctionInfo, outer: Scope | null, machine: boolean) {
    this.info = info;
    this.outer = outer;
    this.machine = machine;
  }

  get needsEnv(): boolean {
    return this.used.size > 0;
  }

  /** The parameter that carries the Env, or null. */
  get envParam(): string | null {
    return this.needsEnv && this.outer ? envName(this.outer) : null;
  }

  /** `const $e3 = $e7.$up;` for the outer Envs that are used beyond the nearest. */
  prologue(): t.Statement[] {
    if (this.machine || !this.outer) return [];
    const out: t.Statement[] = [];
    let from = this.outer;
    for (const scope of [...this.used].sort((x, y) => y.index - x.index)) {
      if (scope === this.outer) continue;
      out.push(b.declare('const', [[envName(scope), chain(from, scope)]]));
      from = scope;
    }
    return out;
  }
}

export const envName = (scope: Scope): string => `$e${scope.index}`;

/** `$e7.$up.$up`: the way from an Env to one further out. */
export function chain(from: Scope, to: Scope): t.Expression {
  let out: t.Expression = b.id(envName(from));
  for (let scope = from; scope !== to; ) {
    out = b.member(out, '$up');
    const next = outerEnv(scope);
    if (!next) throw new Error(`perdure: internal: no Env ${to.index} around ${from.index}`);
    scope = next;
  }
  return out;
}

/** The next scope outwards that has an Env; null at the module. */
export function outerEnv(scope: Scope): Scope | null {
  for (let s = scope.parent; s; s = s.parent) if (s.env && s.kind !== 'module') return s;
  return null;
}

/** The nearest Env around a function's definition. */
export function definitionEnv(info: FunctionInfo, analysis: Resolved): Scope | null {
  const own = analysis.paramScopes.get(info.node) ?? info.scope;
  const around = info.kind === 'class' ? info.scope.parent : own.parent;
  if (!around) return null;
  return around.env && around.kind !== 'module' ? around : outerEnv(around);
}

/** Temporaries of one expression: `$1`, `$2` …, reused from statement to statement. */
export class Temps {
  private next = 1;
  private highest = 0;

  take(): string {
    const name = `$${this.next}`;
    this.highest = Math.max(this.highest, this.next);
    this.next++;
    return name;
  }

  /** Between statements no temporary is alive. */
  release(): void {
    this.next = 1;
  }

  get names(): string[] {
    return Array.from({ length: this.highest }, (_, i) => `$${i + 1}`);
  }
}

/** One activation: what `this`, `return` and local variables mean here. */
export class Context {
  readonly module: ModuleLowering;
  readonly unit: Unit;
  readonly info: FunctionInfo;
  readonly machine: MachineBuilder | null;
  readonly temps: Temps;
  /** `this` is an object made in this activation: a constructor's, where nothing else can have seen it. */
  freshThis = false;
  /** `this` does not exist before `super()` returns. */
  derivedConstructor = false;
  /** Of a constructor whose arrow functions call `super(…)`: where `this` is. A `return` ends its body, not the function. */
  thisScope: Scope | null = null;
  /** A constructor that has its `this` in its Env before the fields of its class are initialised. */
  bindsEarly = false;
  /** Evaluated once, for all runs: shared values are what the program's own constants hold. */
  readonly forAll: boolean;
  /** While native parameters are lowered, these parameters are still variables, captured or not. */
  rawParams: Scope | null = null;
  /** The enum whose initialisers are lowered: where the members before are found. */
  enumeration: { name: string; members: Map<string, t.Expression> } | null = null;
  /** Variables an expression needs besides temporaries: the function declares them. */
  readonly lets = new Set<string>();

  constructor(module: ModuleLowering, unit: Unit, info: FunctionInfo, machine: MachineBuilder | null = null, forAll = false) {
    this.module = module;
    this.unit = unit;
    this.info = info;
    this.machine = machine;
    this.forAll = forAll;
    this.temps = new Temps();
  }

  get analysis(): Resolved {
    return this.module.analysis;
  }

  op(name: OperationName): t.Identifier {
    return this.module.op(name);
  }

  temp(): t.Identifier {
    return b.id(this.temps.take());
  }

  suspends(node: Node): boolean {
    return this.machine !== null && suspendsIn(this.info, node);
  }

  /** The Env of a scope. */
  env(scope: Scope): t.Expression {
    if (unitOf(scope.owner) === this.unit.info) {
      return b.id(envName(scope));
    }
    this.unit.used.add(scope);
    const { outer } = this.unit;
    if (!outer) throw new Error(`perdure: internal: no Env around ${this.unit.info.name}`);
    if (this.unit.machine) return chain(outer, scope);
    return b.id(envName(scope));
  }

  /** The Env to hand to a unit defined here; undefined where it needs none. */
  envFor(unit: Unit): t.Expression {
    return unit.needsEnv && unit.outer ? this.env(unit.outer) : b.undef();
  }
}
