/**
 * A program in memory: one instance of an artifact's code.
 *
 * An instance is shared by all runs of the program in this process and never changes: what the code defines for
 * all runs is stamped as shared, and a write to any of it ends the cycle with the fault `SharedWrite`. (One
 * instance per run would make the property sites of its classes megamorphic: 2.7 → 38 ns per access at 20 runs.)
 */
import { CODE, TDZ, type ExportManifest, type FunctionManifest } from '../abi.ts';
import { throwTdz } from '../builtins/objects.ts';
import { PACKAGE, PACKAGE_VALUES } from '../builtins/package.ts';
import { intrinsic, intrinsicName } from '../builtins/intrinsics.ts';
import type { Names } from '../codec/records.ts';
import type { Definitions } from '../codec/decode.ts';
import { PerdureError } from '../errors.ts';
import { SharedHeap } from '../heap/heap.ts';
import { metaOf } from '../heap/meta.ts';
import { BUILTIN_CODES, CELLS } from '../machine/builtin-closure.ts';
import {
  Closure,
  closureOf,
  type Code,
  type Enter,
  type Env,
  type Evaluation,
  type Frame,
  MACHINE,
  type MachineCode,
  type Member,
  type PrivateAccess,
  type Starts,
} from '../machine/frame.ts';
import { isGeneratorPrototype } from '../machine/generator-function.ts';
import { newPromise } from '../machine/promise.ts';
import { takenMethods } from '../machine/private-methods.ts';
import { raise, registers } from '../machine/registers.ts';
import { finisherOf, suspendable } from '../machine/suspendable.ts';
import { compileText, type Artifact, type ArtifactModule, type ModuleCode } from './artifact.ts';
import { namespaceObject } from './namespace.ts';
import { OPERATIONS } from './operations.ts';

interface ModuleInstance {
  id: string;
  manifest: ArtifactModule['manifest'];
  shared: Record<string, unknown>;
  code: ModuleCode;
}

export class Program implements Names, Definitions {
  readonly modules = new Map<string, ModuleInstance>();
  symbols = false;
  reflective = false;
  private entered: ReadonlyMap<string, Env> = new Map();
  private readonly shared = new Map<string, Record<string, unknown>>();
  private readonly codes = new Map<string, Code>(BUILTIN_CODES);
  private readonly envs = new Map<string, () => object>();
  private readonly objects = new Map<string, object>();
  private readonly names = new WeakMap<object, string>();
  private readonly heap = new SharedHeap(raise);

  static of(artifact: Artifact): Program {
    const program = new Program();
    for (const module of artifact.modules) program.add(module);
    return program;
  }

  /** The shared values of a module. They are there before the module runs: import cycles see functions early. */
  sharedOf(id: string): Record<string, unknown> {
    let values = this.shared.get(id);
    if (!values) {
      values = {};
      this.shared.set(id, values);
    }
    return values;
  }

  /** Instantiates a module: makes what all runs share, runs nothing of its top level. */
  add(module: ArtifactModule): void {
    const own = this.sharedOf(module.id);
    this.symbols ||= module.manifest.symbols;
    this.reflective ||= module.manifest.reflective;
    const code = compileText(module)({
      ...OPERATIONS,
      declareFunction: (id: string, make: Code['make'], fn?: Function) => this.declare(module, id, 'function', make, fn),
      declareMachine: (id: string, starts: Starts, make: Code['make'], frame: MachineCode['frame'], step: MachineCode['step'], fn?: Function) =>
        this.declare(module, id, 'machine', make, fn, { starts, frame, step }),
      declareClass: (id: string, make: Code['make']) => this.declare(module, id, 'class', make),
      defineClass: this.defineClass,
      effect: (name: string) => this.effect(`${module.id}#${name}`),
      named: (object: object, name: string) => this.name(object, `${module.id}#${name}`, 'object'),
      template: (name: string, cooked: (string | undefined)[], raw: string[]) => this.template(name, cooked, raw),
      namespace: (id: string) => this.namespace(id),
      link: (id: string) => this.sharedOf(id),
      share: (values: Record<string, unknown>) => this.share(own, values),
      envs: (factories: Record<string, () => object>) => {
        for (const [key, factory] of Object.entries(factories)) this.envs.set(key, factory);
      },
    });
    this.modules.set(module.id, { id: module.id, manifest: module.manifest, shared: own, code });
  }

  // ——— Declarations ———

  private declare(
    module: ArtifactModule,
    id: string,
    kind: Code['kind'],
    make: Code['make'],
    fn?: Function,
    machine?: Pick<MachineCode, 'starts' | 'frame' | 'step'>,
  ): Code {
    const manifest: FunctionManifest | undefined = module.manifest.functions[id];
    if (!manifest) throw new PerdureError('manifest_mismatch', `the manifest of ${module.id} does not list ${id}`);
    const code = {
      id,
      kind,
      make,
      ...(machine && { ...machine, machine: MACHINE, labels: manifest.labels ?? [], slots: manifest.slots ?? [], finish: finisherOf(machine.starts) }),
      ...(machine?.starts === 'begin' && { enter: machine.frame }),
      closed: undefined as unknown as Closure,
    };
    code.closed = new Closure(code, undefined);
    this.codes.set(id, code);
    if (fn) {
      if (machine) suspendable(fn, machine.starts);
      (fn as { [CODE]?: Closure })[CODE] = code.closed;
      this.nameFunction(fn, id);
    }
    return code;
  }

