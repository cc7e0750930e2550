/**
 * Import and export entries of a module (ECMA-262 16.2.2.2, 16.2.3.4): what its statements say, before anything is
 * resolved.
 */
import type * as t from '@babel/types';
import { boundIdentifiers, type Node } from './ast.ts';
import type { ModuleRecord } from './modules.ts';

export type ExportEntry =
  | { kind: 'local'; local: string; node: Node }
  | { kind: 'from'; source: string; name: string; node: Node };

export interface ImportEntry {
  source: string;
  /** The exported name, or `*` for the namespace. */
  name: string;
  node: Node;
}

/** Is more wanted of this source than types? */
export function isRequested(record: ModuleRecord, source: string): boolean {
  for (const [binding, entry] of record.imports) {
    if (entry.source === source && binding.reads + binding.writes > 0) return true;
  }
  for (const entry of record.exports.values()) if (entry.kind === 'from' && entry.source === source) return true;
  if (record.stars.some((star) => star.source === source)) return true;
  return record.parsed.program.body.some(
    (s) => s.type === 'ImportDeclaration' && s.source.value === source && s.specifiers.length === 0,
  );
}

/** Where a module imports from this source. */
export function requestNode(record: ModuleRecord, source: string): Node | null {
  const statement = record.parsed.program.body.find(
    (s) =>
      (s.type === 'ImportDeclaration' || s.type === 'ExportNamedDeclaration' || s.type === 'ExportAllDeclaration') &&
      s.source?.value === source,
  );
  return (statement as t.ImportDeclaration | undefined)?.source ?? null;
}

const nameOf = (node: t.Identifier | t.StringLiteral): string => (node.type === 'Identifier' ? node.name : node.value);

/** Fills in the entries of a module. Requests are not resolved yet. */
export function collectEntries(record: ModuleRecord): void {
  record.imports.clear();
  record.exports.clear();
  record.stars = [];
  const bindings = record.analysis.module.scope.bindings;
  const add = (exported: string, entry: ExportEntry): void => {
    if (record.exports.has(exported)) record.reporter.report('syntax_error', entry.node, `'${exported}' is exported twice`);
    record.exports.set(exported, entry);
  };
  const local = (name: string, exported: string, node: Node): void => add(exported, { kind: 'local', local: name, node });
  for (const effect of record.parsed.effects) if (effect.id) local(effect.id.name, effect.id.name, effect.id);
  for (const statement of record.parsed.program.body) {
    switch (statement.type) {
      case 'ImportDeclaration':
        record.requests.set(statement.source.value, '');
        for (const s of statement.specifiers) {
          const name =
            s.type === 'ImportSpecifier' ? nameOf(s.imported) : s.type === 'ImportDefaultSpecifier' ? 'default' : '*';
          const binding = bindings.get(s.local.name);
          if (binding) record.imports.set(binding, { source: statement.source.value, name, node: s });
        }
        break;
      case 'ExportAllDeclaration':
        record.requests.set(statement.source.value, '');
        record.stars.push({ source: statement.source.value, node: statement });
        break;
      case 'ExportDefaultDeclaration': {
        const { declaration } = statement;
        // The name of an expression is its own.
        const isDeclaration = declaration.type === 'FunctionDeclaration' || declaration.type === 'ClassDeclaration';
        local((isDeclaration && declaration.id?.name) || '*default*', 'default', declaration);
        break;
      }
      case 'ExportNamedDeclaration': {
        const source = statement.source?.value;
        if (source !== undefined) record.requests.set(source, '');
        for (const s of statement.specifiers) {
          if (s.type === 'ExportNamespaceSpecifier') {
            add(nameOf(s.exported), { kind: 'from', source: source!, name: '*', node: s });
          } else if (s.type === 'ExportSpecifier') {
            const exported = nameOf(s.exported);
            if (source !== undefined) {
              add(exported, { kind: 'from', source, name: nameOf(s.local), node: s });
            } else if (bindings.has(s.local.name)) {
              local(s.local.name, exported, s);
            }
          }
        }
        const { declaration } = statement;
        if (!declaration) break;
        if (declaration.type === 'VariableDeclaration') {
          const names = new Map(declaration.declarations.flatMap((d) => boundIdentifiers(d.id)).map((id) => [id.name, id]));
          for (const [name, id] of names) local(name, name, id);
        } else if ('id' in declaration && declaration.id?.type === 'Identifier') {
          local(declaration.id.name, declaration.id.name, declaration.id);
        }
        break;
      }
      default:
        break;
    }
  }
}

/** The names by which a module uses others; none for a module of which it takes everything. */
export function namesBySource(record: ModuleRecord): Map<string, Set<string>> {
  const names = new Map<string, Set<string>>();
  const whole = new Set(record.stars.map(({ source }) => source));
  const use = ({ source, name }: { source: string; name: string }): void => {
    if (name === '*') whole.add(source);
    else names.set(source, (names.get(source) ?? new Set()).add(name));
  };
  const passedOn = new Set([...record.exports.values()].map((entry) => (entry.kind === 'local' ? entry.local : null)));
  for (const [binding, entry] of record.imports) {
    // A name that nothing mentions needs nothing.
    if (!names.has(entry.source)) names.set(entry.source, new Set());
    if (binding.reads + binding.writes > 0 || passedOn.has(binding.name)) use(entry);
  }
  for (const entry of record.exports.values()) if (entry.kind === 'from') use(entry);
  for (const source of whole) names.delete(source);
  return names;
}
