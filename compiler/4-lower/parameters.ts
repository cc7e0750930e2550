/**
 * Parameters. In a synchronous function they stay native where they can. They are taken apart in the body where
 * evaluating them makes a closure, which needs their Env, and in constructors that the codec runs without arguments:
 *
 *     constructor(owner, { limit } = defaults(), ...tags)
 *   → constructor($p0, $p1 = undefined, ...$rest) {
 *       if ($restoring.on) return;
 *       let owner = $p0; let { limit } = $p1 === undefined ? defaults() : $p1; let tags = $rest;
 */
import type * as t from '@babel/types';
import { isClassNode, isFunctionNode, walk, type FunctionNode, type Node } from '../ast.ts';
import * as b from '../build.ts';
import type { Binding, Scope } from '../3-analyse/types.ts';
import { initialise, isNative, place } from './bindings.ts';
import { envName, mangle, type Context } from './context.ts';
import { lower } from './expressions.ts';
import { isHarmless } from './harmless.ts';
import { isPattern, nativePattern } from './patterns.ts';
import { envBindings, envLiteral } from './scopes.ts';
import { declarePattern } from './statements.ts';

/** The parameters as emitted, and the statements that come before the body. `pseudos` go into their Env. */
export function lowerParams(
  cx: Context,
  node: FunctionNode,
  pseudos: Map<Binding, t.Expression>,
): { params: t.Function['params']; before: t.Statement[] } {
  const bodyScope = cx.analysis.scopes.get(node)!;
  const scope = cx.analysis.paramScopes.get(node) ?? bodyScope;
  const env = (inits: Map<Binding, t.Expression>): t.Statement[] =>
    scope !== bodyScope && scope.env ? [b.declare('const', [[envName(scope), envLiteral(cx, scope, inits)]])] : [];
  if (mustBeInBody(node)) {
    return { params: dummies(node.params as Node[]), before: [...env(pseudos), ...paramsInBody(cx, node, scope, bodyScope)] };
  }
  cx.rawParams = scope;
  const params = (node.params as Node[]).map((p) => nativePattern(cx, p, 'declare', [])) as t.Function['params'];
  cx.rawParams = null;
  const before = env(paramInits(scope, pseudos));
  cx.temps.release();
  return { params, before };
}

function mustBeInBody(node: FunctionNode): boolean {
  const params = node.params as Node[];
  return params.some(createsClosure) || (node.type === 'ClassMethod' && node.kind === 'constructor' && !params.every(runsNothing));
}

/** Does evaluating this parameter create a closure, which needs the parameters' Env before the body? */
function createsClosure(param: Node): boolean {
  let found = false;
  walk(param, (node) => {
    if (isFunctionNode(node) || isClassNode(node)) found = true;
    return !found;
  });
  return found;
}

/** `x`, `x = 1`, `...xs`: binding it without an argument runs nothing and cannot throw. */
function runsNothing(param: Node): boolean {
  switch (param.type) {
    case 'Identifier':
      return true;
    case 'RestElement':
      return param.argument.type === 'Identifier';
    case 'AssignmentPattern':
      return param.left.type === 'Identifier' && isHarmless(param.right);
    default:
      return false;
  }
}

/** `($p0, $p1 = undefined, ...$rest)`: as many names as `f.length` counts. */
function dummies(params: Node[]): t.Function['params'] {
  const length = expectedLength(params);
  return params.map((param, i) => {
    if (param.type === 'RestElement') return b.rest(b.id('$rest'));
    const name = b.id(`$p${i}`);
    return i < length ? name : ({ type: 'AssignmentPattern', left: name, right: b.undef(), loc: null } as unknown as t.AssignmentPattern);
  });
}

/** ECMA-262 15.1.5 ExpectedArgumentCount. */
export function expectedLength(params: Node[]): number {
  const first = params.findIndex((p) => p.type === 'AssignmentPattern' || p.type === 'RestElement');
  return first === -1 ? params.length : first;
}

function paramsInBody(cx: Context, node: FunctionNode, scope: Scope, bodyScope: Scope): t.Statement[] {
  // Without a scope of their own they are variables of the body, and go into its Env when that is made.
  const isShared = scope === bodyScope;
  cx.rawParams = isShared ? scope : null;
  const shadowed = isShared ? [] : [...scope.bindings.values()].filter((p) => p.kind === 'param' && bodyScope.bindings.has(p.name));
  for (const param of shadowed) param.alias = cx.module.fresh(`${mangle(param.name)}$2`);
  const declared = (node.params as Node[]).flatMap((param, i) => {
    cx.temps.release();
    return declareParam(cx, isShared ? 'var' : 'let', param, b.id(`$p${i}`));
  });
  cx.rawParams = null;
  cx.temps.release();
  if (isShared) return declared;
  const variables = shadowing(scope, bodyScope).filter(([binding]) => binding.storage === 'native');
  return [...declared, ...variables.map(([binding, param]) => b.declare('var', [[place(cx, binding) as t.LVal, place(cx, param)]]))];
}

function declareParam(cx: Context, kind: 'var' | 'let', param: Node, given: t.Identifier): t.Statement[] {
  switch (param.type) {
    case 'RestElement':
      return declareTarget(cx, kind, param.argument, b.id('$rest'));
    case 'AssignmentPattern': {
      const name = param.left.type === 'Identifier' ? param.left.name : undefined;
      const value = b.conditional(b.binary('===', given, b.undef()), lower(cx, param.right, name), given);
      return declareTarget(cx, kind, param.left, value);
    }
    default:
      return declareTarget(cx, kind, param, given);
  }
}

function declareTarget(cx: Context, kind: 'var' | 'let', target: Node, value: t.Expression): t.Statement[] {
  if (isPattern(target)) return declarePattern(cx, kind, target, value, target);
  const binding = cx.analysis.references.get(target)!;
  if (isNative(cx, binding)) return [b.declare(kind, [[place(cx, binding, target) as t.LVal, value]], target)];
  return [b.expr(initialise(cx, binding, value, target), target)];
}

/** Native parameters enter their Env by name. */
export function paramInits(scope: Scope, inits: Map<Binding, t.Expression>): Map<Binding, t.Expression> {
  for (const binding of envBindings(scope)) {
    if (binding.kind === 'param') inits.set(binding, b.id(mangle(binding.name)));
  }
  return inits;
}

/** A `var` with the name of a parameter starts with its value (ECMA-262 10.2.11 step 28). */
export function varInits(cx: Context, paramScope: Scope, bodyScope: Scope): Map<Binding, t.Expression> {
  const pairs = shadowing(paramScope, bodyScope).filter(([binding]) => binding.storage === 'env');
  return new Map(pairs.map(([binding, param]) => [binding, place(cx, param)]));
}

/** Bindings of a body that have the name of a parameter, with the parameter. */
export function shadowing(paramScope: Scope, bodyScope: Scope): [Binding, Binding][] {
  return [...bodyScope.bindings.values()].flatMap((binding): [Binding, Binding][] => {
    const param = paramScope.bindings.get(binding.name);
    return param && binding.kind === 'var' ? [[binding, param]] : [];
  });
}

export const paramsPattern = (params: Node[]): t.ArrayPattern =>
  ({ type: 'ArrayPattern', elements: params, loc: null }) as unknown as t.ArrayPattern;
