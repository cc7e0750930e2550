/**
 * Pass 5: IR → JavaScript, source map, manifest.
 *
 * A module becomes one function, the *program*: everything the source says, and nothing of the host. The
 * runtime may call it as often as it likes, and may store its text and call it in another process.
 *
 *     function program($) {
 *       "use strict";
 *       const { touch: $touch, take: $take } = $;
 *       const { Map } = $.builtins;
 *       let $env, $env1;                       // Envs of this module and of those it imports, set per cycle
 *       const $in1 = $.link('src/util.wf.ts'); // shared values of an imported module
 *       …units…
 *       $.share({ fulfil });                   // functions, before anything runs
 *       …shared statements…
 *       $.share({ Cart });
 *       return {
 *         slots: () => ({ $m: undefined, $up: undefined, count: undefined }),
 *         enter: (own, ...linked) => { $env = own; [$env1] = linked; },
 *         init() { $env.count = 0; },
 *       };
 *     }
 */
import type * as t from '@babel/types';
import { ABI_VERSION, type ModuleManifest } from '../../runtime/abi.ts';
import * as b from '../build.ts';
import type { IrModule } from '../ir.ts';
import { printMapped } from '../print/index.ts';
import { emitMachine } from './machine.ts';
import { emitClass, emitFunction, isRenamed } from './units.ts';

export interface EmittedProgram {
  /** The text of `function program($) { … }`. */
  code: string;
  /** A source map (version 3) of that text. */
  map: SourceMapJson;
  manifest: ModuleManifest;
}

export interface SourceMapJson {
  version: number;
  sources: string[];
  sourcesContent?: (string | null)[];
  names: string[];
  mappings: string;
  file?: string;
}

export function emitModule(ir: IrModule, source: string): EmittedProgram {
  const { program, manifest } = emitProgram(ir);
  const { code, mappings } = printMapped([program]);
  return { code, map: { version: 3, sources: [ir.id], sourcesContent: [source], names: [], mappings }, manifest };
}

/** The program before it is printed. */
export function emitProgram(ir: IrModule): { program: t.FunctionDeclaration; manifest: ModuleManifest } {
  const manifest = manifestOf(ir);
  const units = ir.units.flatMap((unit) => {
    switch (unit.kind) {
      case 'machine': {
        const emitted = emitMachine(unit);
        manifest.functions[unit.id] = emitted.manifest;
        return emitted.statements;
      }
      case 'function':
        manifest.functions[unit.id] = { name: unit.name, kind: 'function', line: unit.line, column: unit.column };
        return emitFunction(unit);
      case 'class':
        manifest.functions[unit.id] = { name: unit.name, kind: 'class', line: unit.line, column: unit.column };
        return emitClass(unit);
    }
  });
  return { program: programFunction(ir, units), manifest };
}

function programFunction(ir: IrModule, units: t.Statement[]): t.FunctionDeclaration {
  const hoisted = ir.units.flatMap((u) => ('declared' in u && u.declared ? [u.declared] : []));
  const early = ir.sharedNames.filter(({ local }) => hoisted.includes(local));
  const late = ir.sharedNames.filter(({ local }) => !hoisted.includes(local));
  const envs = ['$env', ...ir.links.filter((l) => l.usesEnv).map((l) => l.env)];
  const statements: t.Statement[] = [
    ...operationBindings(ir, units),
    ...(ir.builtins.size ? [destructure([...ir.builtins].map((name) => [name, name]), b.member(b.id('$'), 'builtins'))] : []),
    b.declare('let', envs.map((name) => [name, null])),
    ...ir.links
      .filter((l) => l.usesShared)
      .map((l) => b.declare('const', [[l.shared, b.call(b.member(b.id('$'), 'link'), [b.str(l.module)])]])),
    ...templateObjects(ir),
    ...units,
    ...share(early),
    ...ir.shared,
    ...share(late),
    ...envShapes(ir),
    b.ret(b.object([slotsMember(ir), enterMember(ir, envs), initMember(ir)])),
  ];
  const body = b.block(statements);
  body.directives = [
    { type: 'Directive', value: { type: 'DirectiveLiteral', value: 'use strict', loc: null }, loc: null } as unknown as t.Directive,
  ];
  return b.funcDeclaration('program', [b.id('$')], body);
}

