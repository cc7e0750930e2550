/**
 * The syntax tree, as Babel's parser gives it, and the one way we walk it.
 *
 * We do not use @babel/traverse: its scopes merge parameter and body environments, and crawling them costs
 * twice the parse. A walk here is a plain recursion over `eachChild`.
 */
import type * as t from '@babel/types';

export type Node = t.Node;

/** What every synthesised node is made of: the fields that matter, and the place it stands for. */
export type At = { loc?: t.Node['loc'] } | null | undefined;

/**
 * Calls `visit` for the children of a node in source order, types left out: no pass but the eraser meets any. The fields
 * are written out, for V8 reads a field that it knows by name at once, and one whose name is a variable after a search
 * (measured: a walk of the whole tree takes two thirds of the time).
 */
export function eachChild(node: Node, visit: (child: Node) => void): void {
  switch (node.type) {
    case 'Identifier':
    case 'ThisExpression':
    case 'Super':
    case 'Import':
    case 'StringLiteral':
    case 'NumericLiteral':
    case 'BooleanLiteral':
    case 'NullLiteral':
    case 'BigIntLiteral':
    case 'RegExpLiteral':
    case 'TemplateElement':
    case 'DirectiveLiteral':
    case 'EmptyStatement':
    case 'DebuggerStatement':
      return;
    case 'MemberExpression':
    case 'OptionalMemberExpression':
      visit(node.object);
      visit(node.property);
      return;
    case 'CallExpression':
    case 'OptionalCallExpression':
    case 'NewExpression':
      visit(node.callee);
      each(node.arguments, visit);
      return;
    case 'BinaryExpression':
    case 'LogicalExpression':
    case 'AssignmentExpression':
    case 'AssignmentPattern':
      visit(node.left);
      visit(node.right);
      return;
    case 'VariableDeclaration':
      each(node.declarations, visit);
      return;
    case 'VariableDeclarator':
      visit(node.id);
      if (node.init) visit(node.init);
      return;
    case 'ExpressionStatement':
    case 'ParenthesizedExpression':
    case 'Decorator':
      visit(node.expression);
      return;
    case 'UnaryExpression':
    case 'UpdateExpression':
    case 'AwaitExpression':
    case 'YieldExpression':
    case 'SpreadElement':
    case 'RestElement':
    case 'ReturnStatement':
    case 'ThrowStatement':
      if (node.argument) visit(node.argument);
      return;
    case 'ConditionalExpression':
    case 'IfStatement':
      visit(node.test);
      visit(node.consequent);
      if (node.alternate) visit(node.alternate);
      return;
    case 'SequenceExpression':
      each(node.expressions, visit);
      return;
    case 'ArrayExpression':
    case 'ArrayPattern':
      each(node.elements, visit);
      return;
    case 'ObjectExpression':
    case 'ObjectPattern':
      each(node.properties, visit);
      return;
    case 'ObjectProperty':
      visit(node.key);
      visit(node.value);
      return;
    case 'TemplateLiteral':
      each(node.quasis, visit);
      each(node.expressions, visit);
      return;
    case 'TaggedTemplateExpression':
      visit(node.tag);
      visit(node.quasi);
      return;
    case 'PrivateName':
      visit(node.id);
      return;
    case 'MetaProperty':
      visit(node.meta);
      visit(node.property);
      return;
    case 'ImportExpression':
      visit(node.source);
      if (node.options) visit(node.options);
      return;
    case 'FunctionDeclaration':
    case 'FunctionExpression':
      if (node.id) visit(node.id);
      each(node.params, visit);
      visit(node.body);
      return;
    case 'ArrowFunctionExpression':
      each(node.params, visit);
      visit(node.body);
      return;
    case 'ObjectMethod':
    case 'ClassMethod':
    case 'ClassPrivateMethod':
      each(node.decorators, visit);
      visit(node.key);
      each(node.params, visit);
      visit(node.body);
      return;
    case 'ClassDeclaration':
    case 'ClassExpression':
      each(node.decorators, visit);
      if (node.id) visit(node.id);
      if (node.superClass) visit(node.superClass);
      visit(node.body);
      return;
    case 'ClassProperty':
    case 'ClassPrivateProperty':
    case 'ClassAccessorProperty':
      each(node.decorators, visit);
      visit(node.key);
      if (node.value) visit(node.value);
      return;
    case 'Program':
    case 'BlockStatement':
      each(node.directives, visit);
      each(node.body, visit);
      return;
    case 'ClassBody':
    case 'StaticBlock':
      each(node.body, visit);
      return;
    case 'Directive':
      visit(node.value);
      return;
    case 'ForStatement':
      if (node.init) visit(node.init);
      if (node.test) visit(node.test);
      if (node.update) visit(node.update);
      visit(node.body);
      return;
    case 'ForInStatement':
    case 'ForOfStatement':
      visit(node.left);
      visit(node.right);
      visit(node.body);
      return;
    case 'WhileStatement':
      visit(node.test);
      visit(node.body);
      return;
    case 'DoWhileStatement':
      visit(node.body);
      visit(node.test);
      return;
    case 'SwitchStatement':
      visit(node.discriminant);
      each(node.cases, visit);
      return;
    case 'SwitchCase':
      if (node.test) visit(node.test);
      each(node.consequent, visit);
      return;
    case 'TryStatement':
      visit(node.block);
      if (node.handler) visit(node.handler);
      if (node.finalizer) visit(node.finalizer);
      return;
    case 'CatchClause':
      if (node.param) visit(node.param);
      visit(node.body);
      return;
    case 'LabeledStatement':
      visit(node.label);
      visit(node.body);
      return;
    case 'BreakStatement':
    case 'ContinueStatement':
      if (node.label) visit(node.label);
      return;
    case 'ImportDeclaration':
      each(node.specifiers, visit);
      visit(node.source);
      each(node.attributes, visit);
      return;
    case 'ImportSpecifier':
      visit(node.imported);
      visit(node.local);
      return;
    case 'ImportDefaultSpecifier':
    case 'ImportNamespaceSpecifier':
      visit(node.local);
      return;
    case 'ImportAttribute':
      visit(node.key);
      visit(node.value);
      return;
    case 'ExportNamedDeclaration':
      if (node.declaration) visit(node.declaration);
      each(node.specifiers, visit);
      if (node.source) visit(node.source);
      each(node.attributes, visit);
      return;
    case 'ExportSpecifier':
      visit(node.local);
      visit(node.exported);
      return;
    case 'ExportNamespaceSpecifier':
      visit(node.exported);
      return;
    case 'ExportDefaultDeclaration':
      visit(node.declaration);
      return;
    case 'ExportAllDeclaration':
      visit(node.source);
      each(node.attributes, visit);
      return;
    case 'TSEnumDeclaration':
      visit(node.id);
      each(node.members, visit);
      return;
    case 'TSEnumMember':
      visit(node.id);
      if (node.initializer) visit(node.initializer);
      return;
    default:
      unreachable(node as never, 'cannot walk');
  }
}

