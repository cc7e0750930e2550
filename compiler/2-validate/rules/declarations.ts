/**
 * Effects and channels: declared where the compiler and the app can see them.
 */
import type * as t from '@babel/types';
import { staticKey, type Node } from '../../ast.ts';
import type { ModuleRecord } from '../../modules.ts';
import { PACKAGE } from '../../package.ts';
import type { Rules, Validation } from '../index.ts';

export function validateDeclarations({ record }: Validation): void {
  for (const effect of record.parsed.effects) {
    const binding = record.analysis.module.scope.bindings.get(effect.id?.name ?? '');
    if (binding && binding.node !== effect.id) {
      record.reporter.report('syntax_error', binding.node, `Identifier '${binding.name}' has already been declared`);
    }
    const type = effect.returnType;
    const annotation = type?.type === 'TSTypeAnnotation' ? type.typeAnnotation : null;
    const isPromise =
      annotation?.type === 'TSTypeReference' &&
      annotation.typeName.type === 'Identifier' &&
      annotation.typeName.name === 'Promise';
    if (!isPromise) record.reporter.report('effect_not_promise', effect.id ?? effect, effect.id?.name ?? '');
  }
}

/** Is this a call of the `channel` of package perdure? */
export const isChannelCall = (record: ModuleRecord, node: Node): node is t.CallExpression =>
  node.type === 'CallExpression' && isChannelFunction(record, node.callee);

function isChannelFunction(record: ModuleRecord, callee: Node): boolean {
  const isMember = callee.type === 'MemberExpression' && staticKey({ key: callee.property, computed: callee.computed }) === 'channel';
  const name = isMember ? callee.object : callee;
  const binding = name.type === 'Identifier' ? record.analysis.references.get(name) : undefined;
  const entry = binding && record.imports.get(binding);
  return entry?.name === (isMember ? '*' : 'channel') && entry.source === PACKAGE;
}

/** … and one that names its channel by a literal. */
export const isStaticChannel = (record: ModuleRecord, node: Node): boolean =>
  isChannelCall(record, node) && node.arguments.length === 1 && node.arguments[0]!.type === 'StringLiteral';

export const declarationRules: Rules = {
  TaggedTemplateExpression: (node: t.TaggedTemplateExpression, v) => {
    if (isChannelFunction(v.record, node.tag)) v.record.reporter.report('channel_not_static', node);
  },
  CallExpression: (node: t.CallExpression, v) => {
    if (!isChannelCall(v.record, node)) return;
    const [declarator, declaration, around] = [v.path.at(-1), v.path.at(-2), v.path.at(-3)];
    const atTop =
      declarator?.type === 'VariableDeclarator' &&
      declarator.id.type === 'Identifier' &&
      declaration?.type === 'VariableDeclaration' &&
      declaration.kind === 'const' &&
      (around?.type === 'Program' || around?.type === 'ExportNamedDeclaration');
    if (!atTop || !isStaticChannel(v.record, node)) v.record.reporter.report('channel_not_static', node);
  },
};
