/**
 * Builders for emitted syntax. Plain objects: Babel's own builders validate every field, which costs more than
 * all our passes together. Every builder that stands for something in the source takes the node it stands for
 * last and copies its location, so that the generator can map it.
 */
import type * as t from '@babel/types';
import type { At } from './ast.ts';

type Loc = t.Node['loc'];

const node = <N extends t.Node>(type: N['type'], fields: object, at?: At): N =>
  ({ type, ...fields, loc: (at?.loc ?? null) as Loc }) as unknown as N;

export const id = (name: string, at?: At): t.Identifier => node('Identifier', { name }, at);
export const str = (value: string, at?: At): t.StringLiteral => node('StringLiteral', { value }, at);
export const num = (value: number, at?: At): t.NumericLiteral => node('NumericLiteral', { value }, at);
export const nul = (): t.NullLiteral => node('NullLiteral', {});
export const bool = (value: boolean): t.BooleanLiteral => node('BooleanLiteral', { value });
export const undef = (at?: At): t.Identifier => id('undefined', at);
export const self = (at?: At): t.ThisExpression => node('ThisExpression', {}, at);

export const member = (object: t.Expression | t.Super, name: string, at?: At): t.MemberExpression =>
  node('MemberExpression', { object, property: id(name, at), computed: false }, at);

export const index = (object: t.Expression | t.Super, property: t.Expression, at?: At): t.MemberExpression =>
  node('MemberExpression', { object, property, computed: true }, at);

export const optionalIndex = (object: t.Expression, property: t.Expression): t.OptionalMemberExpression =>
  node('OptionalMemberExpression', { object, property, computed: true, optional: true });

export const privateMember = (object: t.Expression, name: string, at?: At): t.MemberExpression =>
  node('MemberExpression', { object, property: node('PrivateName', { id: id(name) }), computed: false }, at);

export const call = (
  callee: t.Expression | t.Super,
  args: t.CallExpression['arguments'],
  at?: At,
): t.CallExpression => node('CallExpression', { callee, arguments: args }, at);

/**
 * A callee that is no method call in the source: `$e.f(x)` would hand the Env to `f` as its `this`. V8 places such a
 * call at the parenthesis behind `(0, $e.f)`, and `f(x)` at its name: so this one ends where the name begins.
 */
export const bare = (callee: t.Expression, name: At = callee): t.Expression => {
  if (callee.type !== 'MemberExpression' && callee.type !== 'OptionalMemberExpression') return callee;
  if (callee.object.type === 'Super') return callee;
  const start = name?.loc?.start;
  return node('SequenceExpression', { expressions: [num(0), callee] }, start && ({ loc: { start, end: start } } as At));
};

export const construct = (callee: t.Expression, args: t.NewExpression['arguments'], at?: At): t.NewExpression =>
  node('NewExpression', { callee, arguments: args }, at);

export const assign = (
  left: t.LVal | t.OptionalMemberExpression,
  right: t.Expression,
  at?: At,
  operator = '=',
): t.AssignmentExpression => node('AssignmentExpression', { operator, left, right }, at);

export const binary = (
  operator: t.BinaryExpression['operator'],
  left: t.Expression,
  right: t.Expression,
  at?: At,
): t.BinaryExpression => node('BinaryExpression', { operator, left, right }, at);

export const logical = (
  operator: t.LogicalExpression['operator'],
  left: t.Expression,
  right: t.Expression,
  at?: At,
): t.LogicalExpression => node('LogicalExpression', { operator, left, right }, at);

export const unary = (operator: t.UnaryExpression['operator'], argument: t.Expression, at?: At): t.UnaryExpression =>
  node('UnaryExpression', { operator, argument, prefix: true }, at);

export const update = (operator: '++' | '--', argument: t.Expression, prefix: boolean, at?: At): t.UpdateExpression =>
  node('UpdateExpression', { operator, argument, prefix }, at);

export const conditional = (
  test: t.Expression,
  consequent: t.Expression,
  alternate: t.Expression,
  at?: At,
): t.ConditionalExpression => node('ConditionalExpression', { test, consequent, alternate }, at);

/** A sequence; flattened, and the expression itself when there is only one. */
export function seq(expressions: t.Expression[], at?: At): t.Expression {
  const flat = expressions.flatMap((e) => (e.type === 'SequenceExpression' ? e.expressions : [e]));
  return flat.length === 1 ? flat[0]! : node('SequenceExpression', { expressions: flat }, at);
}

