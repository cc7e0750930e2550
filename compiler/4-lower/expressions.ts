/**
 * Expressions. `lower` returns an expression without `await`; whatever it contains of them has then been
 * emitted into the machine's blocks, in evaluation order.
 */
import type * as t from '@babel/types';
import { BUILTINS } from '../../runtime/abi.ts';
import { staticKey, unreachable, type Node } from '../ast.ts';
import * as b from '../build.ts';
import { lowerAssignment, lowerUpdate } from './assignment.ts';
import { lowerAwait } from './await.ts';
import { STATIC_MUTATORS } from '../3-analyse/members.ts';
import { checked, read } from './bindings.ts';
import { touchDeleted } from './barriers.ts';
import { HIDING, lowerCall, lowerNew } from './calls.ts';
import { lowerChain } from './chains.ts';
import { lowerClass } from './classes.ts';
import type { ImportTarget } from '../3-analyse/types.ts';
import { ARGUMENTS, type Context } from './context.ts';
import { makeClosure } from './functions.ts';
import { lowerObject } from './objects.ts';
import { isTemplateObject, lowerTagged } from './templates.ts';
import { isUnresolved, throwUnresolved } from './unresolved.ts';
import { hold, lowerElements, named, operands } from './operands.ts';
import { readPrivate, readSuper, testPrivate } from './members.ts';
import { lowerYield } from './yield.ts';

/**
 * Lowers an expression. `name` is the name an anonymous function or class takes from its context
 * (ECMA-262 8.4.5 NamedEvaluation).
 */
export function lower(cx: Context, node: t.Expression, name?: string): t.Expression {
  switch (node.type) {
    case 'StringLiteral':
    case 'NumericLiteral':
    case 'BooleanLiteral':
    case 'NullLiteral':
    case 'BigIntLiteral':
    case 'RegExpLiteral':
      return node;
    case 'Identifier':
      return lowerIdentifier(cx, node);
    case 'ThisExpression':
      return lowerThis(cx, node);
    case 'MetaProperty':
      return lowerNewTarget(cx, node);
    case 'TemplateLiteral':
      return lowerTemplate(cx, node);
    case 'TaggedTemplateExpression':
      return lowerTagged(cx, node);
    case 'ArrayExpression':
      return b.array(lowerElements(cx, node.elements), node);
    case 'ObjectExpression':
      return lowerObject(cx, node);
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
      return makeClosure(cx, node, name);
    case 'ClassExpression':
      return lowerClass(cx, node, name);
    case 'UnaryExpression':
      return lowerUnary(cx, node);
    case 'BinaryExpression':
      return lowerBinary(cx, node);
    case 'LogicalExpression':
      return lowerLogical(cx, node);
    case 'ConditionalExpression':
      return lowerConditional(cx, node);
    case 'SequenceExpression':
      return lowerSequence(cx, node);
    case 'AssignmentExpression':
      return lowerAssignment(cx, node);
    case 'UpdateExpression':
      return lowerUpdate(cx, node, true);
    case 'MemberExpression':
      return lowerMember(cx, node);
    case 'OptionalMemberExpression':
    case 'OptionalCallExpression':
      return lowerChain(cx, node);
    case 'CallExpression':
      return lowerCall(cx, node);
    case 'NewExpression':
      return lowerNew(cx, node);
    case 'AwaitExpression':
      return lowerAwait(cx, node);
    case 'YieldExpression':
      return lowerYield(cx, node);
    default:
      // Validation has refused everything else.
      return unreachable(node as never, 'cannot lower expression');
  }
}

/** Lowers an expression whose value nobody uses. Returns null when nothing is left to evaluate. */
export function lowerUnused(cx: Context, node: t.Expression): t.Expression | null {
  switch (node.type) {
    case 'UpdateExpression':
      return lowerUpdate(cx, node, false);
    case 'AwaitExpression':
      return lowerAwait(cx, node);
    case 'SequenceExpression':
      if (!cx.suspends(node)) return lower(cx, node);
      for (const part of node.expressions) {
        const lowered = lowerUnused(cx, part);
        if (lowered) cx.machine!.emit(b.expr(lowered, part));
      }
      return null;
    default:
      return lower(cx, node);
  }
}

