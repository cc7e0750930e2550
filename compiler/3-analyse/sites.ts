/**
 * Names for functions that survive unrelated edits: the declaration path. `src/order.wf.ts#fulfil`,
 * `…#fulfil/undo`, `…#Cart.total`. A function without a name is called after its role: `fulfil/push` is the
 * function that `fulfil` hands to a `push`; a second one is `fulfil/push#2`.
 */
import type * as t from '@babel/types';
import { eachChild, isClassNode, isFunctionNode, staticKey, type FunctionNode, type Node } from '../ast.ts';
import { Places } from '../places.ts';
import type { Analysis, FunctionInfo } from './types.ts';

export function nameFunctions(program: t.Program, moduleId: string, analysis: Analysis): void {
  const taken = new Map<string, number>();
  const functions = new Places(Array.from(analysis.functions.keys(), ({ start }) => start!));

  const give = (info: FunctionInfo, path: string): void => {
    const count = (taken.get(path) ?? 0) + 1;
    taken.set(path, count);
    info.name = count === 1 ? path : `${path}#${count}`;
    info.id = `${moduleId}#${info.name}`;
  };

  /** `path` is the path of the function around; `hint` the name the context gives. */
  const visit = (node: Node, path: string, hint: string): void => {
    const info = analysis.functions.get(node);
    if (info && node.type !== 'Program') {
      const own = ownName(node) ?? hint;
      const separator = isClassMember(node) ? '.' : '/';
      give(info, path === '' ? own : `${path}${separator}${own}`);
      path = info.name;
    }
    eachChild(node, (child) => {
      if (functions.within(child)) visit(child, path, hintFor(node, child, hint));
    });
  };

  visit(program, '', '');
  analysis.module.id = moduleId;
  analysis.module.name = '';
}

const isClassMember = (node: Node): boolean =>
  node.type === 'ClassMethod' ||
  node.type === 'ClassPrivateMethod' ||
  node.type === 'ClassProperty' ||
  node.type === 'ClassPrivateProperty' ||
  node.type === 'StaticBlock';

/** The name a function has by itself. */
function ownName(node: Node): string | undefined {
  if (isFunctionNode(node)) {
    if ('id' in node && node.id) return node.id.name;
    if ('key' in node) return memberName(node);
    return undefined;
  }
  if (isClassNode(node)) return node.id?.name;
  if (node.type === 'StaticBlock') return 'static';
  if (node.type === 'ClassProperty' || node.type === 'ClassPrivateProperty') return staticKey(node) ?? 'computed';
  return undefined;
}

function memberName(node: Extract<FunctionNode, { key: Node }>): string {
  const key = staticKey(node) ?? (node.computed ? computedName(node.key) : 'computed');
  const kind = node.kind === 'get' || node.kind === 'set' ? `${node.kind} ` : '';
  return kind + key;
}

const computedName = (key: Node): string =>
  key.type === 'MemberExpression' && !key.computed && key.property.type === 'Identifier'
    ? `@@${key.property.name}`
    : 'computed';

/** The name a context lends to an anonymous function in it. */
function hintFor(parent: Node, child: Node, hint: string): string {
  switch (parent.type) {
    case 'VariableDeclarator':
      return parent.id.type === 'Identifier' ? parent.id.name : 'init';
    case 'AssignmentExpression':
      return child === parent.right ? targetName(parent.left) : hint;
    case 'AssignmentPattern':
      return parent.left.type === 'Identifier' ? parent.left.name : 'default';
    case 'ObjectProperty':
      return staticKey(parent) ?? 'computed';
    case 'CallExpression':
    case 'OptionalCallExpression':
    case 'NewExpression':
      return child === parent.callee ? 'call' : calleeName(parent.callee);
    case 'TaggedTemplateExpression':
      return child === parent.tag ? 'call' : calleeName(parent.tag);
    case 'ReturnStatement':
      return 'return';
    case 'ExportDefaultDeclaration':
      return 'default';
    case 'ClassProperty':
    case 'ClassPrivateProperty':
      return 'value';
    default:
      return hint === '' ? 'anonymous' : hint;
  }
}

const targetName = (target: Node): string =>
  target.type === 'Identifier' ? target.name : target.type === 'MemberExpression' ? calleeName(target) : 'value';

/** The last word of a callee: `push` of `undo.push`, `all` of `Promise.all`. */
export function calleeName(callee: Node): string {
  switch (callee.type) {
    case 'Identifier':
      return callee.name;
    case 'MemberExpression':
    case 'OptionalMemberExpression':
      if (callee.property.type === 'PrivateName') return `#${callee.property.id.name}`;
      return !callee.computed && callee.property.type === 'Identifier' ? callee.property.name : 'computed';
    case 'Super':
      return 'super';
    default:
      return 'call';
  }
}
