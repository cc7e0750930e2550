/**
 * Parts of packages that leave the dialect and that nobody needs: they are cut out of their modules.
 *
 * A module of a package has more in it than a program uses, and often one part in a hundred asks for the host:
 *
 *     export const trim = (s) => s.trim();
 *     export const load = (url) => fetch(url);          outside
 *     export const loadAll = (urls) => urls.map(load);  refers to it
 *
 * Evaluating a declaration like these has no effect; only who refers to it can run it. So what is outside, and all
 * that refers to it, is taken out, unless a statement with effects or a workflow module refers to it: then it is an
 * error. What is taken out depends on the module and on what it imports only, so its code is the same in all programs.
 */
import type * as t from '@babel/types';
import { boundIdentifiers, children, staticKey, type Node } from '../ast.ts';
import type { ImportTarget, ModuleGraph, ModuleRecord } from '../modules.ts';
import type { Diagnostic } from '../report.ts';
import { isInert } from './inert.ts';

/** A piece of a module that stays or goes as a whole. */
interface Piece {
  record: ModuleRecord;
  /** A statement of the top level, or one variable of a declaration. */
  node: Node;
  /** Whether it may go. */
  inert: boolean;
  /** The module's names that it binds. */
  names: string[];
  diagnostics: Diagnostic[];
}

/** Cuts what can be cut and takes back its diagnostics. Returns whether anything was. */
export function cutOutside(records: ModuleRecord[], graph: ModuleGraph): boolean {
  if (!records.some(({ library, reporter }) => library && reporter.failed)) return false;
  const cut = new Cut(records, graph);
  return cut.make();
}

class Cut {
  private readonly pieces: Piece[];
  private readonly graph: ModuleGraph;
  /** By `module name`: the piece that binds it, and those that refer to it. */
  private readonly binders = new Map<string, Piece>();
  private readonly users = new Map<string, Set<Piece>>();

  constructor(records: ModuleRecord[], graph: ModuleGraph) {
    this.graph = graph;
    this.pieces = records.flatMap(piecesOf);
    for (const piece of this.pieces) for (const name of piece.names) this.binders.set(keyOf(piece.record, name), piece);
    for (const piece of this.pieces) this.follow(piece);
  }

  make(): boolean {
    const outside = this.pieces.filter(({ record, diagnostics }) => record.library && diagnostics.some((d) => d.severity !== 'hazard'));
    const gone = new Set<Piece>();
    for (const piece of outside) {
      const affected = this.affectedBy(piece);
      if ([...affected].every(({ inert }) => inert)) for (const each of affected) gone.add(each);
    }
    if (gone.size === 0) return false;
    for (const record of new Set([...gone].map((piece) => piece.record))) {
      const pieces = [...gone].filter((piece) => piece.record === record);
      const said = new Set(pieces.flatMap(({ diagnostics }) => diagnostics));
      record.reporter.keep((d) => !said.has(d));
      takeOut(record, new Set(pieces.map(({ node }) => node)), new Set(pieces.flatMap(({ names }) => names)));
      this.graph.reread(record);
    }
    return true;
  }

  /** A piece and all that cannot be without it. */
  private affectedBy(piece: Piece): Set<Piece> {
    const affected = new Set([piece]);
    for (const each of affected) {
      for (const name of each.names) for (const user of this.users.get(keyOf(each.record, name)) ?? []) affected.add(user);
    }
    return affected;
  }

  /** Notes what a piece refers to. */
  private follow(piece: Piece): void {
    const { record } = piece;
    const use = (key: string): void => {
      if (this.binders.get(key) === piece) return;
      const users = this.users.get(key);
      if (users) users.add(piece);
      else this.users.set(key, new Set([piece]));
    };
    const useImported = (target: ImportTarget | undefined): void => {
      if (!target) return;
      if (target.local !== null) use(`${target.module} ${target.local}`);
      else {
        const module = this.graph.modules.get(target.module);
        for (const name of module ? this.graph.exportedNames(module) : []) useImported(this.graph.exportOf(target.module, name));
      }
    };
    const visit = (node: Node): void => {
      const member = isMember(node) ? this.importOf(record, node) : undefined;
      if (member) {
        useImported(member);
        return;
      }
      const binding = record.analysis.references.get(node);
      if (binding?.scope.kind === 'module') {
        use(keyOf(record, binding.name));
        const entry = record.imports.get(binding);
        if (entry) useImported(this.graph.target(record, entry));
      }
      for (const child of children(node)) visit(child);
    };
    // What a workflow module passes on by name is needed. A package only offers it.
    if (piece.node.type === 'ExportNamedDeclaration' && !piece.node.declaration) {
      if (record.library) return;
      for (const s of piece.node.specifiers) {
        if (s.type === 'ExportSpecifier') useImported(this.graph.exportOf(record.id, s.exported.type === 'Identifier' ? s.exported.name : s.exported.value));
      }
    } else if (piece.node.type !== 'ImportDeclaration') visit(piece.node);
  }

