/**
 * Functions and classes of a module that its code writes members to: `F.prototype.m = …`, `count.calls++`,
 * `delete C.x`, `Object.freeze(C)`. They cannot be shared by all runs, so they are made for each run.
 */
import type { Node } from '../ast.ts';
import { children, staticKey } from '../ast.ts';
import type { Resolved } from './scopes.ts';
import type { Binding } from './types.ts';

/** Static built-ins that change their first argument. */
export const STATIC_MUTATORS: Record<string, ReadonlySet<string>> = {
  Object: new Set(['assign', 'defineProperty', 'defineProperties', 'setPrototypeOf', 'freeze', 'seal', 'preventExtensions']),
  Reflect: new Set(['set', 'defineProperty', 'deleteProperty', 'setPrototypeOf', 'preventExtensions']),
};

/** The bindings at the root of what is written: `C` for `C.prototype.m = …`. */
export function bindingsWithWrittenMembers(program: Node, analysis: Resolved): Set<Binding> {
  const found = new Set<Binding>();
  const written = (node: Node): void => {
    let root = node;
    while (root.type === 'MemberExpression') root = root.object;
    const binding = root.type === 'Identifier' ? analysis.references.get(root) : undefined;
    if (binding) found.add(binding);
  };
  const target = (node: Node): void => {
    if (node.type === 'MemberExpression') written(node);
    else if (node.type === 'AssignmentPattern') target(node.left);
    else if (node.type === 'ObjectProperty') target(node.value);
    else if (node.type === 'ObjectPattern' || node.type === 'ArrayPattern' || node.type === 'RestElement') children(node).forEach(target);
  };
  const visit = (node: Node): void => {
    switch (node.type) {
      case 'AssignmentExpression':
      case 'ForOfStatement':
      case 'ForInStatement':
        target(node.left);
        break;
      case 'UpdateExpression':
        target(node.argument);
        break;
      case 'UnaryExpression':
        if (node.operator === 'delete') target(node.argument);
        break;
      case 'CallExpression':
        if (node.arguments[0] && changesItsArgument(node.callee, analysis)) written(node.arguments[0]);
        break;
      default:
    }
    children(node).forEach(visit);
  };
  visit(program);
  return found;
}

function changesItsArgument(callee: Node, analysis: Resolved): boolean {
  if (callee.type !== 'MemberExpression' || callee.object.type !== 'Identifier' || analysis.references.has(callee.object)) return false;
  return STATIC_MUTATORS[callee.object.name]?.has(staticKey({ key: callee.property, computed: callee.computed }) ?? '') ?? false;
}
