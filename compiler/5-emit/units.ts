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
import { closureRecord } from './closure-record.ts';

const IDENTIFIER = /^[A-Za-z_][\w]*$/;

const RESERVED = new Set(
  ('await break case catch class const continue debugger default delete do else enum export extends false finally for ' +
    'function if implements import in instanceof interface let new null package private protected public return ' +
    'static super switch this throw true try typeof var void while with yield arguments eval').split(' '),
);

export function emitFunction(unit: IrFunction): t.Statement[] {
  const code = b.id(`${unit.emitted}$code`);
  if (unit.declared) {
    const { params, body, loc } = unit.value as t.FunctionExpression;
    return [
      b.funcDeclaration(unit.declared, params as t.FunctionDeclaration['params'], body, { loc }),
      b.declare('const', [[code, b.call(b.id('$declareFunction'), [b.str(unit.id), b.nul(), renamed(b.id(unit.declared), unit.declared, unit.publicName)])]]),
    ];
  }
  const fn = nameFunction(unit.value, unit.publicName);
  return [
    b.funcDeclaration(
      `${unit.emitted}$make`,
      unit.env ? [b.id(unit.env)] : [],
      b.block([
        ...unit.prologue,
        ...fn.statements,
        b.expr(b.assign(b.index(fn.name, b.id('$codeOf')), closureRecord(unit.emitted, unit.env))),
        b.ret(fn.name),
      ]),
    ),
    b.declare('const', [[code, b.call(b.id('$declareFunction'), [b.str(unit.id), b.id(`${unit.emitted}$make`)])]]),
  ];
}

export function emitClass(unit: IrClass): t.Statement[] {
  const params = [unit.env ?? '$0', '$heritage', '$keys', '$scope'].map((name) => b.id(name));
  const fn = nameFunction(unit.value, unit.publicName);
  return [
    b.funcDeclaration(
      `${unit.emitted}$make`,
      params,
      b.block([...unit.prologue, ...fn.statements, b.ret(fn.name)]),
    ),
    b.declare('const', [
      [b.id(`${unit.emitted}$code`), b.call(b.id('$declareClass'), [b.str(unit.id), b.id(`${unit.emitted}$make`)])],
    ]),
  ];
}

/**
 * Binds a function to a local such that it gets its name (ECMA-262 8.4.5). A local of that very name would do,
 * unless the function mentions another binding so called; then a property of a literal lends it.
 */
export function nameFunction(value: t.Expression, name: string): { statements: t.Statement[]; name: t.Identifier } {
  const local = b.id('$fn');
  if (isNamed(value)) {
    const id = value.type === 'FunctionExpression' ? value.id : null;
    return { statements: [b.declare('const', [[local, id ? renamed(value, id.name, name) : value]])], name: local };
  }
  if (name === '') {
    // `(0, f)` is no anonymous function definition, so it stays without a name.
    const nameless = { type: 'SequenceExpression', expressions: [b.num(0), value], loc: null } as unknown as t.Expression;
    return { statements: [b.declare('const', [[local, nameless]])], name: local };
  }
  if (IDENTIFIER.test(name) && !RESERVED.has(name) && !mentions(value, name)) {
    return { statements: [b.declare('const', [[b.id(name), value]])], name: b.id(name) };
  }
  const literal = b.object([b.property(b.str(name), value, true)]);
  return { statements: [b.declare('const', [[local, b.index(literal, b.str(name))]])], name: local };
}

/** `$rename($fn, '$')`, where the emitted name is not the source's. */
const renamed = (fn: t.Expression, emitted: string, name: string): t.Expression =>
  emitted === name ? fn : b.call(b.id('$rename'), [fn, b.str(name)]);

/** Does a unit need `$rename`? */
export function isRenamed(unit: IrFunction): boolean {
  const emitted = unit.declared ?? (unit.value.type === 'FunctionExpression' ? unit.value.id?.name : undefined);
  return emitted !== undefined && emitted !== unit.publicName;
}

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

function mentions(value: Node, name: string): boolean {
  let found = false;
  walk(value, (node) => {
    if (node.type === 'Identifier' && node.name === name) found = true;
    return !found;
  });
  return found;
}
