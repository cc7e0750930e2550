/**
 * Parameter properties, as TypeScript emits them for classes with native fields: the fields are declared before all
 * others, the assignments follow `super()`, or come first where there is none.
 *
 *     class Cart extends Base { constructor(readonly owner: string) { super(); this.check(); } }
 *   → class Cart extends Base { owner; constructor(owner) { super(); this.owner = owner; this.check(); } }
 */
import type * as t from '@babel/types';
import type { ClassNode } from '../ast.ts';
import type { Reporter } from '../report.ts';

export function expandParameterProperties(node: ClassNode, reporter: Reporter): void {
  for (const member of node.body.body) {
    if (member.type !== 'ClassMethod' || member.kind !== 'constructor') continue;
    const properties = member.params.filter((p) => p.type === 'TSParameterProperty');
    if (properties.length === 0) continue;
    const names = properties.map(({ parameter }) => (parameter.type === 'Identifier' ? parameter : (parameter.left as t.Identifier)));
    member.params = member.params.map((p) => (p.type === 'TSParameterProperty' ? p.parameter : p));
    const { body } = member.body;
    const superCall = body.findIndex(isSuperCall);
    if (node.superClass && superCall === -1) {
      reporter.report('syntax_error', properties[0]!, 'A constructor with parameter properties must call `super()` as a statement of its own');
    }
    const at = body[superCall] ?? member.body;
    body.splice(superCall + 1, 0, ...names.map((name) => assignment(name, at)));
    node.body.body.unshift(...names.map(field));
    return;
  }
}

const isSuperCall = (statement: t.Statement): boolean =>
  statement.type === 'ExpressionStatement' &&
  statement.expression.type === 'CallExpression' &&
  statement.expression.callee.type === 'Super';

/** A node that is shown at the parameter, and evaluated where the statement `at` is. */
const synthesised = <N extends t.Node>(type: N['type'], name: t.Identifier, at: t.Node, fields: object): N =>
  ({ type, loc: name.loc, start: at.start, end: at.end, ...fields }) as unknown as N;

/** `this.owner = owner;` */
function assignment(name: t.Identifier, at: t.Node): t.ExpressionStatement {
  const named = (): t.Identifier => synthesised('Identifier', name, at, { name: name.name });
  const object = synthesised<t.ThisExpression>('ThisExpression', name, at, {});
  const left = synthesised<t.MemberExpression>('MemberExpression', name, at, { object, property: named(), computed: false });
  const expression = synthesised<t.AssignmentExpression>('AssignmentExpression', name, at, { operator: '=', left, right: named() });
  return synthesised('ExpressionStatement', name, at, { expression });
}

/** `owner;` */
const field = (name: t.Identifier): t.ClassProperty =>
  synthesised('ClassProperty', name, name, {
    key: synthesised('Identifier', name, name, { name: name.name }),
    value: null,
    computed: false,
    static: false,
  });