  /** `$defineClass(this, code, env, scope, …, methods, privates)`, from a static block of the class; returns the methods. */
  private readonly defineClass = (
    constructor: Function,
    code: Code,
    env: Env | undefined,
    scope: Env | undefined,
    evaluation: Pick<Evaluation, 'heritage' | 'keys'>,
    methods: Member[],
    privates: Record<string, PrivateAccess>,
  ): unknown[] => {
    const closure = new Closure(code, env);
    closure.scope = scope;
    closure.privates = privates;
    const taken = takenMethods(constructor, evaluation.heritage !== undefined, privates);
    closure.evaluation = { ...evaluation, members: methods, taken: taken.map(([fn]) => fn) };
    hide(constructor, closure);
    const define = (fn: Function, id: string): void => {
      const method = this.codes.get(id) ?? methodCode(id);
      if (isMachineCode(method)) suspendable(fn, method.starts);
      const record = new Closure(method, scope ?? env);
      record.home = constructor;
      hide(fn, record);
    };
    for (const [fn, id] of taken) define(fn, id);
    return methods.map(([key, kind, isStatic, id]) => {
      const home = isStatic ? constructor : (constructor.prototype as object);
      const descriptor = Object.getOwnPropertyDescriptor(home, key);
      const fn = kind === 'get' ? descriptor?.get : kind === 'set' ? descriptor?.set : (descriptor?.value as unknown);
      if (typeof fn !== 'function' || closureOf(fn)?.home === constructor) return undefined; // overwritten by a later member
      define(fn, id);
      return fn;
    });
  };

  /** Frozen, so no run can change it, and nothing need be stamped (ECMA-262 13.2.8.4). */
  private template(name: string, cooked: (string | undefined)[], raw: string[]): readonly (string | undefined)[] {
    Object.defineProperty(cooked, 'raw', { value: Object.freeze(raw) });
    this.register(Object.freeze(cooked), name);
    this.register(raw, `${name}.raw`);
    return cooked;
  }

  private effect(id: string): Function {
    const enter: Enter = (up, _env, _self, ...args) => {
      requestEffect(id, args, up);
      return 1;
    };
    const code: Code = { id, kind: 'effect', make: null, enter, closed: undefined as unknown as Closure };
    (code as { closed: Closure }).closed = new Closure(code, undefined);
    this.codes.set(id, code);
    const stub = (...args: unknown[]): object => {
      const promise = newPromise();
      requestEffect(id, args, promise);
      return promise;
    };
    Object.defineProperty(stub, 'name', { value: id.slice(id.indexOf('#') + 1) });
    hide(stub, code.closed);
    return this.name(stub, id, 'function');
  }

  /** Registers what a module shares: its functions and classes are stored by name and read-only. */
  private share(own: Record<string, unknown>, values: Record<string, unknown>): void {
    Object.assign(own, values);
    for (const value of Object.values(values)) {
      const closure = typeof value === 'function' ? closureOf(value) : undefined;
      if (!closure || this.names.has(value as object)) continue;
      if (closure.code.kind === 'class') this.shareClass(value as Function, closure.code.id);
      else this.nameFunction(value as Function, closure.code.id);
    }
  }

  private shareClass(constructor: Function, id: string): void {
    this.name(constructor, id, 'class');
    const prototype = constructor.prototype as object;
    this.register(prototype, `${id}.prototype`);
    for (const home of [constructor, prototype]) {
      for (const key of Reflect.ownKeys(home)) {
        const descriptor = Object.getOwnPropertyDescriptor(home, key)!;
        for (const fn of [descriptor.value as unknown, descriptor.get, descriptor.set]) {
          const closure = typeof fn === 'function' ? closureOf(fn) : undefined;
          if (closure?.home === constructor && !this.names.has(fn as object)) this.nameFunction(fn as Function, closure.code.id);
        }
      }
    }
    for (const fn of closureOf(constructor)!.evaluation!.taken) this.nameFunction(fn, closureOf(fn)!.code.id);
  }

  /** The namespace object of a module, or of package perdure. */
  private namespace(id: string): object {
    const name = `${id}#*`;
    const known = this.objects.get(name);
    if (known) return known;
    const namespace = namespaceObject(this.bindingsOf(id));
    this.register(namespace, name);
    return namespace;
  }

