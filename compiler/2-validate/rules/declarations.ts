/**
 * Effects, channels and queries: declared where the compiler and the app can see them.
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

/** What is declared by a call at the top level. */
type Declared = 'channel' | 'query';

/** Is this a call of the `channel` of package perdure? */
export const isChannelCall = (record: ModuleRecord, node: Node): node is t.CallExpression => isCallOf('channel', record, node);

const isCallOf = (what: Declared, record: ModuleRecord, node: Node): node is t.CallExpression =>
  node.type === 'CallExpression' && isFunctionOf(what, record, node.callee);

function isFunctionOf(what: Declared, record: ModuleRecord, callee: Node): boolean {
  const isMember = callee.type === 'MemberExpression' && staticKey({ key: callee.property, computed: callee.computed }) === what;
  const name = isMember ? callee.object : callee;
  const binding = name.type === 'Identifier' ? record.analysis.references.get(name) : undefined;
  const entry = binding && record.imports.get(binding);
  return entry?.name === (isMember ? '*' : what) && entry.source === PACKAGE;
}

/** A channel that is named by a literal, a query that stands there as a function: the same for all runs. */
export function isStaticDeclaration(record: ModuleRecord, node: Node): boolean {
  if (node.type !== 'CallExpression' || node.arguments.length !== 1) return false;
  const of = node.arguments[0]!;
  return of.type === 'StringLiteral' ? isCallOf('channel', record, node) : isAnswer(of) && isCallOf('query', record, node);
}

const isAnswer = (node: Node): node is t.ArrowFunctionExpression | t.FunctionExpression =>
  node.type === 'ArrowFunctionExpression' || node.type === 'FunctionExpression';

/** `export const name = …`, at the top level. */
function isAtTop({ path }: Validation): boolean {
  const [declarator, declaration, around] = [path.at(-1), path.at(-2), path.at(-3)];
  return (
    declarator?.type === 'VariableDeclarator' &&
    declarator.id.type === 'Identifier' &&
    declaration?.type === 'VariableDeclaration' &&
    declaration.kind === 'const' &&
    (around?.type === 'Program' || around?.type === 'ExportNamedDeclaration')
  );
}

export const declarationRules: Rules = {
  TaggedTemplateExpression: (node: t.TaggedTemplateExpression, v) => {
    for (const what of ['channel', 'query'] as const) {
      if (isFunctionOf(what, v.record, node.tag)) v.record.reporter.report(`${what}_not_static`, node);
    }
  },
  CallExpression: (node: t.CallExpression, v) => {
    for (const what of ['channel', 'query'] as const) {
      if (isCallOf(what, v.record, node) && !(isAtTop(v) && isStaticDeclaration(v.record, node))) v.record.reporter.report(`${what}_not_static`, node);
    }
    const [answer] = node.arguments;
    if (!answer || !isAnswer(answer) || !isCallOf('query', v.record, node)) return;
    if (answer.async || answer.generator) v.record.reporter.report('query_async', answer, answer.async ? 'async function' : 'generator');
  },
};
