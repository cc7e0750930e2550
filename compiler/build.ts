/**
 * Builders for emitted syntax. Plain objects: Babel's own builders validate every field, which costs more than
 * all our passes together. Every builder that stands for something in the source takes the node it stands for
 * last and copies its location, so that the generator can map it.
 */
import type * as t from '@babel/types';
import type { At } from './ast.ts';

// A literal for each: fields spread into a common one make objects with shapes that V8 does not share (measured: a third
// of what emission takes).
const loc = (at: At): t.Node['loc'] => at?.loc ?? null;

/** For what stands for nothing in the source, among what does: no frame of a stack shows it. */
export const nowhere: At = { loc: { start: { line: 0, column: 0 }, end: { line: 0, column: 0 } } as t.Node['loc'] };

export const id = (name: string, at?: At): t.Identifier => ({ type: 'Identifier', name, loc: loc(at) });
export const str = (value: string, at?: At): t.StringLiteral => ({ type: 'StringLiteral', value, loc: loc(at) });
export const num = (value: number, at?: At): t.NumericLiteral => ({ type: 'NumericLiteral', value, loc: loc(at) });
export const nul = (): t.NullLiteral => ({ type: 'NullLiteral', loc: null });
export const bool = (value: boolean): t.BooleanLiteral => ({ type: 'BooleanLiteral', value, loc: null });
export const undef = (at?: At): t.Identifier => id('undefined', at);
export const self = (at?: At): t.ThisExpression => ({ type: 'ThisExpression', loc: loc(at) });

export const member = (object: t.Expression | t.Super, name: string, at?: At): t.MemberExpression => dot(object, id(name, at), at);

export const dot = (object: t.Expression | t.Super, property: t.Identifier, at?: At): t.MemberExpression => ({
  type: 'MemberExpression',
  object,
  property,
  computed: false,
  loc: loc(at),
});

export const index = (object: t.Expression | t.Super, property: t.Expression, at?: At): t.MemberExpression => ({
  type: 'MemberExpression',
  object,
  property,
  computed: true,
  loc: loc(at),
});

export const optionalIndex = (object: t.Expression, property: t.Expression): t.OptionalMemberExpression => ({
  type: 'OptionalMemberExpression',
  object,
  property,
  computed: true,
  optional: true,
  loc: null,
});

export const privateMember = (object: t.Expression, name: string, at?: At): t.MemberExpression => ({
  type: 'MemberExpression',
  object,
  property: { type: 'PrivateName', id: id(name), loc: null },
  computed: false,
  loc: loc(at),
});

export const call = (callee: t.Expression | t.Super, args: t.CallExpression['arguments'], at?: At): t.CallExpression => ({
  type: 'CallExpression',
  callee,
  arguments: args,
  loc: loc(at),
});

/**
 * A callee that is no method call in the source: `$e.f(x)` would hand the Env to `f` as its `this`. V8 places such a
 * call at the parenthesis behind `(0, $e.f)`, and `f(x)` at its name: so this one ends where the name begins.
 */
export const bare = (callee: t.Expression, name: At = callee): t.Expression => {
  if (callee.type !== 'MemberExpression' && callee.type !== 'OptionalMemberExpression') return callee;
  if (callee.object.type === 'Super') return callee;
  const start = name?.loc?.start;
  return { type: 'SequenceExpression', expressions: [num(0), callee], loc: start ? ({ start, end: start } as t.Node['loc']) : null };
};

export const construct = (callee: t.Expression, args: t.NewExpression['arguments'], at?: At): t.NewExpression => ({
  type: 'NewExpression',
  callee,
  arguments: args,
  typeParameters: null,
  loc: loc(at),
});

export const assign = (
  left: t.LVal | t.OptionalMemberExpression,
  right: t.Expression,
  at?: At,
  operator = '=',
): t.AssignmentExpression => ({ type: 'AssignmentExpression', operator, left, right, loc: loc(at) });

export const binary = (operator: t.BinaryExpression['operator'], left: t.Expression, right: t.Expression, at?: At): t.BinaryExpression => ({
  type: 'BinaryExpression',
  operator,
  left,
  right,
  loc: loc(at),
});

export const logical = (
  operator: t.LogicalExpression['operator'],
  left: t.Expression,
  right: t.Expression,
  at?: At,
): t.LogicalExpression => ({ type: 'LogicalExpression', operator, left, right, loc: loc(at) });

export const unary = (operator: t.UnaryExpression['operator'], argument: t.Expression, at?: At): t.UnaryExpression => ({
  type: 'UnaryExpression',
  operator,
  argument,
  prefix: true,
  loc: loc(at),
});

export const update = (operator: '++' | '--', argument: t.Expression, prefix: boolean, at?: At): t.UpdateExpression => ({
  type: 'UpdateExpression',
  operator,
  argument,
  prefix,
  loc: loc(at),
});

export const conditional = (test: t.Expression, consequent: t.Expression, alternate: t.Expression, at?: At): t.ConditionalExpression => ({
  type: 'ConditionalExpression',
  test,
  consequent,
  alternate,
  loc: loc(at),
});

/** A sequence; flattened, and the expression itself when there is only one. */
export function seq(expressions: t.Expression[], at?: At): t.Expression {
  const isFlat = expressions.every(({ type }) => type !== 'SequenceExpression');
  if (isFlat && expressions.length === 1) return expressions[0]!;
  const flat = isFlat ? expressions : expressions.flatMap((e) => (e.type === 'SequenceExpression' ? e.expressions : [e]));
  return { type: 'SequenceExpression', expressions: flat, loc: loc(at) };
}

