/**
 * What the types of a module say about values that cross between workflow and app, or are kept for a whole run: noted
 * before types are erased, for the rule that warns of those that cannot.
 *
 *     export async function fulfil(order: Order, done: () => void): Promise<Receipt>      a workflow's signature
 *     type Order = …; interface Receipt { … }                                             what its names mean
 */
import type * as t from '@babel/types';
import type { Node } from '../ast.ts';

export interface NotedType {
  /** The parameter or variable; `result` for what a function returns. */
  of: string;
  type: t.TSType;
}

export interface Signature {
  name: string;
  /** Names that mean type parameters. */
  generic: Set<string>;
  parameters: NotedType[];
  result: NotedType | null;
}

export interface TypeNotes {
  /** Aliases and interfaces declared at the top level. */
  declared: Map<string, t.TSTypeAliasDeclaration | t.TSInterfaceDeclaration>;
  /** Imported names, of types and values → the specifier. */
  imported: Map<string, string>;
  workflows: Signature[];
  /** Variables of the top level: alive as long as the run. */
  variables: NotedType[];
}

export function noteTypes(program: t.Program): TypeNotes {
  const notes: TypeNotes = { declared: new Map(), imported: new Map(), workflows: [], variables: [] };
  for (const statement of program.body) {
    if (statement.type === 'ImportDeclaration') {
      for (const { local } of statement.specifiers) notes.imported.set(local.name, statement.source.value);
      continue;
    }
    const exported = statement.type === 'ExportNamedDeclaration' || statement.type === 'ExportDefaultDeclaration';
    const node: Node | null | undefined = exported ? statement.declaration : statement;
    if (node?.type === 'TSTypeAliasDeclaration' || node?.type === 'TSInterfaceDeclaration') notes.declared.set(node.id.name, node);
    else if (exported && node?.type === 'FunctionDeclaration' && node.async && !node.generator) {
      notes.workflows.push(signatureOf(node, node.id?.name ?? 'default'));
    } else if (node?.type === 'VariableDeclaration' && !node.declare) {
      for (const { id } of node.declarations) {
        const type = annotationOf(id);
        if (type && id.type === 'Identifier') notes.variables.push({ of: id.name, type });
      }
    }
  }
  return notes;
}

export function signatureOf(node: t.FunctionDeclaration | t.TSDeclareFunction, name: string): Signature {
  const generic = new Set<string>();
  if (node.typeParameters?.type === 'TSTypeParameterDeclaration') {
    for (const parameter of node.typeParameters.params) generic.add(nameOf(parameter.name));
  }
  const parameters = (node.params as Node[]).flatMap((param): NotedType[] => {
    const bare = param.type === 'AssignmentPattern' ? param.left : param;
    const type = annotationOf(bare);
    const of = bare.type === 'Identifier' ? bare.name : bare.type === 'RestElement' && bare.argument.type === 'Identifier' ? bare.argument.name : '…';
    return type ? [{ of, type }] : [];
  });
  const result = node.returnType?.type === 'TSTypeAnnotation' ? { of: 'result', type: node.returnType.typeAnnotation } : null;
  return { name, generic, parameters, result };
}

// Babel 7 has a string where Babel 8 will have an identifier.
const nameOf = (name: string | t.Identifier): string => (typeof name === 'string' ? name : name.name);

const annotationOf = (node: Node): t.TSType | null => {
  const annotation = (node as { typeAnnotation?: Node | null }).typeAnnotation;
  return annotation?.type === 'TSTypeAnnotation' ? annotation.typeAnnotation : null;
};
