/**
 * Pass 4: tree and analysis → IR.
 *
 * The top level of a module splits in two. What all runs share is evaluated once per instantiation: functions,
 * pure classes, constants, channels, queries, enums, effects. The rest is `init`, which runs when a run begins and fills
 * the module's Env.
 */
import type * as t from '@babel/types';
import type { Node } from '../ast.ts';
import * as b from '../build.ts';
import type { IrMachine, IrModule } from '../ir.ts';
import type { ModuleGraph, ModuleRecord } from '../modules.ts';
import { PACKAGE } from '../package.ts';
import { declaredValues } from '../3-analyse/storage.ts';
import type { Binding } from '../3-analyse/types.ts';
import { initialise } from './bindings.ts';
import { lowerClass } from './classes.ts';
import { Context, mangle, ModuleLowering, slotName, Unit } from './context.ts';
import { lowerEnum } from './enums.ts';
import { explodeStatement } from './explode.ts';
import { lower } from './expressions.ts';
import { lowerFunction, makeClosure } from './functions.ts';
import { MachineBuilder } from './machine.ts';
import { lowerStatement } from './statements.ts';

export function lowerModule(record: ModuleRecord, graph: ModuleGraph): IrModule {
  const module = new ModuleLowering(record, graph);
  const { analysis } = record;
  const awaits = !analysis.module.suspensions.isEmpty;
  const machine = awaits ? new MachineBuilder(module, analysis.module) : null;
  const unit = new Unit(analysis.module, null, awaits);
  const sharedCx = new Context(module, unit, analysis.module, null, true);
  const initCx = new Context(module, unit, analysis.module, machine);
  const bindings = analysis.module.scope.bindings;

  for (const effect of record.parsed.effects) {
    const name = effect.id!.name;
    module.ir.effects.push(name);
    module.ir.shared.push(b.declare('const', [[mangle(name), b.call(module.op('effect'), [b.str(name)])]], effect));
  }
  const values = declaredValues({ program: record.parsed.program, analysis });
  for (const binding of bindings.values()) {
    if (binding.storage === 'slot') {
      module.ir.slots.push({ name: slotName(binding.name), tdz: module.checkedBindings.has(binding) });
    }
    if (binding.isShared) {
      module.ir.sharedNames.push({ name: slotName(binding.name), local: mangle(binding.name) });
    }
  }
  lowerHoistedFunctions(module, initCx, values);
  for (const statement of record.parsed.program.body) lowerTopLevel(module, sharedCx, initCx, statement);

  if (machine) module.ir.units.push(topLevelMachine(module, initCx, machine));
  else module.ir.initTemps = [...initCx.temps.names, ...initCx.lets];
  module.ir.shared.unshift(...declareTemps(sharedCx));
  lowerExports(module, values);
  return module.ir;
}

/** The top level of a module that awaits there. It is stored like any function's frame. */
function topLevelMachine(module: ModuleLowering, cx: Context, machine: MachineBuilder): IrMachine {
  const emitted = module.fresh('$init');
  module.ir.initMachine = emitted;
  return {
    kind: 'machine',
    id: `${module.ir.id}#(top level)`,
    name: '(top level)',
    emitted,
    env: null,
    line: 1,
    column: 1,
    starts: 'begin',
    started: false,
    arrow: true,
    publicName: '',
    member: true,
    length: 0,
    params: [],
    rest: false,
    blocks: machine.finish(),
    locals: machine.locals,
    temps: [...cx.temps.names, ...cx.lets],
    declared: null,
  };
}

/** Adds to what runs once per run. */
function addInit(cx: Context, ...statements: t.Statement[]): void {
  for (const statement of statements) {
    if (cx.machine) cx.machine.emit(statement);
    else cx.module.ir.init.push(statement);
  }
  cx.temps.release();
}

/** `binding = value`, where the declaration stands. */
const addInitialised = (cx: Context, binding: Binding, value: t.Expression, at: Node): void =>
  addInit(cx, b.expr(initialise(cx, binding, value, at), at));

const declareTemps = (cx: Context): t.Statement[] => {
  const names = [...cx.temps.names, ...cx.lets];
  return names.length ? [b.declare('let', names.map((name) => [name, null]))] : [];
};

/** Function declarations exist before anything else; those whose binding is assigned are slots, set first. */
function lowerHoistedFunctions(module: ModuleLowering, initCx: Context, values: Map<Binding, Node | null>): void {
  for (const [binding, value] of values) {
    if (value?.type !== 'FunctionDeclaration') continue;
    if (binding.storage === 'shared') {
      const info = module.analysis.functions.get(value)!;
      lowerFunction(module, info, value.id?.name ?? 'default', mangle(binding.name));
    } else {
      addInitialised(initCx, binding, makeClosure(initCx, value), value);
    }
  }
}

