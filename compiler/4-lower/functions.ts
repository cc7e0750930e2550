/**
 * Functions. Every closure is made by a *maker* at the top of the program, called with the Env it closes over,
 * both where the source creates it and where the codec restores it, so that there is one piece of code:
 *
 *     const undo = () => release(reservation)
 *   → const undo = fulfil$undo$make($e3)
 *
 *     function fulfil$undo$make($e3) {
 *       const undo = () => release($e3.reservation);
 *       undo[$codeOf] = new $Closure(fulfil$undo$code, $e3);
 *       return undo;
 *     }
 *
 * This file lowers the functions themselves; `5-emit` writes the makers round them.
 */
import type * as t from '@babel/types';
import { staticKey, type FunctionNode, type Node } from '../ast.ts';
import { YIELD } from '../../runtime/abi.ts';
import * as b from '../build.ts';
import type { IrMachine } from '../ir.ts';
import type { Binding, FunctionInfo, Scope } from '../3-analyse/types.ts';
import { ARGUMENTS, Context, definitionEnv, envName, mangle, slotName, Unit, type ModuleLowering } from './context.ts';
import { place } from './bindings.ts';
import { explodeStatements } from './explode.ts';
import { lower } from './expressions.ts';
import { MachineBuilder } from './machine.ts';
import { suspendOn } from './await.ts';
import { expectedLength, lowerParams, paramInits, paramsPattern, shadowing, varInits } from './parameters.ts';
import { initPattern } from './patterns.ts';
import { enterScope, envBindings, envLiteral, explodeFunctions, explodeScope } from './scopes.ts';
import { lowerStatements } from './statements.ts';

/** An expression that makes the closure of a function node here. */
export function makeClosure(cx: Context, node: FunctionNode, name?: string): t.Expression {
  const info = cx.analysis.functions.get(node)!;
  const { unit, emitted } = lowerFunction(cx.module, info, publicName(node, name));
  const make = b.call(b.id(`${emitted}$make`), unit.needsEnv ? [cx.envFor(unit)] : [], node);
  const selfScope = node.type === 'FunctionExpression' && node.id ? cx.analysis.scopes.get(node.id) : undefined;
  if (!selfScope?.env) return make;
  // ($e5 = { fact: undefined }, $e5.fact = make($e5)): a closure inside the function mentions it by name.
  const env = envName(selfScope);
  if (cx.machine) cx.machine.env(env);
  else cx.lets.add(env);
  const slot = b.member(b.id(env), slotName((node as t.FunctionExpression).id!.name));
  return b.seq([b.assign(b.id(env), envLiteral(cx, selfScope)), b.assign(slot, make)], node);
}

/** The name that `f.name` shows. */
function publicName(node: FunctionNode, hint: string | undefined): string {
  if ('id' in node && node.id) return node.id.name;
  if ('key' in node) return staticKey(node) ?? '';
  return hint ?? '';
}

/** Lowers a function once, as a unit. Its Env, if it needs one, is the nearest around its definition. */
export function lowerFunction(
  module: ModuleLowering,
  info: FunctionInfo,
  name: string,
  declared: string | null = null,
): { unit: Unit; emitted: string } {
  const node = info.node as FunctionNode;
  const emitted = module.unitName(info);
  const unit = new Unit(info, definitionEnv(info, module.analysis), info.suspendable);
  const at = { line: node.loc?.start.line ?? 1, column: (node.loc?.start.column ?? 0) + 1 };
  const base = { id: info.id, name: info.name, emitted, ...at };
  if (info.suspendable) {
    const machine = lowerMachine(module, unit, info, name);
    module.ir.units.push({ kind: 'machine', ...base, env: unit.envParam, declared, ...machine });
  } else {
    const value = lowerNative(module, unit, info, name);
    const prologue = unit.prologue();
    module.ir.units.push({ kind: 'function', ...base, env: unit.envParam, value, prologue, publicName: name, declared });
  }
  return { unit, emitted };
}

// ——— Synchronous functions ———

/** The function as an expression of the form the source gave it: arrow, function or method. */
function lowerNative(module: ModuleLowering, unit: Unit, info: FunctionInfo, name: string): t.Expression {
  const node = info.node as FunctionNode;
  const cx = new Context(module, unit, info);
  const { params, body } = lowerParamsAndBody(cx, node);
  switch (node.type) {
    case 'ArrowFunctionExpression':
      return b.arrow(params as t.Identifier[], shortBody(body), node);
    case 'ObjectMethod':
      return methodFunction(node, name, params, body, cx.op('accessor'));
    default:
      return b.func('id' in node && node.id ? mangle(node.id.name) : null, params as t.FunctionExpression['params'], body, node);
  }
}

/** `x => { return e; }` is `x => e`. */
function shortBody(body: t.BlockStatement): t.Expression | t.BlockStatement {
  const [only] = body.body;
  return body.body.length === 1 && only?.type === 'ReturnStatement' && only.argument ? only.argument : body;
}

/**
 * A method of an object literal is no constructor and has no `prototype`, so it is made as one:
 * `({ total() { … } }).total`.
 */
function methodFunction(
  node: t.ObjectMethod,
  name: string,
  params: t.Function['params'],
  body: t.BlockStatement,
  accessor: t.Expression,
): t.Expression {
  const method = b.copy(node, { key: b.key(name), computed: false, params: params as never, body });
  const literal = b.object([method]);
  if (node.kind === 'method') return b.index(literal, b.str(name));
  return b.call(accessor, [literal, b.str(name), b.str(node.kind)]);
}