  /** What an imported name stands for, or a member of a namespace: `core`, `core.util`, `core.util.isEmpty`. */
  private importOf(record: ModuleRecord, node: Node): ImportTarget | undefined {
    if (isMember(node)) {
      const name = staticKey({ key: node.property, computed: node.computed });
      const namespace = name === undefined ? undefined : this.importOf(record, node.object);
      return namespace?.local === null ? this.graph.exportOf(namespace.module, name!) : undefined;
    }
    const binding = record.analysis.references.get(node);
    const entry = binding && record.imports.get(binding);
    return entry && this.graph.target(record, entry);
  }
}

const isMember = (node: Node): node is t.MemberExpression | t.OptionalMemberExpression =>
  node.type === 'MemberExpression' || node.type === 'OptionalMemberExpression';

const keyOf = (record: ModuleRecord, name: string): string => `${record.id} ${name}`;

/** The pieces of a module; its diagnostics are given to those they point into. */
function piecesOf(record: ModuleRecord): Piece[] {
  const { program } = record.parsed;
  const isGlobal = (name: Node): boolean => !record.analysis.references.has(name);
  const piece = (node: Node, inert: boolean, names: string[]): Piece => ({
    record,
    node,
    inert: inert && record.library !== null,
    names,
    diagnostics: record.reporter.diagnostics.filter((d) => contains(node, d)),
  });
  return program.body.flatMap((statement) => {
    const exported = statement.type === 'ExportNamedDeclaration' || statement.type === 'ExportDefaultDeclaration';
    const declaration = (exported ? statement.declaration : statement) as Node | null | undefined;
    if (statement.type === 'ImportDeclaration') {
      // Without its module an import has nothing to evaluate.
      const inert = statement.specifiers.length > 0 && !record.requests.has(statement.source.value);
      return piece(statement, inert, statement.specifiers.map(({ local }) => local.name));
    }
    if (declaration?.type === 'VariableDeclaration') {
      return declaration.declarations.map((d) =>
        piece(d, d.id.type === 'Identifier' && (!d.init || isInert(d.init, isGlobal, record.source)), boundIdentifiers(d.id).map(({ name }) => name)),
      );
    }
    if (declaration?.type === 'FunctionDeclaration' || declaration?.type === 'ClassDeclaration') {
      return piece(statement, isInert(declaration, isGlobal, record.source), [declaration.id?.name ?? '*default*']);
    }
    if (statement.type === 'ExportDefaultDeclaration') return piece(statement, isInert(declaration!, isGlobal, record.source), ['*default*']);
    return piece(statement, false, []);
  });
}

function contains({ loc }: Node, { line, column }: Diagnostic): boolean {
  if (!loc) return false;
  const after = (place: { line: number; column: number }): number => line - place.line || column - 1 - place.column;
  return after(loc.start) >= 0 && after(loc.end) <= 0;
}

/** Takes pieces out of the tree, and their names out of the lists of exports. */
function takeOut(record: ModuleRecord, nodes: ReadonlySet<Node>, names: ReadonlySet<string>): void {
  const { program } = record.parsed;
  program.body = program.body.filter((statement) => {
    if (nodes.has(statement)) return false;
    const declaration = statement.type === 'ExportNamedDeclaration' && statement.declaration ? statement.declaration : statement;
    if (declaration.type === 'VariableDeclaration') {
      declaration.declarations = declaration.declarations.filter((d) => !nodes.has(d));
      return declaration.declarations.length > 0;
    }
    if (statement.type === 'ExportNamedDeclaration' && !statement.source) {
      statement.specifiers = statement.specifiers.filter((s) => s.type !== 'ExportSpecifier' || !names.has((s.local as t.Identifier).name));
    }
    return true;
  });
}
