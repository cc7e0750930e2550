/**
 * Constructs that are outside the dialect, or not in it yet.
 */
import type * as t from '@babel/types';
import type { Rules } from '../index.ts';

export const constructRules: Rules = {
  Decorator: (node: t.Decorator, v) => v.record.reporter.report('decorator', node),
  ClassAccessorProperty: (node: t.ClassAccessorProperty, v) => v.record.reporter.report('decorator', node),
  VariableDeclaration: (node: t.VariableDeclaration, v) => {
    if (node.kind === 'using' || node.kind === 'await using') v.record.reporter.report('explicit_resource', node);
  },
};
