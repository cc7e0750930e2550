/**
 * Suspension: `await` where nothing can suspend.
 */
import type * as t from '@babel/types';
import { isFunctionNode, type FunctionNode, type Node } from '../../ast.ts';
import type { Rules } from '../index.ts';

/** The function whose code this is; arrow functions count. */
function functionAround(path: readonly Node[]): FunctionNode | null {
  for (const node of [...path].reverse()) if (isFunctionNode(node)) return node;
  return null;
}

export const asyncRules: Rules = {
  AwaitExpression: (node: t.AwaitExpression, v) => {
    if (!functionAround(v.path)) v.record.reporter.report('top_level_await', node);
  },
  ForOfStatement: (node: t.ForOfStatement, v) => {
    if (node.await && !functionAround(v.path)) v.record.reporter.report('top_level_await', node);
  },
};
