/**
 * Modules: what the graph has not said already.
 */
import type * as t from '@babel/types';
import type { Rules } from '../index.ts';

export const moduleRules: Rules = {
  ImportExpression: (node: t.Node, v) => v.record.reporter.report('dynamic_import', node),
  Import: (node: t.Import, v) => v.record.reporter.report('dynamic_import', node),
  MetaProperty: (node: t.MetaProperty, v) => {
    if (node.meta.name === 'import') v.record.reporter.report('import_meta', node);
  },
  Identifier: (node: t.Identifier, v) => {
    const binding = v.record.analysis.references.get(node);
    const entry = binding && v.record.imports.get(binding);
    if (entry?.name !== '*') return;
    // A namespace is known by its members; as a value it would be an object of its own.
    const parent = v.path.at(-1);
    const isMember = parent?.type === 'MemberExpression' && parent.object === node && !parent.computed;
    const isImport = parent?.type === 'ImportNamespaceSpecifier';
    if (!isMember && !isImport) v.record.reporter.report('namespace_value', node, node.name);
    if (isMember && parent.property.type === 'Identifier' && binding && !v.graph.namespaceHas(v.record, binding, parent.property.name)) {
      v.record.reporter.report('import_missing', parent.property, parent.property.name, entry.source);
    }
  },
};
