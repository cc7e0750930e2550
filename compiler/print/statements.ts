/**
 * Statements, declarations and modules.
 */
import type * as t from '@babel/types';
import { unreachable, type Node } from '../ast.ts';
import { print, quote } from './expressions.ts';
import { printClass, printFunction } from './functions.ts';
import { ASSIGNMENT, beginningOf, PARENTHESES, SEQUENCE } from './precedence.ts';
import type { Writer } from './writer.ts';

/** Each on a line of its own. */
export function printStatements(w: Writer, statements: readonly t.Statement[]): void {
  for (const statement of statements) {
    w.newLine();
    printStatement(w, statement);
  }
}

export function printBlock(w: Writer, { body, directives, loc }: { body: t.Statement[]; directives?: t.Directive[]; loc?: t.Node['loc'] }): void {
  w.write('{');
  w.indent();
  for (const { value } of directives ?? []) {
    w.newLine();
    w.write(`${(value.extra?.raw as string | undefined) ?? quote(value.value)};`);
  }
  printStatements(w, body);
  w.dedent();
  if (body.length > 0 || directives?.length) w.newLine();
  if (loc) w.mark({ line: loc.end.line, column: loc.end.column - 1 });
  w.write('}');
}

export function printStatement(w: Writer, node: t.Statement): void {
  if (node.loc) w.mark(node.loc.start);
  printBare(w, node);
  if (node.loc) w.mark(node.loc.end);
}

function printBare(w: Writer, node: t.Statement): void {
  switch (node.type) {
    case 'ExpressionStatement':
      print(w, node.expression, isAmbiguous(beginningOf(node.expression)) ? PARENTHESES : SEQUENCE);
      w.write(';');
      break;
    case 'VariableDeclaration':
      printVariables(w, node);
      w.write(';');
      break;
    case 'ReturnStatement':
    case 'ThrowStatement':
      w.write(node.type === 'ReturnStatement' ? 'return' : 'throw');
      if (node.argument) {
        w.write(' ');
        print(w, node.argument, SEQUENCE);
      }
      w.write(';');
      break;
    case 'IfStatement':
      printIf(w, node);
      break;
    case 'BlockStatement':
      printBlock(w, node);
      break;
    case 'ForStatement':
      printFor(w, node);
      break;
    case 'ForInStatement':
    case 'ForOfStatement':
      printForEach(w, node);
      break;
    case 'WhileStatement':
      printHead(w, 'while', node.test);
      printBody(w, node.body);
      break;
    case 'DoWhileStatement':
      w.write('do');
      printBody(w, node.body);
      w.write(' ');
      printHead(w, 'while', node.test);
      w.write(';');
      break;
    case 'SwitchStatement':
      printSwitch(w, node);
      break;
    case 'TryStatement':
      printTry(w, node);
      break;
    case 'BreakStatement':
    case 'ContinueStatement':
      w.write(node.type === 'BreakStatement' ? 'break' : 'continue');
      if (node.label) {
        w.write(' ');
        print(w, node.label, SEQUENCE);
      }
      w.write(';');
      break;
    case 'LabeledStatement':
      print(w, node.label, SEQUENCE);
      w.write(': ');
      printStatement(w, node.body);
      break;
    case 'FunctionDeclaration':
      printFunction(w, node);
      break;
    case 'ClassDeclaration':
      printClass(w, node);
      break;
    case 'EmptyStatement':
      w.write(';');
      break;
    case 'DebuggerStatement':
      w.write('debugger;');
      break;
    case 'ImportDeclaration':
      printImport(w, node);
      break;
    case 'ExportNamedDeclaration':
      printExport(w, node);
      break;
    case 'ExportDefaultDeclaration':
      printExportDefault(w, node.declaration);
      break;
    case 'ExportAllDeclaration':
      w.write('export *');
      printSource(w, node);
      break;
    default:
      unreachable(node as never, 'cannot print statement');
  }
}

/** At the beginning of a statement this would not be read as the expression it is. */
function isAmbiguous(first: Node): boolean {
  switch (first.type) {
    case 'ObjectExpression':
    case 'ObjectPattern':
    case 'FunctionExpression':
    case 'ClassExpression':
    case 'StringLiteral': // a directive
      return true;
    default:
      return false;
  }
}

function printVariables(w: Writer, { kind, declarations }: t.VariableDeclaration): void {
  w.write(`${kind} `);
  declarations.forEach(({ id, init, loc }, i) => {
    if (i > 0) w.write(', ');
    if (loc) w.mark(loc.start);
    print(w, id, ASSIGNMENT);
    if (init) {
      w.write(' = ');
      print(w, init, ASSIGNMENT);
    }
    if (loc) w.mark(loc.end);
  });
}

/** `while (test)`. */
function printHead(w: Writer, word: string, test: Node): void {
  w.write(`${word} (`);
  print(w, test, SEQUENCE);
  w.write(')');
}

/** A statement behind the head it belongs to. */
function printBody(w: Writer, node: t.Statement): void {
  if (node.type !== 'EmptyStatement') w.write(' ');
  printStatement(w, node);
}

function printIf(w: Writer, { test, consequent, alternate }: t.IfStatement): void {
  printHead(w, 'if', test);
  if (!alternate) {
    printBody(w, consequent);
    return;
  }
  // An `else` belongs to the last `if` without one.
  if (endsInIf(consequent)) printBody(w, { type: 'BlockStatement', body: [consequent], directives: [] } as unknown as t.BlockStatement);
  else printBody(w, consequent);
  w.write(' else');
  printBody(w, alternate);
}