export const array = (elements: t.ArrayExpression['elements'], at?: At): t.ArrayExpression => ({
  type: 'ArrayExpression',
  elements,
  loc: loc(at),
});
export const spread = (argument: t.Expression, at?: At): t.SpreadElement => ({ type: 'SpreadElement', argument, loc: loc(at) });
export const rest = (argument: t.RestElement['argument'], at?: At): t.RestElement => ({ type: 'RestElement', argument, loc: loc(at) });

export const object = (properties: t.ObjectExpression['properties'], at?: At): t.ObjectExpression => ({
  type: 'ObjectExpression',
  properties,
  loc: loc(at),
});

const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;
/** A property key as short as the source would write it. */
export const key = (name: string): t.Identifier | t.StringLiteral => (IDENTIFIER.test(name) ? id(name) : str(name));

export const property = (name: string | t.Expression, value: t.Expression | t.PatternLike, computed = false, at?: At): t.ObjectProperty => {
  const k = typeof name === 'string' ? key(name) : name;
  const shorthand = !computed && k.type === 'Identifier' && value.type === 'Identifier' && value.name === k.name;
  return { type: 'ObjectProperty', key: k, value, computed, shorthand, loc: loc(at) };
};

export const arrow = (
  params: t.Identifier[] | t.ArrowFunctionExpression['params'],
  body: t.Expression | t.BlockStatement,
  at?: At,
): t.ArrowFunctionExpression => ({
  type: 'ArrowFunctionExpression',
  params,
  body,
  async: false,
  expression: body.type !== 'BlockStatement',
  loc: loc(at),
});

export const func = (
  name: string | null,
  params: t.FunctionExpression['params'],
  body: t.BlockStatement,
  at?: At,
): t.FunctionExpression => ({
  type: 'FunctionExpression',
  id: name === null ? null : id(name),
  params,
  body,
  async: false,
  generator: false,
  loc: loc(at),
});

export const funcDeclaration = (
  name: string,
  params: t.FunctionDeclaration['params'],
  body: t.BlockStatement,
  at?: At,
): t.FunctionDeclaration => ({ type: 'FunctionDeclaration', id: id(name), params, body, async: false, generator: false, loc: loc(at) });

export const block = (body: t.Statement[], at?: At): t.BlockStatement => ({ type: 'BlockStatement', body, directives: [], loc: loc(at) });
export const expr = (expression: t.Expression, at?: At): t.ExpressionStatement => ({
  type: 'ExpressionStatement',
  expression,
  loc: loc(at ?? expression),
});
export const ret = (argument: t.Expression | null, at?: At): t.ReturnStatement => ({ type: 'ReturnStatement', argument, loc: loc(at) });
export const throwing = (argument: t.Expression, at?: At): t.ThrowStatement => ({ type: 'ThrowStatement', argument, loc: loc(at) });
export const empty = (): t.EmptyStatement => ({ type: 'EmptyStatement', loc: null });

export const iff = (test: t.Expression, consequent: t.Statement, alternate: t.Statement | null = null, at?: At): t.IfStatement => ({
  type: 'IfStatement',
  test,
  consequent,
  alternate,
  loc: loc(at),
});

export const declare = (
  kind: 'let' | 'const' | 'var',
  declarations: [t.LVal | string, t.Expression | null][],
  at?: At,
): t.VariableDeclaration => ({
  type: 'VariableDeclaration',
  kind,
  declarations: declarations.map(([target, init]) => ({
    type: 'VariableDeclarator',
    id: typeof target === 'string' ? id(target) : target,
    init,
    loc: loc(at),
  })),
  loc: loc(at),
});

export const switchOn = (discriminant: t.Expression, cases: t.SwitchCase[]): t.SwitchStatement => ({
  type: 'SwitchStatement',
  discriminant,
  cases,
  loc: null,
});
export const caseOf = (test: t.Expression | null, consequent: t.Statement[]): t.SwitchCase => ({
  type: 'SwitchCase',
  test,
  consequent,
  loc: null,
});
export const label = (name: string, body: t.Statement): t.LabeledStatement => ({
  type: 'LabeledStatement',
  label: id(name),
  body,
  loc: null,
});
export const breakTo = (name: string | null, at?: At): t.BreakStatement => ({
  type: 'BreakStatement',
  label: name === null ? null : id(name),
  loc: loc(at),
});
export const continueTo = (name: string | null, at?: At): t.ContinueStatement => ({
  type: 'ContinueStatement',
  label: name === null ? null : id(name),
  loc: loc(at),
});
export const forever = (body: t.Statement): t.ForStatement => ({
  type: 'ForStatement',
  init: null,
  test: null,
  update: null,
  body,
  loc: null,
});
export const tryCatch = (body: t.BlockStatement, param: string, handler: t.Statement[]): t.TryStatement => ({
  type: 'TryStatement',
  block: body,
  handler: { type: 'CatchClause', param: id(param), body: block(handler), loc: null },
  finalizer: null,
  loc: null,
});

/** A copy of a node with some fields replaced. Everything an emitted tree takes from the source goes through here. */
export const copy = <N extends t.Node>(source: N, fields: Partial<N>): N => ({ ...source, ...fields });