function each(list: readonly (Node | null)[] | null | undefined, visit: (child: Node) => void): void {
  if (!list) return;
  for (let i = 0; i < list.length; i++) {
    const child = list[i];
    if (child) visit(child);
  }
}

/** The children of a node in source order. */
export function children(node: Node): Node[] {
  const out: Node[] = [];
  eachChild(node, (child) => out.push(child));
  return out;
}

/** Fields that have no children, or types only, on whatever node they stand. */
const NO_CHILDREN: ReadonlySet<string> = new Set([
  'loc',
  'extra',
  'typeAnnotation',
  'returnType',
  'typeParameters',
  'typeArguments',
  'superTypeParameters',
  'implements',
  'predicate',
]);

/**
 * Puts what `edit` returns in the place of each child, types left out: nothing in a list where that is undefined, null in a
 * field. For the first pass, whose tree nobody else has seen.
 */
export function editChildren(node: Node, edit: (child: Node, field: string) => Node | null | undefined): void {
  const record = node as unknown as Record<string, unknown>;
  for (const field in record) {
    const value = record[field];
    if (typeof value !== 'object' || value === null || NO_CHILDREN.has(field)) continue;
    if (Array.isArray(value)) editList(value as (Node | null)[], field, edit);
    else if (typeof (value as Node).type === 'string') {
      const edited = edit(value as Node, field);
      if (edited !== value) record[field] = edited ?? null;
    }
  }
}

function editList(list: (Node | null)[], field: string, edit: (child: Node, field: string) => Node | null | undefined): void {
  let length = 0;
  for (let i = 0; i < list.length; i++) {
    const child = list[i]!;
    const edited = child && edit(child, field);
    if (edited !== undefined) list[length++] = edited;
  }
  if (length < list.length) list.length = length;
}

/** Calls `visit` for the node and all below it; `visit` returns false to leave a subtree out. */
export function walk(node: Node, visit: (node: Node) => boolean | void): void {
  const enter = (inner: Node): void => {
    if (visit(inner) !== false) eachChild(inner, enter);
  };
  enter(node);
}

export type FunctionNode =
  | t.FunctionDeclaration
  | t.FunctionExpression
  | t.ArrowFunctionExpression
  | t.ObjectMethod
  | t.ClassMethod
  | t.ClassPrivateMethod;

export type ClassNode = t.ClassDeclaration | t.ClassExpression;

export function isFunctionNode(node: Node): node is FunctionNode {
  switch (node.type) {
    case 'FunctionDeclaration':
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
    case 'ObjectMethod':
    case 'ClassMethod':
    case 'ClassPrivateMethod':
      return true;
    default:
      return false;
  }
}

export function isClassNode(node: Node): node is ClassNode {
  return node.type === 'ClassDeclaration' || node.type === 'ClassExpression';
}

/** The identifiers that a binding pattern declares, in source order. */
export function boundIdentifiers(pattern: Node): t.Identifier[] {
  const out: t.Identifier[] = [];
  const visit = (node: Node | null): void => {
    if (!node) return;
    switch (node.type) {
      case 'Identifier':
        out.push(node);
        break;
      case 'ObjectPattern':
        for (const property of node.properties) {
          visit(property.type === 'RestElement' ? property.argument : property.value);
        }
        break;
      case 'ArrayPattern':
        for (const element of node.elements) visit(element);
        break;
      case 'AssignmentPattern':
        visit(node.left);
        break;
      case 'RestElement':
        visit(node.argument);
        break;
      default:
        break;
    }
  };
  visit(pattern);
  return out;
}

/** A property key's text where the source says it: `x`, `'x'`, `1`; undefined for a computed one. */
export function staticKey(node: {
  key: Node;
  computed?: boolean;
}): string | undefined {
  const { key } = node;
  if (node.computed) return key.type === 'StringLiteral' ? key.value : undefined;
  switch (key.type) {
    case 'Identifier':
      return key.name;
    case 'StringLiteral':
      return key.value;
    case 'NumericLiteral':
      return String(key.value);
    case 'BigIntLiteral':
      return String(BigInt(key.value));
    case 'PrivateName':
      return `#${key.id.name}`;
    default:
      return undefined;
  }
}

export function unreachable(value: never, what: string): never {
  throw new Error(`perdure: internal: ${what}: ${JSON.stringify((value as { type?: string })?.type ?? value)}`);
}
