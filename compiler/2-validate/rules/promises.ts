/**
 * Promises that are not awaited where they must be: warnings, for what runs and misleads.
 */
import type * as t from '@babel/types';
import { isFunctionNode, staticKey, type Node } from '../../ast.ts';
import type { Rules, Validation } from '../index.ts';
import { isAsyncFunction, promiseCall } from '../promise-calls.ts';

/** The calls whose value a statement drops: `a(), b();`, `ready && a();`. */
function dropped(node: Node): Node[] {
  switch (node.type) {
    case 'SequenceExpression':
      return node.expressions.flatMap(dropped);
    case 'LogicalExpression':
      return dropped(node.right);
    case 'ConditionalExpression':
      return [...dropped(node.consequent), ...dropped(node.alternate)];
    default:
      return [node];
  }
}

const asValue = (node: Node | null | undefined, v: Validation, how: string): void => {
  const name = promiseCall(node, v);
  if (name) v.record.reporter.report('promise_as_value', node, name, how);
};

const CONDITION = 'a promise is always true';
const NOT_ITERABLE = 'a promise cannot be iterated';

const test = (node: t.IfStatement | t.WhileStatement | t.DoWhileStatement | t.ForStatement | t.ConditionalExpression, v: Validation): void =>
  asValue(node.test, v, CONDITION);

const OF_PROMISES = new Set(['then', 'catch', 'finally', 'constructor']);

function member(node: t.MemberExpression | t.OptionalMemberExpression, v: Validation): void {
  const key = node.computed ? undefined : staticKey({ key: node.property });
  if (key !== undefined && !OF_PROMISES.has(key)) asValue(node.object, v, `a promise has no \`${key}\``);
}

/** What stands around a `return` in its own async function and runs when the value is settled late. */
function tryAround(node: Node, path: readonly Node[]): t.TryStatement | null {
  let inside = node;
  for (let i = path.length - 1; i >= 0; i--) {
    const around = path[i]!;
    if (isFunctionNode(around)) return null;
    if (around.type === 'TryStatement') {
      if (inside === around.block) return around;
      if (inside === around.handler && around.finalizer) return around;
    }
    inside = around;
  }
  return null;
}

const isInAsyncFunction = (path: readonly Node[]): boolean => isAsyncFunction(path.findLast((node) => isFunctionNode(node)));

export const promiseRules: Rules = {
  ExpressionStatement: (node: t.ExpressionStatement, v) => {
    for (const call of dropped(node.expression)) {
      const name = promiseCall(call, v);
      if (name) v.record.reporter.report('floating_promise', call, name);
    }
  },
  ReturnStatement: (node: t.ReturnStatement, v) => {
    const name = promiseCall(node.argument, v);
    if (!name || !isInAsyncFunction(v.path)) return;
    const around = tryAround(node, v.path);
    if (around) v.record.reporter.report('return_in_try', node, name, around.handler ? 'catch' : 'finally');
  },
  IfStatement: test,
  WhileStatement: test,
  DoWhileStatement: test,
  ForStatement: test,
  ConditionalExpression: test,
  SwitchStatement: (node: t.SwitchStatement, v) => asValue(node.discriminant, v, 'a promise equals nothing else'),
  LogicalExpression: (node: t.LogicalExpression, v) => asValue(node.left, v, CONDITION),
  UnaryExpression: (node: t.UnaryExpression, v) => {
    if (node.operator !== 'void') asValue(node.argument, v, node.operator === '!' ? CONDITION : 'a promise is no such value');
  },
  BinaryExpression: (node: t.BinaryExpression, v) => {
    if (node.operator === 'instanceof') return;
    for (const side of [node.left, node.right]) asValue(side, v, 'the promise itself is calculated with');
  },
  TemplateLiteral: (node: t.TemplateLiteral, v) => {
    if (v.path.at(-1)?.type === 'TaggedTemplateExpression') return;
    for (const part of node.expressions) asValue(part, v, 'it is printed as `[object Promise]`');
  },
  SpreadElement: (node: t.SpreadElement, v) =>
    asValue(node.argument, v, v.path.at(-1)?.type === 'ObjectExpression' ? 'a promise has no properties to copy' : NOT_ITERABLE),
  ForOfStatement: (node: t.ForOfStatement, v) => asValue(node.right, v, NOT_ITERABLE),
  ForInStatement: (node: t.ForInStatement, v) => asValue(node.right, v, 'a promise has no properties'),
  MemberExpression: member,
  OptionalMemberExpression: member,
};