function lowerIdentifier(cx: Context, node: t.Identifier): t.Expression {
  const binding = cx.analysis.references.get(node);
  if (binding) return read(cx, binding, node);
  const member = cx.enumeration?.members.get(node.name);
  if (member) return member;
  if (isTemplateObject(node)) return node;
  if (isUnresolved(cx, node)) return throwUnresolved(cx, node);
  switch (node.name) {
    case 'undefined':
    case 'NaN':
    case 'Infinity':
      return node;
    case 'arguments':
      return cx.machine ? b.id(ARGUMENTS, node) : node;
    case 'console':
      return b.id(cx.op('console').name, node);
    case 'Object':
    case 'Reflect':
      cx.module.ir.reflective = true;
      return cx.module.builtin(node.name, node);
    default:
      return cx.module.builtin(node.name, node);
  }
}

export function lowerThis(cx: Context, node: Node): t.Expression {
  const binding = cx.analysis.references.get(node);
  if (binding) {
    const isConstructor = binding.node.type === 'ClassMethod' && binding.node.kind === 'constructor';
    const value = b.member(cx.env(binding.scope), 'this', node);
    return isConstructor ? checked(cx, value, 'this') : value;
  }
  if (cx.info.arrow || cx.info.kind === 'module') return b.undef(node);
  return cx.machine ? cx.machine.thisLocal(node) : b.self(node);
}

function lowerNewTarget(cx: Context, node: t.MetaProperty): t.Expression {
  const binding = cx.analysis.references.get(node);
  if (binding) return b.index(cx.env(binding.scope), b.str('new.target'), node);
  // An async function is never constructed.
  return cx.machine || cx.info.arrow ? b.undef(node) : node;
}

/** Each part becomes a string at its turn (ECMA-262 13.2.8.6). */
function lowerTemplate(cx: Context, node: t.TemplateLiteral): t.Expression {
  const expressions = node.expressions as t.Expression[];
  const last = expressions.findLastIndex((e) => cx.suspends(e));
  const toText = (value: t.Expression): t.Expression => ({
    ...b.copy(node, { expressions: [value] }),
    quasis: [quasi('', false), quasi('', true)],
  });
  return b.copy(node, {
    expressions: expressions.map((e, i) => {
      const lowered = lower(cx, e);
      return i < last && !(e.type === 'StringLiteral') ? hold(cx, toText(lowered)) : lowered;
    }),
  });
}

const quasi = (raw: string, tail: boolean): t.TemplateElement =>
  ({ type: 'TemplateElement', value: { raw, cooked: raw }, tail, loc: null }) as unknown as t.TemplateElement;

function lowerUnary(cx: Context, node: t.UnaryExpression): t.Expression {
  if (node.operator === 'delete') return lowerDelete(cx, node);
  const { argument } = node;
  if (node.operator === 'typeof' && isUnresolved(cx, argument)) return b.str('undefined', node);
  return b.unary(node.operator, lower(cx, node.argument), node);
}

function lowerDelete(cx: Context, node: t.UnaryExpression): t.Expression {
  const { argument } = node;
  if (argument.type === 'OptionalMemberExpression') {
    return lowerChain(cx, argument, {
      short: b.bool(true),
      member: (object, key) =>
        b.seq([touchDeleted(cx, object.again, key.again), b.unary('delete', b.index(object.again, key.again), node)]),
    });
  }
  if (argument.type !== 'MemberExpression') {
    // No reference, so nothing is deleted (ECMA-262 13.5.1.2); what became of it may be a variable, which cannot be.
    return b.seq([lower(cx, argument), b.bool(true)], node);
  }
  if (argument.object.type === 'Super') return b.unary('delete', lower(cx, argument), node);
  const [object, key] = lowerReference(cx, argument);
  return b.seq(
    [object.first, key.first, touchDeleted(cx, object.again, key.again), b.unary('delete', memberOf(object.again, key.again), node)],
    node,
  );
}