/** `const { touch: $touch } = $;`: the operations the code mentions, makers and records included. */
function operationBindings(ir: IrModule, units: t.Statement[]): t.Statement[] {
  const used = new Set(ir.operations);
  if (ir.templates.length > 0) used.add('template');
  if (units.length > 0) {
    for (const unit of ir.units) {
      if (unit.kind === 'function' && isRenamed(unit)) used.add('rename');
      if (unit.kind === 'class') used.add('declareClass');
      else {
        used.add(unit.kind === 'machine' ? 'declareMachine' : 'declareFunction');
        if (unit.kind === 'machine') {
          used.add(unit.starts).add('registers').add('touch');
          if (unit.blocks.some((block) => block.handler)) used.add('caught');
        }
        const made = !unit.declared && !(unit.kind === 'machine' && unit.member);
        if (made) used.add('codeOf');
        if (made && unit.kind === 'machine') used.add('suspendable');
        if (made && unit.env) used.add('Closure');
      }
    }
  }
  if (used.size === 0) return [];
  return [destructure([...used].sort().map((name) => [name, `$${name}`]), b.id('$'))];
}

/** `const $template1 = $template('…', ['select ', ''], ['select ', '']);` */
function templateObjects(ir: IrModule): t.Statement[] {
  return ir.templates.map(({ emitted, name, cooked, raw }) => {
    const strings = (list: (string | null)[]): t.Expression => b.array(list.map((s) => (s === null ? b.undef() : b.str(s))));
    return b.declare('const', [[emitted, b.call(b.id('$template'), [b.str(name), strings(cooked), strings(raw)])]]);
  });
}

function destructure(names: [string, string][], from: t.Expression): t.Statement {
  const pattern = {
    type: 'ObjectPattern',
    properties: names.map(([key, name]) => b.property(key, b.id(name))),
    loc: null,
  } as unknown as t.ObjectPattern;
  return b.declare('const', [[pattern, from]]);
}

function share(names: { name: string; local: string }[]): t.Statement[] {
  if (names.length === 0) return [];
  const values = b.object(names.map(({ name, local }) => b.property(name, b.id(local))));
  return [b.expr(b.call(b.member(b.id('$'), 'share'), [values]))];
}

/** `$.envs({ 'a,b': () => ({ $m: undefined, $up: undefined, a: undefined, b: undefined }) })`. */
function envShapes(ir: IrModule): t.Statement[] {
  if (ir.envShapes.size === 0) return [];
  const factories = [...ir.envShapes].map(([key, slots]) => b.property(b.str(key), b.arrow([], envShape(slots))));
  return [b.expr(b.call(b.member(b.id('$'), 'envs'), [b.object(factories)]))];
}

const envShape = (slots: string[], initial: (slot: string) => t.Expression = () => b.undef()): t.ObjectExpression =>
  b.object([
    b.property('$m', b.undef()),
    b.property('$up', b.undef()),
    ...slots.map((slot) => b.property(slot, initial(slot))),
  ]);

function slotsMember(ir: IrModule): t.ObjectProperty {
  const dead = new Set(ir.slots.filter((s) => s.tdz).map((s) => s.name));
  const literal = envShape(
    ir.slots.map((s) => s.name),
    (slot) => (dead.has(slot) ? b.member(b.id('$'), 'tdz') : b.undef()),
  );
  return b.property('slots', b.arrow([], literal));
}

function enterMember(ir: IrModule, envs: string[]): t.ObjectProperty {
  const links = ir.links.filter((l) => l.usesEnv);
  const params = ['$own', ...links.map((_, i) => `$linked${i + 1}`)].map((name) => b.id(name));
  const body = b.block(envs.map((name, i) => b.expr(b.assign(b.id(name), b.id(params[i]!.name)))));
  return b.property('enter', b.arrow(params, body));
}

function initMember(ir: IrModule): t.ObjectProperty {
  if (ir.initMachine) {
    const frame = b.call(b.id(`${ir.initMachine}$enter`), []);
    return b.property('init', b.arrow([], frame));
  }
  const lets = ir.initTemps.length ? [b.declare('let', ir.initTemps.map((name) => [name, null]))] : [];
  return b.property('init', b.arrow([], b.block([...lets, ...ir.init])));
}

function manifestOf(ir: IrModule): ModuleManifest {
  return {
    abi: ABI_VERSION,
    id: ir.id,
    imports: ir.imports,
    linked: ir.links.filter((l) => l.usesEnv).map((l) => l.module),
    workflows: [...ir.workflows],
    effects: [...ir.effects],
    channels: [...ir.channels],
    exports: ir.exports,
    functions: {},
    awaits: ir.initMachine !== null,
    slots: ir.slots.map((s) => s.name),
    symbols: ir.builtins.has('Symbol'),
    reflective: ir.reflective,
  };
}
