/**
 * The syntax tree, as Babel's parser gives it, and the one way we walk it.
 *
 * We do not use @babel/traverse: its scopes merge parameter and body environments, and crawling them costs
 * twice the parse. A walk here is a plain recursion over VISITOR_KEYS.
 */
import type * as t from '@babel/types';
import { VISITOR_KEYS } from './babel.ts';

export type Node = t.Node;

/** What every synthesised node is made of: the fields that matter, and the place it stands for. */
export type At = { loc?: t.Node['loc'] } | null | undefined;

/** Fields that only carry types, on whatever node they stand. */
export const TYPE_FIELDS: ReadonlySet<string> = new Set([
  'typeAnnotation',
  'returnType',
  'typeParameters',
  'typeArguments',
  'superTypeParameters',
  'implements',
  'predicate',
]);

/** Where the children of a node are, types left out: no pass but the eraser meets any. By type of node. */
const CHILD_FIELDS = new Map(
  Object.entries(VISITOR_KEYS).map(([type, keys]) => [type, type.startsWith('TS') ? keys : keys.filter((key) => !TYPE_FIELDS.has(key))]),
);

/**
 * Calls `visit` for the children of a node in source order. Passes walk the tree a dozen times: a list of the
 * children of every node would be a tenth of what compiling allocates.
 */
export function eachChild(node: Node, visit: (child: Node) => void): void {
  const fields = CHILD_FIELDS.get(node.type);
  if (!fields) return;
  for (let i = 0; i < fields.length; i++) {
    const value = (node as unknown as Record<string, unknown>)[fields[i]!];
    if (!value) continue;
    if (!Array.isArray(value)) visit(value as Node);
    else for (let j = 0; j < value.length; j++) if (value[j]) visit(value[j] as Node);
  }
}

/** The children of a node in source order. */
export function children(node: Node): Node[] {
  const out: Node[] = [];
  eachChild(node, (child) => out.push(child));
  return out;
}

/** Calls `visit` for the node and all below it; `visit` returns false to leave a subtree out. */
export function walk(node: Node, visit: (node: Node) => boolean | void): void {
  const each = (inner: Node): void => {
    if (visit(inner) !== false) eachChild(inner, each);
  };
  each(node);
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
