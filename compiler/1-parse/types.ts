/**
 * Erases TypeScript: drops declarations that only describe, unwraps expressions that only assert. What a node says of
 * its own types stays with it and is not seen again: `eachChild` and the printer leave it out. The tree is ours, fresh
 * from the parser, so it is edited in place; after this pass nobody changes it.
 *
 * What is left is JavaScript, and `enum`, which has values.
 */
import type * as t from '@babel/types';
import { type ClassNode, eachChild, editChildren, isClassNode, isFunctionNode, type Node } from '../ast.ts';
import type { Reporter } from '../report.ts';
import { expandParameterProperties } from './parameter-properties.ts';

/** A name without a value here: declared only, or declared by something that was refused already. */
export interface Ambient {
  kind: 'function' | 'value' | 'refused';
  node: Node;
}

interface Erased {
  effects: t.TSDeclareFunction[];
  ambient: Map<string, Ambient>;
}

export function eraseTypes(program: t.Program, reporter: Reporter): Erased {
  const erased: Erased = { effects: [], ambient: new Map() };
  program.body = program.body.flatMap((statement) => eraseModuleItem(statement, erased, reporter));
  const eraser = new Eraser(reporter);
  for (const statement of program.body) if (statement.type !== 'ImportDeclaration') eraser.inside(statement);
  dropUnusedImports(program, eraser.names);
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
class Eraser {
  /** Every name that is left, but of imports. */
  readonly names = new Set<string>();
  private readonly reporter: Reporter;
  /** A child of the node at hand is TypeScript's. */
  private isMixed = false;

  constructor(reporter: Reporter) {
    this.reporter = reporter;
  }

  inside(node: Node): void {
    if (node.type === 'Identifier') this.names.add(node.name);
    if (isClassNode(node)) {
      expandParameterProperties(node, this.reporter);
      checkConstructors(node, this.reporter);
    }
    if (isFunctionNode(node)) dropThis(node.params);
    const outer = this.isMixed;
    this.isMixed = false;
    eachChild(node, this.visit);
    if (this.isMixed) editChildren(node, (child, field) => (isTypeScript(child) ? this.left(child, node, field) : child));
    this.isMixed = outer;
  }

  private readonly visit = (child: Node): void => {
    if (isTypeScript(child)) this.isMixed = true;
    else this.inside(child);
  };

  /** What is left of a node of TypeScript's. */
  private left(node: Node, parent: Node, field: string): Node | undefined {
    let inner = node;
    while (isAssertion(inner)) inner = inner.expression;
    if (inner !== node) {
      this.inside(inner);
      return inner;
    }
    if (node.type === 'TSModuleDeclaration' && !holdsOnlyTypes(node.body)) this.reporter.report('namespace', node.id);
    // `if (x) type T = …;` leaves a hole where a statement must stand.
    return isList(parent, field) ? undefined : ({ type: 'EmptyStatement', start: node.start, end: node.end } as t.EmptyStatement);
  }
}

/** `function f(this: T)`. */
function dropThis(params: Node[]): void {
  const [first] = params;
  if (first?.type === 'Identifier' && first.name === 'this') params.shift();
}

type Assertion = t.TSAsExpression | t.TSSatisfiesExpression | t.TSNonNullExpression | t.TSTypeAssertion | t.TSInstantiationExpression;

function isAssertion(node: Node): node is Assertion {
  switch (node.type) {
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
    case 'TSNonNullExpression':
    case 'TSTypeAssertion':
    case 'TSInstantiationExpression':
      return true;
    default:
      return false;
  }
}

/** Is it to be dropped, or unwrapped? */
function isTypeScript(node: Node): boolean {
  switch (node.type) {
    case 'ClassProperty':
    case 'ClassAccessorProperty':
      return node.declare === true || node.abstract === true;
    case 'VariableDeclaration':
    case 'ClassDeclaration':
    case 'TSEnumDeclaration':
      return node.declare === true;
    case 'TSEnumMember':
      return false;
    default:
      return node.type.startsWith('TS');
  }
}

const isList = (node: Node, field: string): boolean => Array.isArray((node as unknown as Record<string, unknown>)[field]);

/** With TypeScript the parser takes a second constructor for an overload. */
function checkConstructors(node: ClassNode, reporter: Reporter): void {
  const [, second] = node.body.body.filter((member) => member.type === 'ClassMethod' && member.kind === 'constructor');
  if (second) reporter.report('syntax_error', second, 'A class has one constructor');
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
