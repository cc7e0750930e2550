/**
 * What statements declare, by where it counts: `let`, `const`, classes and functions for the block they stand in, `var` for the
 * function around.
 */
import type * as t from '@babel/types';
import { boundIdentifiers, walk, type Node } from '../ast.ts';
import type { BindingKind } from './types.ts';

export interface Declared {
  id: t.Identifier;
  kind: BindingKind;
  /** Where its initialiser ends; 0: it has its value from the beginning. */
  initEnd: number;
  /** What is declared without a name of its own. */
  unnamed?: Node;
}

/** The lexical declarations directly in a statement list (ECMA-262 8.2.4). */
export function* lexicalDeclarations(statements: readonly t.Statement[]): Iterable<Declared> {
  for (const statement of statements) {
    const node =
      statement.type === 'ExportNamedDeclaration' || statement.type === 'ExportDefaultDeclaration'
        ? (statement.declaration as t.Statement | null | undefined)
        : statement;
    switch (node?.type) {
      case 'VariableDeclaration':
        if (node.kind === 'var') break;
        for (const d of node.declarations) {
          for (const id of boundIdentifiers(d.id)) yield { id, kind: node.kind === 'let' ? 'let' : 'const', initEnd: d.end ?? 0 };
        }
        break;
      case 'FunctionDeclaration':
        yield node.id ? { id: node.id, kind: 'function', initEnd: 0 } : defaultExport(node, 'function', 0);
        break;
      case 'ClassDeclaration':
        yield node.id ? { id: node.id, kind: 'class', initEnd: node.end ?? 0 } : defaultExport(node, 'class', node.end ?? 0);
        break;
      case 'TSEnumDeclaration':
        yield { id: node.id, kind: 'enum', initEnd: 0 };
        break;
      case 'ImportDeclaration':
        for (const s of node.specifiers) yield { id: s.local, kind: 'import', initEnd: 0 };
        break;
      default:
        if (statement.type === 'ExportDefaultDeclaration' && node && node.type !== 'TSInterfaceDeclaration') {
          yield defaultExport(node, 'const', node.end ?? 0);
        }
        break;
    }
  }
}

/** `export default …` without a name declares `*default*` (ECMA-262 16.2.3.2). */
function defaultExport(node: Node, kind: BindingKind, initEnd: number): Declared {
  return { id: { type: 'Identifier', name: '*default*', loc: node.loc } as t.Identifier, kind, initEnd, unnamed: node };
}

/** The `var` names of a function body, through all nested statements (ECMA-262 8.2.6). */
export function varDeclarations(statements: readonly t.Statement[]): Declared[] {
  const declared: Declared[] = [];
  for (const statement of statements) {
    walk(statement, (node) => {
      if (node.type === 'VariableDeclaration' && node.kind === 'var') {
        for (const d of node.declarations) for (const id of boundIdentifiers(d.id)) declared.push({ id, kind: 'var', initEnd: 0 });
      }
      return holdsStatements(node);
    });
  }
  return declared;
}

/** May there be a `var` of the function around inside? */
function holdsStatements(node: Node): boolean {
  switch (node.type) {
    case 'BlockStatement':
    case 'IfStatement':
    case 'ForStatement':
    case 'ForInStatement':
    case 'ForOfStatement':
    case 'WhileStatement':
    case 'DoWhileStatement':
    case 'LabeledStatement':
    case 'SwitchStatement':
    case 'SwitchCase':
    case 'TryStatement':
    case 'CatchClause':
    case 'ExportNamedDeclaration':
      return true;
    default:
      return false;
  }
}