function endsInIf(node: t.Statement): boolean {
  switch (node.type) {
    case 'IfStatement':
      return !node.alternate || endsInIf(node.alternate);
    case 'ForStatement':
    case 'ForInStatement':
    case 'ForOfStatement':
    case 'WhileStatement':
    case 'LabeledStatement':
      return endsInIf(node.body);
    default:
      return false;
  }
}

function printFor(w: Writer, { init, test, update, body }: t.ForStatement): void {
  w.write('for (');
  if (init) {
    const outer = w.inForHead;
    w.inForHead = true;
    if (init.type === 'VariableDeclaration') printVariables(w, init);
    else print(w, init, isAmbiguous(beginningOf(init)) ? PARENTHESES : SEQUENCE);
    w.inForHead = outer;
  }
  w.write(';');
  if (test) {
    w.write(' ');
    print(w, test, SEQUENCE);
  }
  w.write(';');
  if (update) {
    w.write(' ');
    print(w, update, SEQUENCE);
  }
  w.write(')');
  printBody(w, body);
}

function printForEach(w: Writer, node: t.ForInStatement | t.ForOfStatement): void {
  const { left, right, body } = node;
  const isOf = node.type === 'ForOfStatement';
  w.write(isOf && node.await ? 'for await (' : 'for (');
  if (left.type === 'VariableDeclaration') {
    if (left.loc) w.mark(left.loc.start);
    printVariables(w, left);
  } else {
    // `for (async of …)` begins an arrow function.
    print(w, left, left.type === 'Identifier' && left.name === 'async' ? PARENTHESES : ASSIGNMENT);
  }
  w.write(isOf ? ' of ' : ' in ');
  print(w, right, isOf ? ASSIGNMENT : SEQUENCE);
  w.write(')');
  printBody(w, body);
}

function printSwitch(w: Writer, { discriminant, cases }: t.SwitchStatement): void {
  printHead(w, 'switch', discriminant);
  w.write(' {');
  w.indent();
  for (const { test, consequent, loc } of cases) {
    w.newLine();
    if (loc) w.mark(loc.start);
    if (test) {
      w.write('case ');
      print(w, test, SEQUENCE);
      w.write(':');
    } else {
      w.write('default:');
    }
    w.indent();
    printStatements(w, consequent);
    w.dedent();
  }
  w.dedent();
  w.newLine();
  w.write('}');
}

function printTry(w: Writer, { block, handler, finalizer }: t.TryStatement): void {
  w.write('try ');
  printBlock(w, block);
  if (handler) {
    w.write(' catch ');
    if (handler.param) {
      w.write('(');
      print(w, handler.param, ASSIGNMENT);
      w.write(') ');
    }
    printBlock(w, handler.body);
  }
  if (finalizer) {
    w.write(' finally ');
    printBlock(w, finalizer);
  }
}

// ——— Modules ———

function printImport(w: Writer, node: t.ImportDeclaration): void {
  w.write('import ');
  const named = node.specifiers.filter((s) => s.type === 'ImportSpecifier');
  const parts = node.specifiers.flatMap((s) =>
    s.type === 'ImportDefaultSpecifier' ? [s.local.name] : s.type === 'ImportNamespaceSpecifier' ? [`* as ${s.local.name}`] : [],
  );
  if (named.length > 0) parts.push(`{ ${named.map(({ imported, local }) => renamed(imported, local)).join(', ')} }`);
  w.write(parts.join(', '));
  if (parts.length > 0) printSource(w, node);
  else w.write(`${quote(node.source.value)};`);
}

function printExport(w: Writer, node: t.ExportNamedDeclaration): void {
  w.write('export ');
  if (node.declaration) {
    printStatement(w, node.declaration);
    return;
  }
  const namespace = node.specifiers.find((s) => s.type === 'ExportNamespaceSpecifier');
  const named = node.specifiers.flatMap((s) => (s.type === 'ExportSpecifier' ? [renamed(s.local, s.exported)] : []));
  if (namespace) w.write(`* as ${nameOf(namespace.exported)}`);
  else w.write(named.length > 0 ? `{ ${named.join(', ')} }` : '{}');
  if (node.source) printSource(w, node as { source: t.StringLiteral });
  else w.write(';');
}

function printExportDefault(w: Writer, node: t.ExportDefaultDeclaration['declaration']): void {
  w.write('export default ');
  if (node.type === 'FunctionDeclaration' || node.type === 'ClassDeclaration') {
    printStatement(w, node);
    return;
  }
  const first = beginningOf(node).type;
  print(w, node, first === 'FunctionExpression' || first === 'ClassExpression' ? PARENTHESES : ASSIGNMENT);
  w.write(';');
}

function printSource(w: Writer, { source, attributes }: { source: t.StringLiteral; attributes?: t.ImportAttribute[] | null }): void {
  w.write(` from ${quote(source.value)}`);
  if (attributes?.length) w.write(` with { ${attributes.map(({ key, value }) => `${nameOf(key)}: ${quote(value.value)}`).join(', ')} }`);
  w.write(';');
}

const nameOf = (name: t.Identifier | t.StringLiteral): string => (name.type === 'Identifier' ? name.name : quote(name.value));

function renamed(from: t.Identifier | t.StringLiteral, to: t.Identifier | t.StringLiteral): string {
  const [before, after] = [nameOf(from), nameOf(to)];
  return before === after ? before : `${before} as ${after}`;
}