export const array = (elements: t.ArrayExpression['elements'], at?: At): t.ArrayExpression =>
  node('ArrayExpression', { elements }, at);
export const spread = (argument: t.Expression, at?: At): t.SpreadElement => node('SpreadElement', { argument }, at);
export const rest = (argument: t.LVal, at?: At): t.RestElement => node('RestElement', { argument }, at);

export const object = (properties: t.ObjectExpression['properties'], at?: At): t.ObjectExpression =>
  node('ObjectExpression', { properties }, at);

const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;
/** A property key as short as the source would write it. */
export const key = (name: string): t.Identifier | t.StringLiteral => (IDENTIFIER.test(name) ? id(name) : str(name));

export const property = (
  name: string | t.Expression,
  value: t.Expression | t.PatternLike,
  computed = false,
  at?: At,
): t.ObjectProperty => {
  const k = typeof name === 'string' ? key(name) : name;
  const shorthand =
    !computed && k.type === 'Identifier' && value.type === 'Identifier' && value.name === k.name;
  return node('ObjectProperty', { key: k, value, computed, shorthand }, at);
};

export const arrow = (
  params: t.Identifier[] | t.ArrowFunctionExpression['params'],
  body: t.Expression | t.BlockStatement,
  at?: At,
): t.ArrowFunctionExpression =>
  node('ArrowFunctionExpression', { params, body, async: false, expression: body.type !== 'BlockStatement' }, at);

export const func = (
  name: string | null,
  params: t.FunctionExpression['params'],
  body: t.BlockStatement,
  at?: At,
): t.FunctionExpression =>
  node('FunctionExpression', { id: name === null ? null : id(name), params, body, async: false, generator: false }, at);

export const funcDeclaration = (
  name: string,
  params: t.FunctionDeclaration['params'],
  body: t.BlockStatement,
  at?: At,
): t.FunctionDeclaration =>
  node('FunctionDeclaration', { id: id(name), params, body, async: false, generator: false }, at);

export const block = (body: t.Statement[], at?: At): t.BlockStatement =>
  node('BlockStatement', { body, directives: [] }, at);
export const expr = (expression: t.Expression, at?: At): t.ExpressionStatement =>
  node('ExpressionStatement', { expression }, at ?? expression);
export const ret = (argument: t.Expression | null, at?: At): t.ReturnStatement =>
  node('ReturnStatement', { argument }, at);
export const throwing = (argument: t.Expression, at?: At): t.ThrowStatement => node('ThrowStatement', { argument }, at);
export const empty = (): t.EmptyStatement => node('EmptyStatement', {});

export const iff = (
  test: t.Expression,
  consequent: t.Statement,
  alternate: t.Statement | null = null,
  at?: At,
): t.IfStatement => node('IfStatement', { test, consequent, alternate }, at);

export const declare = (
  kind: 'let' | 'const' | 'var',
  declarations: [t.LVal | string, t.Expression | null][],
  at?: At,
): t.VariableDeclaration =>
  node(
    'VariableDeclaration',
    {
      kind,
      declarations: declarations.map(([target, init]) =>
        node('VariableDeclarator', { id: typeof target === 'string' ? id(target) : target, init }, at),
      ),
    },
    at,
  );

export const switchOn = (discriminant: t.Expression, cases: t.SwitchCase[]): t.SwitchStatement =>
  node('SwitchStatement', { discriminant, cases });
export const caseOf = (test: t.Expression | null, consequent: t.Statement[]): t.SwitchCase =>
  node('SwitchCase', { test, consequent });
export const label = (name: string, body: t.Statement): t.LabeledStatement =>
  node('LabeledStatement', { label: id(name), body });
export const breakTo = (name: string | null, at?: At): t.BreakStatement =>
  node('BreakStatement', { label: name === null ? null : id(name) }, at);
export const continueTo = (name: string | null, at?: At): t.ContinueStatement =>
  node('ContinueStatement', { label: name === null ? null : id(name) }, at);
export const forever = (body: t.Statement): t.ForStatement =>
  node('ForStatement', { init: null, test: null, update: null, body });
export const tryCatch = (body: t.BlockStatement, param: string, handler: t.Statement[]): t.TryStatement =>
  node('TryStatement', {
    block: body,
    handler: node('CatchClause', { param: id(param), body: block(handler) }),
    finalizer: null,
  });

/** A copy of a node with some fields replaced. Everything an emitted tree takes from the source goes through here. */
export const copy = <N extends t.Node>(source: N, fields: Partial<N>): N => ({ ...source, ...fields });
