/**
 * Suspension: generators, `await` where nothing can suspend, `arguments` and `super()` where they would have
 * to be stored.
 */
import type * as t from '@babel/types';
import { isFunctionNode, type FunctionNode, type Node } from '../../ast.ts';
import type { Rules, Validation } from '../index.ts';

const generator = (node: t.Node & { generator?: boolean }, v: Validation): void => {
  if (node.generator) v.record.reporter.report('generator_function', node);
};

/** The function whose code this is; arrow functions count. */
function functionAround(path: readonly Node[]): FunctionNode | null {
  for (const node of [...path].reverse()) if (isFunctionNode(node)) return node;
  return null;
}

/** The function whose `arguments` and `super` are meant: the nearest that is no arrow function. */
function ownFunction(path: readonly Node[]): { node: FunctionNode | null; throughArrow: boolean } {
  let throughArrow = false;
  for (const node of [...path].reverse()) {
    if (node.type === 'ArrowFunctionExpression') throughArrow = true;
    else if (isFunctionNode(node)) return { node, throughArrow };
  }
  return { node: null, throughArrow };
}

export const asyncRules: Rules = {
  FunctionDeclaration: generator,
  FunctionExpression: generator,
  ObjectMethod: generator,
  ClassMethod: generator,
  ClassPrivateMethod: generator,
  AwaitExpression: (node: t.AwaitExpression, v) => {
    if (!functionAround(v.path)) v.record.reporter.report('top_level_await', node);
  },
  ForOfStatement: (node: t.ForOfStatement, v) => {
    if (node.await && !functionAround(v.path)) v.record.reporter.report('top_level_await', node);
  },
  Identifier: (node: t.Identifier, v) => {
    if (node.name !== 'arguments') return;
    const parent = v.path.at(-1);
    if (parent?.type === 'MemberExpression' && parent.property === node && !parent.computed) return;
    if (parent && 'key' in parent && parent.key === node && !('computed' in parent && parent.computed)) return;
    const { node: fn, throughArrow } = ownFunction(v.path);
    if (fn && (fn.async || throughArrow)) v.record.reporter.report('arguments_in_async', node);
  },
  CallExpression: (node: t.CallExpression, v) => {
    if (node.callee.type === 'Super' && ownFunction(v.path).throughArrow) {
      v.record.reporter.report('super_call_in_arrow', node);
    }
  },
};
