/**
 * Makers of functions and classes: what emission writes round a lowered function.
 *
 *     function fulfil$undo$make($e3) {
 *       const undo = () => release($e3.reservation);
 *       undo[$codeOf] = new $Closure(fulfil$undo$code, $e3);
 *       return undo;
 *     }
 *     const fulfil$undo$code = $declareFunction('src/order.wf.ts#fulfil/undo', fulfil$undo$make);
 */
import type * as t from '@babel/types';
import { walk, type Node } from '../ast.ts';
import * as b from '../build.ts';
import type { IrClass, IrFunction } from '../ir.ts';
import { NOWHERE, printLine, printStatements, quote, type Writer } from '../print/index.ts';

const IDENTIFIER = /^[A-Za-z_][\w]*$/;

const RESERVED = new Set(
  ('await break case catch class const continue debugger default delete do else enum export extends false finally for ' +
    'function if implements import in instanceof interface let new null package private protected public return ' +
    'static super switch this throw true try typeof var void while with yield arguments eval').split(' '),
);

export function emitFunction(w: Writer, unit: IrFunction): void {
  const code = `const ${unit.emitted}$code = $declareFunction(${quote(unit.id)}, `;
  if (unit.declared) {
    const { params, body, loc } = unit.value as t.FunctionExpression;
    printStatements(w, [b.funcDeclaration(unit.declared, params as t.FunctionDeclaration['params'], body, { loc })]);
    w.line(`${code}null, ${renamed(unit.declared, unit.declared, unit.publicName)});`);
    return;
  }
  w.open(`function ${unit.emitted}$make(${unit.env ?? ''}) {`, NOWHERE);
  printStatements(w, unit.prologue);
  const local = emitNamed(w, unit.value, unit.publicName);
  w.line(`${local}[$codeOf] = ${closureRecord(unit.emitted, unit.env)};`, NOWHERE);
  w.line(`return ${local};`);
  w.close();
  w.line(`${code}${unit.emitted}$make);`);
}

export function emitClass(w: Writer, unit: IrClass): void {
  w.open(`function ${unit.emitted}$make(${unit.env ?? '$0'}, $heritage, $keys, $scope) {`, NOWHERE);
  printStatements(w, unit.prologue);
  const local = emitNamed(w, unit.value, unit.publicName);
  w.line(`return ${local};`);
  w.close();
  w.line(`const ${unit.emitted}$code = $declareClass(${quote(unit.id)}, ${unit.emitted}$make);`);
}

/**
 * Binds a function to a local such that it gets its name (ECMA-262 8.4.5), and returns the local. One of that very name
 * would do, unless the function mentions another binding so called; then a property of a literal lends it.
 */
export function emitNamed(w: Writer, value: t.Expression | string, name: string): string {
  if (typeof value !== 'string' && isNamed(value)) {
    const own = value.type === 'FunctionExpression' ? value.id!.name : name;
    if (own === name) printLine(w, 'const $fn = ', value, ';');
    else printLine(w, 'const $fn = $rename(', value, `, ${quote(name)});`);
  } else if (name === '') {
    // `(0, f)` is no anonymous function definition, so it stays without a name.
    printLine(w, 'const $fn = (0, ', value, ');');
  } else if (IDENTIFIER.test(name) && !RESERVED.has(name) && !mentions(value, name)) {
    printLine(w, `const ${name} = `, value, ';');
    return name;
  } else {
    printLine(w, `const $fn = { [${quote(name)}]: `, value, ` }[${quote(name)}];`);
  }
  return '$fn';
}

/** `$rename(f, "$")`, where the emitted name is not the source's. */
const renamed = (fn: string, emitted: string, name: string): string => (emitted === name ? fn : `$rename(${fn}, ${quote(name)})`);

/** Does a unit need `$rename`? */
export function isRenamed(unit: IrFunction): boolean {
  const emitted = unit.declared ?? (unit.value.type === 'FunctionExpression' ? unit.value.id?.name : undefined);
  return emitted !== undefined && emitted !== unit.publicName;
}

/** The record that makes a native function a closure of ours: its own where it closes over an Env, else the code's. */
export const closureRecord = (emitted: string, env: string | null): string =>
  env ? `new $Closure(${emitted}$code, ${env})` : `${emitted}$code.closed`;

/** A property key as short as the source would write it. */
export const keyOf = (name: string): string => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : quote(name));

function isNamed(value: t.Expression): boolean {
  switch (value.type) {
    case 'ArrowFunctionExpression':
      return false;
    case 'FunctionExpression':
    case 'ClassExpression':
      return value.id != null;
    default:
      return true;
  }
}

function mentions(value: Node | string, name: string): boolean {
  if (typeof value === 'string') return value.split(/[^\w$]+/).includes(name);
  let found = false;
  walk(value, (node) => {
    if (node.type === 'Identifier' && node.name === name) found = true;
    return !found;
  });
  return found;
}