/** `o.x` for a literal key that is an identifier, else `o[k]`. */
export function memberOf(object: t.Expression, key: t.Expression, at?: Node): t.MemberExpression {
  return key.type === 'StringLiteral' && /^[A-Za-z_$][\w$]*$/.test(key.value)
    ? b.member(object, key.value, at)
    : b.index(object, key, at);
}

/** Object and key of a member expression, each named so that a barrier can mention them before the access. */
export function lowerReference(cx: Context, node: t.MemberExpression) {
  const object = node.object as t.Expression;
  if (!node.computed) {
    const key = b.str(staticKey({ key: node.property }) ?? '');
    return [named(cx, lower(cx, object), object), { first: key, again: key }] as const;
  }
  const property = node.property as t.Expression;
  const [o, k] = operands(cx, [object, property]);
  return [named(cx, o!, object), named(cx, k!, property)] as const;
}

function lowerMember(cx: Context, node: t.MemberExpression): t.Expression {
  if (node.object.type === 'Super') return readSuper(cx, node);
  if (node.property.type === 'PrivateName') return readPrivate(cx, node);
  const imported = namespaceMember(cx, node) ?? enumMember(cx, node);
  if (imported) return imported;
  const special = builtinMember(cx, node);
  if (special) return special;
  if (isPrototype(node)) return readPrototype(cx, lower(cx, node.object), node);
  if (!node.computed) return b.dot(lower(cx, node.object), node.property as t.Identifier, node);
  const [object, property] = operands(cx, [node.object, node.property as t.Expression]);
  return b.index(object!, property!, node);
}

/** `C.prototype` and `o.__proto__`, by which a program may want to change what all runs share. */
export function isPrototype({ property, computed }: { property: Node; computed: boolean }): boolean {
  const key = staticKey({ key: property, computed });
  return key === 'prototype' || key === '__proto__';
}

export function readPrototype(cx: Context, object: t.Expression, node: t.MemberExpression | t.OptionalMemberExpression): t.Expression {
  const key = staticKey({ key: node.property, computed: node.computed });
  return b.call(cx.op('prototype'), key === 'prototype' ? [object] : [object, b.str(key!)], node);
}

/** Static built-ins that are not the host's, as values. */
function builtinMember(cx: Context, node: t.MemberExpression): t.Expression | null {
  const name = builtinPath(cx, node);
  const [global, method] = name?.split('.') ?? [];
  if (name !== undefined && (STATIC_MUTATORS.get(global!)?.has(method!) || HIDING.get(global!)?.has(method!))) {
    cx.module.ir.reflective = true;
    return b.member(b.member(cx.op('reflection'), global!, node.object), method!, node);
  }
  if (name !== undefined && method === 'prototype') return b.copy(node, { object: cx.module.builtin(global!, node.object) });
  if (name === 'Date.now') return b.id(cx.op('now').name, node);
  if (name === 'Math.random') return b.id(cx.op('random').name, node);
  return null;
}

/** `arguments` is no global, though it is not declared either. */
const GLOBALS = new Set<string>(BUILTINS);

/** `Math.random` for a member of a global; undefined for anything else. */
export function builtinPath(cx: Context, node: Node): string | undefined {
  if (node.type !== 'MemberExpression' || node.object.type !== 'Identifier') return undefined;
  if (cx.analysis.references.has(node.object) || !GLOBALS.has(node.object.name)) return undefined;
  const key = staticKey({ key: node.property, computed: node.computed });
  return key === undefined ? undefined : `${node.object.name}.${key}`;
}

const isGlobalNamed = (cx: Context, node: Node, name: string): boolean =>
  node.type === 'Identifier' && node.name === name && !cx.analysis.references.has(node);

