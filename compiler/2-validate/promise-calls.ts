/**
 * Which calls surely give a promise, as far as the program's own text tells: of effects, async functions, `sleep`,
 * `receive` of a channel, async methods of the class around, `Promise.all` and its kin. Types are erased, so there
 * is no more to know; what is not sure is not said.
 */
import type * as t from '@babel/types';
import { isClassNode, isFunctionNode, staticKey, type Node } from '../ast.ts';
import type { Binding, ModuleGraph, ModuleRecord } from '../modules.ts';
import { PACKAGE } from '../package.ts';
import { isChannelCall } from './rules/declarations.ts';

/** The parts of a validation that this needs. */
interface Around {
  record: ModuleRecord;
  graph: ModuleGraph;
  path: readonly Node[];
}

/** What package perdure exports that gives promises. */
const PACKAGE_PROMISES = new Set<string>(['sleep', 'scope', 'withTimeout', 'start']);

const COMBINATORS = new Set(['all', 'allSettled', 'any', 'race']);

/** The callee as people write it, if the node is a call that gives a promise. */
export function promiseCall(node: Node | null | undefined, around: Around): string | null {
  if (node?.type !== 'CallExpression' && node?.type !== 'OptionalCallExpression') return null;
  const { callee } = node;
  if (callee.type === 'Identifier') return isPromiseFunction(callee, around) ? callee.name : null;
  if (callee.type !== 'MemberExpression' && callee.type !== 'OptionalMemberExpression') return null;
  const name = staticKey({ key: callee.property, computed: callee.computed });
  if (name === undefined) return null;
  const { object } = callee;
  if (object.type === 'ThisExpression') return isAsyncMethod(name, around.path) ? `this.${name}` : null;
  if (object.type !== 'Identifier') return null;
  const text = `${object.name}.${name}`;
  const binding = around.record.analysis.references.get(object);
  if (!binding) return object.name === 'Promise' && COMBINATORS.has(name) ? text : null;
  return isPromiseMember(binding, name, around) ? text : null;
}

/** Does calling what this name means give a promise? */
export function isPromiseFunction(node: Node, { record, graph }: Around): node is t.Identifier {
  const binding = node.type === 'Identifier' ? record.analysis.references.get(node) : undefined;
  return !!binding && isAsyncBinding(binding, record, graph);
}

/** The effect that a name means. */
export function effectOf(node: Node, { record, graph }: Around): t.TSDeclareFunction | undefined {
  const binding = node.type === 'Identifier' ? record.analysis.references.get(node) : undefined;
  const found = binding && declarationOf(binding, record, graph);
  if (found?.binding?.kind !== 'effect') return undefined;
  return found.record.parsed.effects.find((effect) => effect.id === found.binding!.node);
}

export const isAsyncFunction = (node: Node | null | undefined): boolean =>
  !!node && isFunctionNode(node) && node.async === true && node.generator !== true;

interface Declared {
  record: ModuleRecord;
  /** Undefined where it is an export of package perdure, whose name is `name`. */
  binding?: Binding;
  name: string;
}

/** Follows imports to the declaration. */
function declarationOf(binding: Binding, record: ModuleRecord, graph: ModuleGraph): Declared | undefined {
  const entry = record.imports.get(binding);
  if (!entry) return { record, binding, name: binding.name };
  const target = graph.target(record, entry);
  return target && target.local !== null ? exported(target.module, target.local, record, graph) : undefined;
}

function exported(module: string, local: string, record: ModuleRecord, graph: ModuleGraph): Declared | undefined {
  if (module === PACKAGE) return { record, name: local };
  const from = graph.modules.get(module);
  const binding = from?.analysis.module.scope.bindings.get(local);
  return from && binding && { record: from, binding, name: local };
}

function isAsyncBinding(binding: Binding, record: ModuleRecord, graph: ModuleGraph): boolean {
  const found = declarationOf(binding, record, graph);
  return !!found && isAsyncDeclaration(found);
}

function isAsyncDeclaration({ binding, record, name }: Declared): boolean {
  if (!binding) return PACKAGE_PROMISES.has(name);
  if (binding.kind === 'effect') return true;
  if (binding.writes > 0) return false;
  return isAsyncFunction(binding.value ? binding.value.node : record.analysis.values.get(binding));
}

/** `ns.load()` of a namespace, `cancelled.receive()` of a channel. */
function isPromiseMember(binding: Binding, name: string, { record, graph }: Around): boolean {
  const entry = record.imports.get(binding);
  const target = entry && graph.target(record, entry);
  if (target?.local === null) {
    const member = graph.exportOf(target.module, name);
    const found = member?.local != null ? exported(member.module, member.local, record, graph) : undefined;
    return !!found && isAsyncDeclaration(found);
  }
  const found = declarationOf(binding, record, graph);
  const value = found?.binding && found.record.analysis.values.get(found.binding);
  return name === 'receive' && !!value && isChannelCall(found!.record, value);
}

/** An async method of the class whose `this` is meant here. */
function isAsyncMethod(name: string, path: readonly Node[]): boolean {
  for (let i = path.length - 1; i >= 0; i--) {
    const node = path[i]!;
    if (isClassNode(node)) {
      return node.body.body.some(
        (member) => member.type === 'ClassMethod' && isAsyncFunction(member) && staticKey(member) === name && !member.static,
      );
    }
    // A function of its own, and no member of the class: `this` is something else.
    const parent = path[i - 1];
    if (isFunctionNode(node) && node.type !== 'ArrowFunctionExpression' && parent?.type !== 'ClassBody') return false;
    if (node.type === 'StaticBlock' || (isFunctionNode(node) && 'static' in node && node.static)) return false;
  }
  return false;
}
