/**
 * Assignments and updates: the target is evaluated first, then the value, then the barrier, then the write.
 *
 *     o[k()] += v()   →   ($1 = k(), $2 = o[$1] + v(), ($3 = o[$meta]) … && $touch($3, o, $1), o[$1] = $2)
 */
import type * as t from '@babel/types';
import type { Node } from '../ast.ts';
import * as b from '../build.ts';
import { touchPresent } from './barriers.ts';
import { read, write } from './bindings.ts';
import type { Context } from './context.ts';
import { lower, lowerReference, lowerThis, memberOf } from './expressions.ts';
import { readPrivateOf, readSuper, writePrivate, writeSuper } from './members.ts';
import { hold, isStable, named, type Named } from './operands.ts';
import { assignPattern } from './patterns.ts';
import { throwUnresolved } from './unresolved.ts';
import { isYoung } from './young.ts';

const LOGICAL: Record<string, t.LogicalExpression['operator']> = { '||=': '||', '&&=': '&&', '??=': '??' };

/** A place that can be read and written, its operands evaluated. */
interface Target {
  /** Evaluates the operands; empty when they are evaluated already. */
  setup: t.Expression[];
  read: () => t.Expression;
  write: (value: t.Expression) => t.Expression;
}

export function lowerAssignment(cx: Context, node: t.AssignmentExpression): t.Expression {
  const { left, operator } = node;
  if (left.type === 'ObjectPattern' || left.type === 'ArrayPattern') return assignPattern(cx, left, node.right);
  // `(f) = () => {}` names nothing (13.15.2 asks IsIdentifierRef of the target as it is written).
  const name = left.type === 'Identifier' && !left.extra?.parenthesized ? left.name : undefined;
  const target = lowerTarget(cx, left, node, cx.suspends(node.right));
  const logical = LOGICAL[operator];
  if (logical) return assignLogical(cx, node, target, logical, name);
  if (operator === '=') {
    const value = lower(cx, node.right, name);
    return b.seq([...target.setup, target.write(value)], node);
  }
  const binaryOperator = operator.slice(0, -1) as t.BinaryExpression['operator'];
  if (!cx.suspends(node.right)) {
    const value = b.binary(binaryOperator, target.read(), lower(cx, node.right), node);
    return b.seq([...target.setup, target.write(value)], node);
  }
  // `s += await f()` reads s before it waits (ECMA-262 13.15.2).
  const before = hold(cx, target.read());
  const value = b.binary(binaryOperator, before, lower(cx, node.right), node);
  return target.write(value);
}

function assignLogical(
  cx: Context,
  node: t.AssignmentExpression,
  target: Target,
  operator: t.LogicalExpression['operator'],
  name: string | undefined,
): t.Expression {
  if (!cx.suspends(node.right)) {
    const value = target.write(lower(cx, node.right, name));
    return b.seq([...target.setup, b.logical(operator, target.read(), value, node)], node);
  }
  const machine = cx.machine!;
  const result = machine.temp();
  machine.emit(b.expr(b.assign(result, target.read())));
  const assign = machine.block();
  const end = machine.block();
  const test = operator === '??' ? b.binary('==', result, b.nul()) : result;
  machine.branch(test, operator === '||' ? end : assign, operator === '||' ? assign : end);
  machine.start(assign);
  machine.emit(b.expr(b.assign(result, target.write(lower(cx, node.right, name)))));
  machine.goto(end);
  machine.start(end);
  return result;
}

