/**
 * Erases TypeScript: drops declarations that only describe, unwraps expressions that only assert, clears the
 * fields that carry types. The tree is ours, fresh from the parser, so it is edited in place; after this pass
 * nobody changes it.
 *
 * What is left is JavaScript, and `enum`, which has values.
 */
import type * as t from '@babel/types';
import { type ClassNode, isClassNode, type Node, TYPE_FIELDS } from '../ast.ts';
import { VISITOR_KEYS } from '../babel.ts';
import type { Reporter } from '../report.ts';
import { expandParameterProperties } from './parameter-properties.ts';

/** A name without a value here: declared only, or declared by something that was refused already. */
export interface Ambient {
  kind: 'function' | 'value' | 'refused';
  node: Node;
}

/** One erasure on its way through the tree. */
interface Erasure {
  reporter: Reporter;
  /** Every name that is left, but of imports. */
  names: Set<string>;
}

interface Erased {
  effects: t.TSDeclareFunction[];
  ambient: Map<string, Ambient>;
}

/** Flags that only carry types. */
const TYPE_FLAGS = ['accessibility', 'declare', 'definite', 'readonly', 'override', 'abstract'];

/** What may have such a flag. */
const FLAGGED = new Set<Node['type']>([
  ...(['ClassDeclaration', 'ClassMethod', 'ClassPrivateMethod', 'ClassProperty', 'ClassPrivateProperty', 'ClassAccessorProperty'] as const),
  ...(['FunctionDeclaration', 'VariableDeclaration', 'VariableDeclarator', 'TSEnumDeclaration'] as const),
]);

export function eraseTypes(program: t.Program, reporter: Reporter): Erased {
  const erased: Erased = { effects: [], ambient: new Map() };
  program.body = program.body.flatMap((statement) => eraseModuleItem(statement, erased, reporter));
  const erasure: Erasure = { reporter, names: new Set() };
  for (const statement of program.body) if (statement.type !== 'ImportDeclaration') eraseInside(statement, erasure);
  dropUnusedImports(program, erasure.names);
  return erased;
}

/** A top-level item: ambient declarations are only collected here, where they can be effects. */
function eraseModuleItem(node: t.Statement, erased: Erased, reporter: Reporter): t.Statement[] {
  const exported = node.type === 'ExportNamedDeclaration' && !!node.declaration;
  const declaration: Node = exported ? (node.declaration as Node) : node;
  if (declaration.type === 'TSDeclareFunction') {
    if (!declaration.declare) return []; // an overload signature
    const name = declaration.id?.name ?? '';
    // Overloads are one effect, declared by the first of them.
    if (exported && !erased.effects.some(({ id }) => id?.name === name)) erased.effects.push(declaration);
    else if (exported) return [];
    else erased.ambient.set(name, { kind: 'function', node: declaration });
    return [];
  }
  if ((declaration as { declare?: boolean }).declare) {
    if (declaration.type === 'VariableDeclaration') {
      for (const { id } of declaration.declarations) {
        if (id.type === 'Identifier') erased.ambient.set(id.name, { kind: 'value', node: id });
      }
    } else if (declaration.type === 'ClassDeclaration' || declaration.type === 'TSEnumDeclaration') {
      if (declaration.id) erased.ambient.set(declaration.id.name, { kind: 'value', node: declaration });
    }
    return [];
  }
  switch (node.type) {
    case 'ImportDeclaration':
      if (node.importKind === 'type') return [];
      node.specifiers = node.specifiers.filter((s) => s.type !== 'ImportSpecifier' || s.importKind !== 'type');
      return [node];
    case 'ExportNamedDeclaration':
      if (node.exportKind === 'type' || (exported && isTypeOnly(declaration))) return [];
      node.specifiers = node.specifiers.filter((s) => s.type !== 'ExportSpecifier' || s.exportKind !== 'type');
      if (exported && declaration.type === 'TSModuleDeclaration') return eraseNamespace(declaration, erased, reporter);
      return [node];
    case 'ExportDefaultDeclaration':
      if (isTypeOnly(node.declaration)) return [];
      if (node.declaration.type === 'TSDeclareFunction') return [];
      return [node];
    case 'ExportAllDeclaration':
      return node.exportKind === 'type' ? [] : [node];
    case 'TSModuleDeclaration':
      return eraseNamespace(node, erased, reporter);
    case 'TSImportEqualsDeclaration':
    case 'TSExportAssignment':
      reporter.report('import_equals', node);
      if (node.type === 'TSImportEqualsDeclaration') erased.ambient.set(node.id.name, { kind: 'refused', node });
      return [];
    default:
      return isTypeOnly(node) ? [] : [node];
  }
}

