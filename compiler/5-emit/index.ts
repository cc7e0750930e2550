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
import { ABI_VERSION, type ModuleManifest } from '../../runtime/abi.ts';
import type { IrModule, IrUnit } from '../ir.ts';
import { printStatements, quote, Writer } from '../print/index.ts';
import { emitMachine } from './machine.ts';
import { emitClass, emitFunction, isRenamed, keyOf } from './units.ts';

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
  const manifest = manifestOf(ir);
  const w = new Writer(true);
  emitProgram(w, ir, manifest);
  const map = { version: 3, sources: [ir.id], sourcesContent: [source], names: [], mappings: w.mappings!.encode() };
  return { code: w.toString(), map, manifest };
}

function emitProgram(w: Writer, ir: IrModule, manifest: ModuleManifest): void {
  const hoisted = new Set(ir.units.flatMap((u) => ('declared' in u && u.declared ? [u.declared] : [])));
  const envs = ['$env', ...ir.links.filter((l) => l.usesEnv).map((l) => l.env)];
  w.open('function program($) {');
  w.line('"use strict";');
  const operations = operationsOf(ir).map((name) => `${name}: $${name}`);
  if (operations.length > 0) w.line(`const { ${operations.join(', ')} } = $;`);
  if (ir.builtins.size > 0) w.line(`const { ${[...ir.builtins].join(', ')} } = $.builtins;`);
  w.line(`let ${envs.join(', ')};`);
  for (const { shared, module, usesShared } of ir.links) if (usesShared) w.line(`const ${shared} = $.link(${quote(module)});`);
  emitTemplates(w, ir);
  for (const unit of ir.units) emitUnit(w, unit, manifest);
  emitShare(w, ir.sharedNames.filter(({ local }) => hoisted.has(local)));
  printStatements(w, ir.shared);
  emitShare(w, ir.sharedNames.filter(({ local }) => !hoisted.has(local)));
  emitShapes(w, ir);
  w.open('return {');
  w.line(`slots: () => (${slots(ir)}),`);
  w.line(`${enter(ir, envs)},`);
  emitInit(w, ir);
  w.close('};');
  w.close();
}

function emitUnit(w: Writer, unit: IrUnit, manifest: ModuleManifest): void {
  const { id, name, kind, line, column } = unit;
  switch (kind) {
    case 'machine':
      manifest.functions[id] = emitMachine(w, unit);
      break;
    case 'function':
      manifest.functions[id] = { name, kind, line, column };
      emitFunction(w, unit);
      break;
    case 'class':
      manifest.functions[id] = { name, kind, line, column };
      emitClass(w, unit);
  }
}

/** The operations that the code mentions, makers and records included. */
function operationsOf(ir: IrModule): string[] {
  const used = new Set<string>(ir.operations);
  if (ir.templates.length > 0) used.add('template');
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
  return [...used].sort();
}

/** `const $template1 = $template("…", ["select ", ""], ["select ", ""]);` */
function emitTemplates(w: Writer, ir: IrModule): void {
  const list = (strings: (string | null)[]): string => `[${strings.map((s) => (s === null ? 'undefined' : quote(s))).join(', ')}]`;
  for (const { emitted, name, cooked, raw } of ir.templates) {
    w.line(`const ${emitted} = $template(${quote(name)}, ${list(cooked)}, ${list(raw)});`);
  }
}

/** `$.share({ fulfil, "a name": local });` */
function emitShare(w: Writer, names: { name: string; local: string }[]): void {
  if (names.length === 0) return;
  w.line(`$.share({ ${names.map(({ name, local }) => (name === local ? name : `${keyOf(name)}: ${local}`)).join(', ')} });`);
}

/** `$.envs({ "a,b": () => ({ $m: undefined, $up: undefined, a: undefined, b: undefined }) });` */
function emitShapes(w: Writer, ir: IrModule): void {
  if (ir.envShapes.size === 0) return;
  w.open('$.envs({');
  for (const [shape, names] of ir.envShapes) w.line(`${quote(shape)}: () => (${envLiteral(names.map((name) => `${keyOf(name)}: undefined`))}),`);
  w.close('});');
}

const envLiteral = (slots: string[]): string => `{ ${['$m: undefined', '$up: undefined', ...slots].join(', ')} }`;

const slots = (ir: IrModule): string => envLiteral(ir.slots.map(({ name, tdz }) => `${keyOf(name)}: ${tdz ? '$.tdz' : 'undefined'}`));

/** `enter: ($own, $linked1) => { $env = $own; $env1 = $linked1; }` */
function enter(ir: IrModule, envs: string[]): string {
  const params = ['$own', ...ir.links.filter((l) => l.usesEnv).map((_, i) => `$linked${i + 1}`)];
  return `enter: (${params.join(', ')}) => { ${envs.map((env, i) => `${env} = ${params[i]};`).join(' ')} }`;
}

function emitInit(w: Writer, ir: IrModule): void {
  if (ir.initMachine) {
    w.line(`init: () => ${ir.initMachine}$enter(),`);
    return;
  }
  w.open('init: () => {');
  if (ir.initTemps.length > 0) w.line(`let ${ir.initTemps.join(', ')};`);
  printStatements(w, ir.init);
  w.close('},');
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
    queries: [...ir.queries],
    exports: ir.exports,
    functions: {},
    awaits: ir.initMachine !== null,
    slots: ir.slots.map((s) => s.name),
    symbols: ir.builtins.has('Symbol'),
    reflective: ir.reflective,
  };
}