/** Evaluates the operands of a target. Before an `await` they are held in the machine. */
export function lowerTarget(cx: Context, left: Node, at: Node, suspends: boolean): Target {
  if (left.type === 'Identifier') {
    const binding = cx.analysis.references.get(left);
    // Strict code makes no globals: the value is evaluated, and then it is an error (6.2.5.6).
    if (!binding) return { setup: [], read: () => throwUnresolved(cx, left), write: (value) => b.seq([value, throwUnresolved(cx, left)]) };
    return {
      setup: [],
      read: () => read(cx, binding, left),
      write: (value) => write(cx, binding, value, left),
    };
  }
  if (left.type !== 'MemberExpression') throw new Error(`perdure: internal: assignment to ${left.type}`);
  const member = left;
  if (member.object.type === 'Super') {
    if (!member.computed) return { setup: [], read: () => readSuper(cx, member), write: (value) => writeSuper(cx, member, value) };
    const { property } = member;
    const key = evaluate(cx, named(cx, lower(cx, property as t.Expression), property), property, suspends);
    // GetThisBinding comes before the key (13.3.7.1): in `super[super()]++` there is no `this` yet.
    const self = cx.derivedConstructor && !suspends ? [lowerThis(cx, member.object)] : [];
    return {
      setup: [...self, ...key.setup],
      read: () => readSuper(cx, member, key.again),
      write: (value) => writeSuper(cx, member, value, key.again),
    };
  }
  if (member.property.type === 'PrivateName') {
    const privateName = member.property;
    const object = evaluate(cx, named(cx, lower(cx, member.object as t.Expression), member.object), member.object, suspends);
    return {
      setup: object.setup,
      read: () => readPrivateOf(cx, object.again, privateName, member),
      write: (value) => writePrivate(cx, object.again, privateName, value, at),
    };
  }
  const young = isYoung(cx, member.object);
  const [o, k] = lowerReference(cx, member);
  const object = evaluate(cx, o, member.object, suspends);
  const key = evaluate(cx, k, member.property, suspends);
  let wasRead = false;
  return {
    setup: [...object.setup, ...key.setup],
    read: () => {
      wasRead = true;
      return memberOf(object.again, key.again, member);
    },
    write: (value) => {
      const target = memberOf(object.again, key.again, member);
      if (young) return b.assign(target, value, at);
      const held = simpleValue(value) ? null : cx.temp();
      // Written to null, the assignment throws, and says what it is about.
      const absent = b.logical('??', object.again, b.assign(memberOf(object.again, key.again, member), held ?? value, at));
      return b.seq([
        ...(held ? [b.assign(held, value)] : []),
        ...(wasRead ? [] : [absent]),
        touchPresent(cx, object.again, key.again),
        b.assign(target, held ?? value, at),
      ]);
    },
  };
}

/** A value that may be evaluated after the barrier as well as before: the barrier runs no user code. */
const simpleValue = (value: t.Expression): boolean =>
  value.type === 'Identifier' ||
  (value.type.endsWith('Literal') && value.type !== 'TemplateLiteral' && value.type !== 'RegExpLiteral');

function evaluate(cx: Context, name: Named, node: Node, suspends: boolean): { setup: t.Expression[]; again: t.Expression } {
  if (suspends) return { setup: [], again: isStable(cx, node) ? name.again : hold(cx, name.first) };
  return { setup: name.first === name.again ? [] : [name.first], again: name.again };
}

/** `x++`, `--o.x`: the old value becomes a number first, as ECMA-262 13.4 has it. */
export function lowerUpdate(cx: Context, node: t.UpdateExpression, used: boolean): t.Expression {
  const target = lowerTarget(cx, node.argument, node, false);
  const argument = node.argument;
  if (argument.type === 'Identifier') {
    const binding = cx.analysis.references.get(argument);
    const plain = binding?.storage === 'native' && binding.kind !== 'const' && !cx.analysis.checked.has(argument);
    if (plain) return b.update(node.operator, target.read() as t.Identifier, node.prefix, node);
  }
  const value = cx.temp();
  if (!used || node.prefix) {
    return b.seq(
      [...target.setup, b.assign(value, target.read()), target.write(b.update(node.operator, value, true, node))],
      node,
    );
  }
  const old = cx.temp();
  return b.seq(
    [
      ...target.setup,
      b.assign(value, target.read()),
      b.assign(old, b.update(node.operator, value, false, node)),
      target.write(value),
      old,
    ],
    node,
  );
}
