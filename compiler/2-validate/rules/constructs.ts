/**
 * Constructs that are outside the dialect, or not in it yet.
 */
import type * as t from '@babel/types';
import { isClassNode, isFunctionNode, type Node } from '../../ast.ts';
import type { Rules, Validation } from '../index.ts';

/** ECMA-262 13.2.7.1: the parser leaves the pattern to the engine, which says what is wrong with it. */
function checkPattern(node: t.RegExpLiteral, v: Validation): void {
  try {
    new RegExp(node.pattern, node.flags);
  } catch (error) {
    v.record.reporter.report('syntax_error', node, (error as Error).message);
  }
}

const ESCAPED = 'Keyword must not contain escaped characters';

/** `st\\u0061tic m() {}`: between the beginning of a static member and its key the word is written as it is. */
function checkStatic(node: t.ClassMethod | t.ClassPrivateMethod | t.ClassProperty | t.ClassPrivateProperty, v: Validation): void {
  const from = node.start ?? 0;
  const before = v.record.source.slice(from, Math.max(from, node.key.start ?? 0));
  if (node.static && before.includes('\\') && !/\bstatic\b/.test(before)) v.record.reporter.report('syntax_error', node, ESCAPED);
}

/** `{ [() => {}]: 1 }`: the key would be the text of the function, which compiling changes. */
function refuseFunctionKey(node: { key: Node; computed?: boolean }, v: Validation): void {
  if (node.computed && (isFunctionNode(node.key) || isClassNode(node.key))) v.record.reporter.report('function_as_key', node.key);
}

function checkMember(node: t.ClassMethod | t.ClassProperty, v: Validation): void {
  checkStatic(node, v);
  refuseFunctionKey(node, v);
}

export const constructRules: Rules = {
  RegExpLiteral: checkPattern,
  ClassMethod: checkMember,
  ClassPrivateMethod: checkStatic,
  ClassProperty: checkMember,
  ClassPrivateProperty: checkStatic,
  // ECMA-262 13.5.1.1, also where only types stood between: `delete (x as any)`.
  UnaryExpression: (node: t.UnaryExpression, v) => {
    if (node.operator === 'delete' && node.argument.type === 'Identifier') {
      v.record.reporter.report('syntax_error', node, 'Delete of an unqualified identifier in strict mode');
    }
  },
  // A name `this` is an escaped keyword: the parser makes `ThisExpression` of all others.
  Identifier: (node: t.Identifier, v) => {
    const { references, globals } = v.record.analysis;
    if (node.name === 'this' && (references.has(node) || globals.get('this')?.includes(node))) v.record.reporter.report('syntax_error', node, ESCAPED);
  },
  Decorator: (node: t.Decorator, v) => v.record.reporter.report('decorator', node),
  ClassAccessorProperty: (node: t.ClassAccessorProperty, v) => v.record.reporter.report('auto_accessor', node.key),
  ObjectProperty: refuseFunctionKey,
  ObjectMethod: refuseFunctionKey,
  VariableDeclaration: (node: t.VariableDeclaration, v) => {
    if (node.kind === 'using' || node.kind === 'await using') v.record.reporter.report('explicit_resource', node);
  },
};