function lowerTopLevel(module: ModuleLowering, sharedCx: Context, initCx: Context, statement: t.Statement): void {
  const bindings = module.analysis.module.scope.bindings;
  const share = (binding: Binding, value: t.Expression, at: Node): void => {
    module.ir.shared.push(b.declare('const', [[mangle(binding.name), value]], at));
    sharedCx.temps.release();
    if (binding.storage === 'slot') addInitialised(initCx, binding, b.id(mangle(binding.name)), at);
  };
  switch (statement.type) {
    case 'ImportDeclaration':
    case 'ExportAllDeclaration':
    case 'FunctionDeclaration':
      return;
    case 'ExportNamedDeclaration':
      if (statement.declaration) lowerTopLevel(module, sharedCx, initCx, statement.declaration);
      return;
    case 'ExportDefaultDeclaration': {
      const { declaration } = statement;
      if (declaration.type === 'FunctionDeclaration' || declaration.type === 'TSDeclareFunction') return;
      if (declaration.type === 'ClassDeclaration') {
        lowerTopLevel(module, sharedCx, initCx, declaration);
        return;
      }
      const binding = bindings.get('*default*')!;
      if (binding.isShared) share(binding, lower(sharedCx, declaration, 'default'), declaration);
      else addInitialised(initCx, binding, lower(initCx, declaration, 'default'), declaration);
      return;
    }
    case 'ClassDeclaration': {
      const binding = module.declared(statement);
      const name = statement.id?.name ?? 'default';
      if (binding.isShared) share(binding, lowerClass(sharedCx, statement, name), statement);
      else addInitialised(initCx, binding, lowerClass(initCx, statement, name), statement);
      return;
    }
    case 'TSEnumDeclaration': {
      const binding = bindings.get(statement.id.name)!;
      if (!binding.isShared) {
        addInitialised(initCx, binding, lowerEnum(initCx, statement), statement);
        return;
      }
      const value = lowerEnum(sharedCx, statement);
      share(binding, b.call(module.op('named'), [value, b.str(statement.id.name)]), statement);
      return;
    }
    case 'VariableDeclaration':
      for (const d of statement.declarations) {
        const binding = d.id.type === 'Identifier' ? bindings.get(d.id.name) : undefined;
        if (binding?.isShared && d.id.type === 'Identifier') {
          share(binding, sharedValue(module, sharedCx, d.init!, d.id.name), d);
        } else {
          addStatement(initCx, b.copy(statement, { declarations: [d] }));
        }
      }
      return;
    default:
      addStatement(initCx, statement);
  }
}

function addStatement(cx: Context, statement: t.Statement): void {
  if (cx.machine) explodeStatement(cx, statement);
  else addInit(cx, ...lowerStatement(cx, statement));
}

/** Channels and queries are named constants: stored by name, the same object for all runs. */
function sharedValue(module: ModuleLowering, cx: Context, init: t.Expression, name: string): t.Expression {
  const value = lower(cx, init, name);
  if (init.type !== 'CallExpression') return value;
  const [of] = init.arguments;
  if (of?.type === 'StringLiteral') module.ir.channels.push(of.value);
  else module.ir.queries.push(name);
  return b.call(module.op('named'), [value, b.str(name)]);
}

const isSharedIn = (graph: ModuleGraph, module: string, local: string): boolean =>
  graph.modules.get(module)?.analysis.module.scope.bindings.get(local)?.isShared ?? false;

function lowerExports(module: ModuleLowering, values: Map<Binding, Node | null>): void {
  const { record, graph, ir } = module;
  const bindings = module.analysis.module.scope.bindings;
  for (const name of [...graph.exportedNames(record)].sort()) {
    const target = graph.exportOf(record.id, name);
    if (!target) continue;
    const { module: id, local: imported, storage } = target;
    if (id !== record.id || imported === null) {
      ir.exports[name] =
        imported === null
          ? { kind: 'namespace', module: id }
          : id === PACKAGE
            ? { kind: 'package', name: imported }
            : { kind: 'from', module: id, local: slotName(imported), storage, shared: isSharedIn(graph, id, imported) };
      continue;
    }
    const binding = bindings.get(target.local!)!;
    const value = values.get(binding);
    const local = slotName(binding.name);
    if (binding.kind === 'effect') ir.exports[name] = { kind: 'effect', local };
    else if (value?.type === 'FunctionDeclaration' && value.async && !value.generator && binding.storage === 'shared' && !record.library) {
      ir.exports[name] = { kind: 'workflow', local };
      ir.workflows.push(name);
    } else if (value?.type === 'CallExpression' && binding.isShared) {
      ir.exports[name] = { kind: value.arguments[0]?.type === 'StringLiteral' ? 'channel' : 'query', local };
    } else {
      ir.exports[name] = binding.storage === 'shared' ? { kind: 'shared', local } : { kind: 'slot', local, shared: binding.isShared };
    }
  }
}