/** Parameters and body of a synchronous function, constructor or method, with its Envs. */
export function lowerParamsAndBody(
  cx: Context,
  node: FunctionNode,
): { params: t.Function['params']; body: t.BlockStatement } {
  const { analysis } = cx;
  const statements = node.body.type === 'BlockStatement' ? node.body.body : [];
  const bodyScope = analysis.scopes.get(node)!;
  const paramScope = analysis.paramScopes.get(node) ?? bodyScope;
  const pseudos = pseudoInits(cx, paramScope);
  const { params, before } = lowerParams(cx, node, pseudos);
  const inits = paramScope === bodyScope ? paramInits(paramScope, pseudos) : varInits(cx, paramScope, bodyScope);
  const lowered = [...before, ...enterScope(cx, bodyScope, statements, inits), ...lowerStatements(cx, statements)];
  if (node.body.type !== 'BlockStatement') {
    const value = lower(cx, node.body);
    lowered.push(b.ret(value, node.body));
  }
  return { params, body: b.block([...declareLets(cx), ...lowered], node.body) };
}

/** `let $1, $2;` for what expressions need. */
export function declareLets(cx: Context): t.Statement[] {
  const names = [...cx.temps.names, ...cx.lets];
  return names.length ? [b.declare('let', names.map((name) => [name, null]))] : [];
}

/** Captured `this`, `arguments` and `new.target` enter the Env with the function. */
function pseudoInits(cx: Context, scope: Scope): Map<Binding, t.Expression> {
  const inits = new Map<Binding, t.Expression>();
  for (const binding of envBindings(scope)) {
    if (binding.kind !== 'pseudo') continue;
    const value = pseudoValue(cx, binding.name, scope.node);
    if (value) inits.set(binding, value);
  }
  return inits;
}

function pseudoValue(cx: Context, name: string, node: Node): t.Expression | null {
  switch (name) {
    case '<this>':
      if (cx.machine) return cx.machine.thisLocal(node);
      // In a derived constructor `this` is set when `super()` returns.
      return cx.derivedConstructor ? cx.op('tdz') : b.self();
    case '<arguments>':
      return b.id(cx.machine ? ARGUMENTS : 'arguments');
    case '<new.target>':
      return cx.machine ? b.undef() : NEW_TARGET;
    default:
      return null;
  }
}

const NEW_TARGET = {
  type: 'MetaProperty',
  meta: b.id('new'),
  property: b.id('target'),
  loc: null,
} as unknown as t.MetaProperty;

// ——— Suspendable functions ———

type MachineParts = Pick<
  IrMachine,
  'starts' | 'started' | 'arrow' | 'publicName' | 'member' | 'length' | 'params' | 'rest' | 'blocks' | 'locals' | 'temps'
>;

function lowerMachine(module: ModuleLowering, unit: Unit, info: FunctionInfo, name: string): MachineParts {
  const node = info.node as FunctionNode;
  const machine = new MachineBuilder(module, info);
  const cx = new Context(module, unit, info, machine);
  const params = node.params as Node[];
  const statements = node.body.type === 'BlockStatement' ? node.body.body : [];
  const bodyScope = module.analysis.scopes.get(node)!;
  const paramScope = module.analysis.paramScopes.get(node) ?? bodyScope;

  // Plain parameters are slots of the frame; others are taken from a slot with the list of arguments.
  const plain = params.every((p) => p.type === 'Identifier') && !info.usesArguments;
  if (info.usesArguments) {
    const object = machine.local(ARGUMENTS, 'arguments');
    machine.emit(b.expr(b.assign(b.id(object), b.call(cx.op('argumentsOf'), [b.id('$args')]))));
  }
  const inits = pseudoInits(cx, paramScope);
  const names = plain
    ? (params as t.Identifier[]).map((id) => {
        const binding = paramScope.bindings.get(id.name)!;
        const local = machine.hoist(binding, true);
        if (binding.storage === 'env') inits.set(binding, b.id(local));
        return local;
      })
    : [machine.local('$args', '$args', true)];
  // A generator's parameters are evaluated when it is called, its body when `next` is (ECMA-262 10.2.11, 15.5.2).
  const begin = (): void => machine.suspend(b.num(YIELD), 'start', node);
  if (info.generator && plain) begin();
  explodeScope(cx, paramScope, inits);
  if (!plain && params.length > 0) machine.emit(b.expr(initPattern(cx, paramsPattern(params), b.id('$args'), node)));
  if (info.generator && !plain) begin();
  if (paramScope !== bodyScope) {
    explodeScope(cx, bodyScope, varInits(cx, paramScope, bodyScope));
    for (const [binding, param] of shadowing(paramScope, bodyScope)) {
      if (binding.storage === 'native') machine.emit(b.expr(b.assign(place(cx, binding), place(cx, param))));
    }
  }
  explodeFunctions(cx, bodyScope, statements);
  if (node.body.type === 'BlockStatement') explodeStatements(cx, statements);
  else explodeReturnExpression(cx, node.body);

  if (unit.needsEnv) machine.local(envName(unit.outer!), '$outer', true);
  return {
    starts: info.generator ? (info.async ? 'generateAsync' : 'generate') : 'begin',
    started: info.generator && plain,
    arrow: info.arrow,
    publicName: name,
    member: node.type === 'ClassMethod' || node.type === 'ClassPrivateMethod',
    length: expectedLength(params),
    params: names,
    rest: !plain,
    blocks: machine.finish(),
    locals: machine.locals,
    temps: [...cx.temps.names, ...cx.lets],
  };
}

function explodeReturnExpression(cx: Context, expression: t.Expression): void {
  const machine = cx.machine!;
  machine.return(expression.type === 'AwaitExpression' ? suspendOn(cx, expression.argument, expression) : lower(cx, expression));
}
