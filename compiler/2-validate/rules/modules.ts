/**
 * Modules: what the graph has not said already.
 */
import type * as t from '@babel/types';
import { staticKey, type Node } from '../../ast.ts';
import type { Rules } from '../index.ts';

export const moduleRules: Rules = {
  ImportExpression: (node: t.Node, v) => v.record.reporter.report('dynamic_import', node),
  Import: (node: t.Import, v) => v.record.reporter.report('dynamic_import', node),
  MetaProperty: (node: t.MetaProperty, v) => {
    if (node.meta.name === 'import') v.record.reporter.report('import_meta', node);
  },
  Identifier: (node: t.Identifier, v) => {
    const binding = v.record.analysis.references.get(node);
    if (binding?.kind !== 'import') return;
    const entry = v.record.imports.get(binding);
    let target = entry && v.graph.target(v.record, entry);
    if (!entry || target?.local !== null) return;
    // What a namespace has is known, and its members may be namespaces.
    let member: Node = node;
    for (let up = v.path.length - 1; target?.local === null; up--) {
      const parent = v.path[up];
      if (parent?.type !== 'MemberExpression' || parent.object !== member || parent.computed) return;
      const name = staticKey({ key: parent.property }) ?? '';
      target = v.graph.exportOf(target.module, name);
      if (!target) v.record.reporter.report('import_missing', parent.property, name, entry.source);
      member = parent;
    }
  },
};