/** `util.total` of `import * as util`: the binding itself. */
export function namespaceMember(cx: Context, node: t.MemberExpression): t.Expression | null {
  if (node.computed) return null;
  const module = namespaceOf(cx, node.object);
  if (module === undefined) return null;
  const name = staticKey({ key: node.property }) ?? '';
  const found = cx.module.graph.exportOf(module, name);
  if (!found) return b.undef(node);
  const value = cx.module.readImport(found, node);
  // In an import cycle the other module may not have run.
  return cx.module.record.cyclic && found.storage === 'slot' ? checked(cx, value, name) : value;
}

/** The module whose namespace an expression is: `util`, or `hub.util` of a hub that exports it. */
function namespaceOf(cx: Context, node: Node): string | undefined {
  let target: ImportTarget | undefined;
  if (node.type === 'Identifier') {
    const binding = cx.analysis.references.get(node);
    if (binding?.storage === 'import') target = cx.module.importTarget(binding);
  } else if (node.type === 'MemberExpression' && !node.computed) {
    const module = namespaceOf(cx, node.object);
    if (module !== undefined) target = cx.module.graph.exportOf(module, staticKey({ key: node.property }) ?? '');
  }
  return target?.local === null ? target.module : undefined;
}

/** `Level.Low` in an initialiser of `Level`, which has no value yet. */
function enumMember(cx: Context, node: t.MemberExpression): t.Expression | null {
  if (!cx.enumeration || node.object.type !== 'Identifier' || node.object.name !== cx.enumeration.name) return null;
  return cx.enumeration.members.get(staticKey({ key: node.property, computed: node.computed }) ?? '') ?? null;
}

function lowerBinary(cx: Context, node: t.BinaryExpression): t.Expression {
  if (node.left.type === 'PrivateName') return testPrivate(cx, node);
  if (node.operator === 'instanceof' && isGlobalNamed(cx, node.right, 'Object')) {
    return b.binary('instanceof', lower(cx, node.left as t.Expression), cx.module.builtin('Object', node.right), node);
  }
  const [left, right] = operands(cx, [node.left as t.Expression, node.right]);
  return b.binary(node.operator, left!, right!, node);
}

function lowerLogical(cx: Context, node: t.LogicalExpression): t.Expression {
  if (!cx.suspends(node.right)) return b.logical(node.operator, lower(cx, node.left), lower(cx, node.right), node);
  // t = left; if (t) t = right
  const machine = cx.machine!;
  const result = machine.temp();
  machine.emit(b.expr(b.assign(result, lower(cx, node.left))));
  const right = machine.block();
  const end = machine.block();
  const test = node.operator === '??' ? b.binary('==', result, b.nul()) : result;
  machine.branch(test, node.operator === '||' ? end : right, node.operator === '||' ? right : end);
  machine.start(right);
  machine.emit(b.expr(b.assign(result, lower(cx, node.right))));
  machine.goto(end);
  machine.start(end);
  return result;
}

function lowerConditional(cx: Context, node: t.ConditionalExpression): t.Expression {
  if (!cx.suspends(node.consequent) && !cx.suspends(node.alternate)) {
    return b.conditional(lower(cx, node.test), lower(cx, node.consequent), lower(cx, node.alternate), node);
  }
  const machine = cx.machine!;
  const result = machine.temp();
  const then = machine.block();
  const otherwise = machine.block();
  const end = machine.block();
  machine.branch(lower(cx, node.test), then, otherwise);
  for (const [block, value] of [
    [then, node.consequent],
    [otherwise, node.alternate],
  ] as const) {
    machine.start(block);
    machine.emit(b.expr(b.assign(result, lower(cx, value))));
    machine.goto(end);
  }
  machine.start(end);
  return result;
}

function lowerSequence(cx: Context, node: t.SequenceExpression): t.Expression {
  const last = node.expressions.findLastIndex((e) => cx.suspends(e));
  const kept: t.Expression[] = [];
  node.expressions.forEach((expression, i) => {
    const isResult = i === node.expressions.length - 1;
    const lowered = isResult ? lower(cx, expression) : lowerUnused(cx, expression);
    if (!lowered) return;
    if (i < last) cx.machine!.emit(b.expr(lowered));
    else kept.push(lowered);
  });
  return b.seq(kept, node);
}