function isTypeOnly(node: Node): boolean {
  return (
    node.type === 'TSInterfaceDeclaration' ||
    node.type === 'TSTypeAliasDeclaration' ||
    node.type === 'TSNamespaceExportDeclaration'
  );
}

/** A namespace may hold types; one with values is not erasable. */
function eraseNamespace(node: t.TSModuleDeclaration, erased: Erased, reporter: Reporter): t.Statement[] {
  if (!holdsOnlyTypes(node.body)) {
    reporter.report('namespace', node.id);
    if (node.id.type === 'Identifier') erased.ambient.set(node.id.name, { kind: 'refused', node });
  }
  return [];
}

function holdsOnlyTypes(body: Node): boolean {
  if (body.type === 'TSModuleDeclaration') return holdsOnlyTypes(body.body);
  if (body.type !== 'TSModuleBlock') return false;
  return body.body.every((s) => {
    const inner = s.type === 'ExportNamedDeclaration' && s.declaration ? s.declaration : s;
    return isTypeOnly(inner) || (inner as { declare?: boolean }).declare === true;
  });
}

/** Everything below a top-level item. */
function eraseInside(node: Node, erasure: Erasure): void {
  const record = node as unknown as Record<string, unknown>;
  if (FLAGGED.has(node.type)) for (const flag of TYPE_FLAGS) if (record[flag]) record[flag] = undefined;
  if (node.type === 'Identifier') {
    if (node.optional) node.optional = undefined;
    erasure.names.add(node.name);
  }
  if (isClassNode(node)) {
    expandParameterProperties(node, erasure.reporter);
    checkConstructors(node, erasure.reporter);
  }
  const keys = VISITOR_KEYS[node.type] ?? [];
  for (const key of keys) {
    const value = record[key];
    if (!value) continue;
    if (TYPE_FIELDS.has(key)) record[key] = null;
    else if (Array.isArray(value)) {
      const kept: unknown[] = [];
      for (const item of value as (Node | null)[]) {
        if (key === 'params' && item?.type === 'Identifier' && item.name === 'this') continue; // `function f(this: T)`
        const result = item === null ? null : eraseNode(item, erasure);
        if (result !== undefined) kept.push(result);
      }
      record[key] = kept;
    } else {
      const result = eraseNode(value as Node, erasure);
      record[key] = result ?? (isStatementSlot(key) ? ({ type: 'EmptyStatement' } as t.EmptyStatement) : null);
    }
  }
}

/** With TypeScript the parser takes a second constructor for an overload. */
function checkConstructors(node: ClassNode, reporter: Reporter): void {
  const [, second] = node.body.body.filter((member) => member.type === 'ClassMethod' && member.kind === 'constructor');
  if (second) reporter.report('syntax_error', second, 'A class has one constructor');
}

/** `if (x) type T = …;` leaves a hole where a statement must stand. */
const isStatementSlot = (key: string): boolean => key === 'body' || key === 'consequent' || key === 'alternate';

/** Returns the node that stands in its place, or undefined when nothing is left of it. */
function eraseNode(node: Node, erasure: Erasure): Node | undefined {
  switch (node.type) {
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
    case 'TSNonNullExpression':
    case 'TSTypeAssertion':
    case 'TSInstantiationExpression':
      return eraseNode(node.expression, erasure);
    case 'TSDeclareFunction':
    case 'TSDeclareMethod':
    case 'TSIndexSignature':
    case 'TSInterfaceDeclaration':
    case 'TSTypeAliasDeclaration':
      return undefined;
    case 'TSModuleDeclaration':
      if (!holdsOnlyTypes(node.body)) erasure.reporter.report('namespace', node.id);
      return undefined;
    case 'ClassProperty':
    case 'ClassAccessorProperty':
      if (node.declare || node.abstract) return undefined;
      break;
    case 'VariableDeclaration':
    case 'ClassDeclaration':
    case 'TSEnumDeclaration':
      if (node.declare) return undefined;
      break;
    default:
      break;
  }
  eraseInside(node, erasure);
  return node;
}

/**
 * Drops imported names that no expression mentions: they were types. By name, not by scope: a name that is
 * only shadowed stays, which costs nothing. An import that loses all its names goes too, as in `tsc`.
 */
function dropUnusedImports(program: t.Program, mentioned: ReadonlySet<string>): void {
  program.body = program.body.filter((statement) => {
    if (statement.type !== 'ImportDeclaration' || statement.specifiers.length === 0) return true;
    statement.specifiers = statement.specifiers.filter((s) => mentioned.has(s.local.name));
    return statement.specifiers.length > 0;
  });
}