  private bindingsOf(id: string): Map<string, () => unknown> {
    if (id === PACKAGE) return new Map(Object.entries(PACKAGE_VALUES).map(([name, value]) => [name, () => value]));
    const { exports } = this.modules.get(id)!.manifest;
    return new Map(
      Object.entries(exports).map(([name, entry]) => [
        name,
        (): unknown => {
          const value = this.exported(id, entry);
          return value === TDZ ? throwTdz(name) : value;
        },
      ]),
    );
  }

  /** The value of an export, for the run whose Envs were entered last. */
  exported(id: string, entry: ExportManifest): unknown {
    switch (entry.kind) {
      case 'from':
        return entry.storage === 'shared' ? this.sharedOf(entry.module)[entry.local] : this.entered.get(entry.module)?.[entry.local];
      case 'namespace':
        return this.namespace(entry.module);
      case 'package':
        return (PACKAGE_VALUES as Record<string, unknown>)[entry.name];
      case 'slot':
        return this.entered.get(id)?.[entry.local];
      default:
        return this.sharedOf(id)[entry.local];
    }
  }

  private register(object: object, name: string): void {
    this.names.set(object, name);
    this.objects.set(name, object);
  }

  /** A shared function, with the prototype of what it makes. */
  private nameFunction(fn: Function, id: string): void {
    this.name(fn, id, 'function');
    const prototype: unknown = fn.prototype;
    if (isGeneratorPrototype(prototype)) this.name(prototype, `${id}.prototype`, 'prototype');
    else if (typeof prototype === 'object' && prototype !== null) this.register(prototype, `${id}.prototype`);
  }

  private name<T extends object>(object: T, name: string, kind: 'object' | 'function' | 'class' | 'prototype'): T {
    this.register(object, name);
    if (metaOf(object) === undefined) this.heap.own(object, name, kind);
    return object;
  }

  // ——— For the codec ———

  nameOf(object: object): string | undefined {
    return this.names.get(object) ?? intrinsicName(object);
  }

  named(name: string): object | symbol | undefined {
    return this.objects.get(name) ?? this.namedNamespace(name) ?? intrinsic(name);
  }

  private namedNamespace(name: string): object | undefined {
    if (!name.endsWith('#*')) return undefined;
    const id = name.slice(0, -2);
    return id === PACKAGE || this.modules.has(id) ? this.namespace(id) : undefined;
  }

  code(id: string): Code | undefined {
    return this.codes.get(id);
  }

  env(slots: string[]): Env | undefined {
    const key = slots.join(',');
    const factory = this.envs.get(key);
    if (factory) return factory() as Env;
    for (const { manifest, code } of this.modules.values()) {
      if (manifest.slots.join(',') === key) return code.slots() as Env;
    }
    return CELLS.get(key)?.();
  }

  // ——— For the engine ———

  /** Makes these Envs the ones that the code reads: done at the start of every cycle. */
  enter(envs: ReadonlyMap<string, Env>): void {
    this.entered = envs;
    for (const { id, manifest, code } of this.modules.values()) {
      code.enter(envs.get(id)!, ...manifest.linked.map((linked) => envs.get(linked)!));
    }
  }

  freshEnvs(): Map<string, Env> {
    return new Map([...this.modules.values()].map(({ id, code }) => [id, code.slots() as Env]));
  }

  /** The entry module: all others are reached from it. */
  get entry(): string {
    return [...this.modules.keys()].at(-1)!;
  }

  /** Is this the id of an exported async function? */
  isWorkflow(id: string): boolean {
    const { manifest } = this.modules.get(id.slice(0, id.indexOf('#'))) ?? {};
    const name = id.slice(id.indexOf('#') + 1);
    return !!manifest && manifest.workflows.some((exported) => {
      const entry = manifest.exports[exported];
      return entry?.kind === 'workflow' && (entry.local === name || (entry.local === 'default' && exported === 'default'));
    });
  }

  /** A workflow's code, by `module#name`. */
  workflow(id: string): MachineCode {
    const code = this.codes.get(id);
    if (code === undefined || !isMachineCode(code) || code.starts !== 'begin') throw new PerdureError('unknown_workflow', `This program has no workflow ${id}`);
    return code;
  }
}

const isMachineCode = (code: Code): code is MachineCode => code.kind === 'machine';

const methodCode = (id: string): Code => {
  const code = { id, kind: 'function' as const, make: null, closed: undefined as unknown as Closure };
  code.closed = new Closure(code, undefined);
  return code;
};

/** Members of a class are not enumerable, and neither is what we add to them. */
function hide(fn: Function, closure: Closure): void {
  Object.defineProperty(fn, CODE, { value: closure, configurable: true, writable: true, enumerable: false });
}

function requestEffect(name: string, args: unknown[], to: Frame | ReturnType<typeof newPromise>): void {
  if (registers.host === null) {
    throw new PerdureError(
      'outside_run',
      `The effect ${name} can only be called inside a run; the app implements it with \`engine.provide\`.`,
    );
  }
  registers.host.request({ kind: 'effect', name, args }, to);
}
