/**
 * What the compiler prints is what it means: parsed again, the text of a program is the tree that was printed, and every
 * name in it leads back to its place in the source.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from '@babel/parser';
import * as t from '@babel/types';
import { describe, expect, test } from 'vitest';
import { parseModule } from '../compiler/1-parse/index.ts';
import { compileProgram } from '../compiler/index.ts';
import type { IrBlock, IrModule } from '../compiler/ir.ts';
import { printExpression, printProgram, printStatements, Writer } from '../compiler/print/index.ts';
import { Reporter } from '../compiler/report.ts';
import { hostFor } from './support/harness.ts';
import { Random } from './support/random.ts';

const ROOT = fileURLToPath(new URL('../', import.meta.url));

const SOURCES = ['test/run', 'test/libraries', 'examples', 'bench'].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true })
    .map((name) => join(ROOT, folder, String(name)))
    .filter((file) => file.endsWith('.wf.ts'))
    .sort(),
);

/** The fields of a node that hold what is evaluated. */
const fieldsOf = ({ type }: t.Node): string[] =>
  t.VISITOR_KEYS[type]!.filter((field) => !/^(type\w*|returnType|superType\w*|implements|predicate)$/.test(field));

const FIELDS = ['name', 'operator', 'kind', 'computed', 'static', 'async', 'generator', 'prefix', 'optional', 'delegate', 'await', 'pattern', 'flags'];

/** What a tree means, without places and spellings. */
function meaning(node: t.Node): unknown {
  const record = node as unknown as Record<string, unknown>;
  const out: Record<string, unknown> = { type: node.type };
  for (const field of FIELDS) if (record[field] && !(node.type === 'Identifier' && field === 'optional')) out[field] = record[field];
  if (node.type === 'TemplateElement') out.value = node.value.raw;
  else if (typeof record.value === 'object') out.value = undefined;
  else out.value = node.type === 'BigIntLiteral' ? String(BigInt(node.value)) : record.value;
  for (const key of fieldsOf(node)) {
    const value = record[key];
    if (Array.isArray(value)) out[key] = value.length > 0 ? (value as (t.Node | null)[]).map((child) => child && meaning(child)) : undefined;
    else if (value) out[key] = meaning(value as t.Node);
  }
  return out;
}

const text = (nodes: readonly t.Node[]): string[] => nodes.map((node) => JSON.stringify(meaning(node)));

/** The code of a program, lowered, by module. */
function lowered(file: string): { id: string; code: t.Statement[] }[] {
  const modules: IrModule[] = [];
  compileProgram(file, hostFor(ROOT.slice(0, -1)), { lowered: (ir) => modules.push(ir) });
  return modules.map((ir) => ({ id: ir.id, code: codeOf(ir) }));
}

function codeOf(ir: IrModule): t.Statement[] {
  const units = ir.units.flatMap((unit) =>
    unit.kind === 'machine' ? unit.blocks.flatMap(codeOfBlock) : [...unit.prologue, t.expressionStatement(unit.value)],
  );
  return [...units, ...ir.shared, ...ir.init];
}

function codeOfBlock({ body, end }: IrBlock): t.Statement[] {
  const values = ['test', 'value', 'operation'].map((field) => (end as unknown as Record<string, t.Expression | undefined>)[field]);
  const jumps = end.kind === 'complete' ? end.completion.exits.flatMap(({ go }) => go) : [];
  return [...body.map(({ node }) => node), ...values.flatMap((value) => (value ? [t.expressionStatement(value)] : [])), ...jumps];
}

/** Code as it stands inside functions and classes. */
const parsed = (printed: string): t.Statement[] =>
  parse(printed, {
    errorRecovery: true,
    ...{ allowReturnOutsideFunction: true, allowSuperOutsideMethod: true, allowNewTargetOutsideFunction: true, allowUndeclaredExports: true },
  }).program.body;

test('programs, as they are emitted', () => {
  let count = 0;
  for (const { id, code } of SOURCES.flatMap(lowered)) {
    expect(text(parsed(printProgram(code))), id).toEqual(text(code));
    count++;
  }
  expect(count).toBeGreaterThan(300);
}, 120_000);

test('sources without their types, as Node runs them', () => {
  for (const file of SOURCES) {
    const { program } = parseModule(readFileSync(file, 'utf8'), new Reporter(file))!;
    const statements = program.body.filter((statement) => !JSON.stringify(statement).includes('"TSEnumDeclaration"'));
    expect(text(parse(printProgram(statements), { sourceType: 'module' }).program.body), file).toEqual(text(statements));
  }
}, 120_000);

test('names lead back to their places', () => {
  let count = 0;
  for (const { id, code } of SOURCES.slice(0, 150).flatMap(lowered)) {
    const w = new Writer(true);
    printStatements(w, code);
    const fields = { version: 3, sources: [id], names: [], mappings: w.mappings!.encode() };
    const map = new SourceMap(fields as unknown as ConstructorParameters<typeof SourceMap>[0]);
    const compare = (printed: t.Node, meant: t.Node): void => {
      if (meant.type === 'Identifier' && meant.loc) {
        const { line, column } = printed.loc!.start;
        const entry = map.findEntry(line - 1, column) as { originalLine: number; originalColumn: number };
        const { start } = meant.loc;
        expect([meant.name, entry.originalLine + 1, entry.originalColumn], id).toEqual([meant.name, start.line, start.column]);
        count++;
      }
      if (meant.type === 'PrivateName' || meant.type === 'MetaProperty' || (meant.type === 'ObjectProperty' && meant.shorthand)) return;
      for (const key of fieldsOf(meant)) {
        const [there, here] = [printed, meant].map((node) => (node as unknown as Record<string, t.Node | t.Node[]>)[key]);
        if (Array.isArray(here)) here.forEach((child, i) => child && compare((there as t.Node[])[i]!, child));
        else if (here) compare(there as t.Node, here);
      }
    };
    parsed(w.toString()).forEach((statement, i) => compare(statement, code[i]!));
  }
  expect(count).toBeGreaterThan(10_000);
}, 120_000);

// ——— Parentheses ———

const BINARY = ['+', '-', '*', '/', '%', '**', '==', '===', '<', '>=', 'in', 'instanceof', '<<', '>>>', '|', '&', '^'] as const;
const UNARY = ['-', '+', '!', '~', 'typeof', 'void', 'delete'] as const;

/** Expressions in one another as no one would write them. */
class Expressions {
  private readonly random: Random;

  constructor(seed: number) {
    this.random = new Random(seed);
  }

  expression(depth: number): t.Expression {
    if (depth === 0) return this.leaf();
    const e = (): t.Expression => this.expression(depth - 1 - this.random.below(2) * (depth > 1 ? 1 : 0));
    const { random } = this;
    switch (random.below(20)) {
      case 0:
        return t.binaryExpression(random.pick(BINARY), e(), e());
      case 1:
        return t.logicalExpression(random.pick(['??', '||', '&&']), e(), e());
      case 2:
        return t.unaryExpression(random.pick(UNARY), random.chance(0.9) ? e() : t.numericLiteral(1));
      case 3:
        return t.updateExpression(random.pick(['++', '--']), t.memberExpression(e(), t.identifier('p')), random.chance(0.5));
      case 4:
        return t.conditionalExpression(e(), e(), e());
      case 5:
        return t.assignmentExpression(random.pick(['=', '+=', '??=', '**=']), t.memberExpression(e(), e(), true), e());
      case 6:
        return t.assignmentExpression('=', t.objectPattern([t.objectProperty(e(), t.assignmentPattern(t.identifier('v'), e()), true)]), e());
      case 7:
        return t.sequenceExpression([e(), e()]);
      case 8:
        return t.callExpression(e(), [e(), t.spreadElement(e())]);
      case 9:
        return t.newExpression(e(), random.chance(0.5) ? [e()] : []);
      case 10:
        return random.chance(0.5) ? t.memberExpression(e(), t.identifier('p')) : t.memberExpression(e(), e(), true);
      case 11:
        return t.optionalMemberExpression(this.chainless(depth), t.identifier('p'), false, true);
      case 12:
        return t.optionalCallExpression(t.optionalMemberExpression(this.chainless(depth), e(), true, true), [e()], random.chance(0.5));
      case 13:
        return t.arrowFunctionExpression([t.assignmentPattern(t.identifier('v'), e())], random.chance(0.7) ? e() : this.body(depth), random.chance(0.2));
      case 14:
        return t.functionExpression(random.chance(0.5) ? t.identifier('f') : null, [], this.body(depth));
      case 15:
        return t.classExpression(null, random.chance(0.5) ? e() : null, t.classBody([t.classProperty(e(), e(), null, null, true, true)]));
      case 16:
        return t.objectExpression([t.objectProperty(t.identifier('a'), e()), t.objectProperty(e(), e(), true), t.spreadElement(e())]);
      case 17:
        return t.arrayExpression([e(), null, t.spreadElement(e()), ...(random.chance(0.5) ? [null] : [])]);
      case 18:
        return t.taggedTemplateExpression(e(), this.template(e()));
      default:
        return this.template(e());
    }
  }

  private leaf(): t.Expression {
    const { random } = this;
    const leaves = [t.identifier('x'), t.numericLiteral(7), t.stringLiteral('\u2028"\'`\n'), t.thisExpression(), t.regExpLiteral('/[/]', 'g')];
    // The text of a regular expression is taken as it is.
    return random.pick([...leaves.slice(0, 4), t.regExpLiteral('[/]', 'g'), t.nullLiteral(), t.bigIntLiteral('9'), t.objectExpression([])]);
  }

  /** What a chain begins with: another chain would be the same chain. */
  private chainless(depth: number): t.Expression {
    const node = this.expression(depth - 1);
    return t.isOptionalMemberExpression(node) || t.isOptionalCallExpression(node) ? t.identifier('x') : node;
  }

  private template(inside: t.Expression): t.TemplateLiteral {
    return t.templateLiteral([t.templateElement({ raw: 'a\n\\${' }), t.templateElement({ raw: '' }, true)], [inside]);
  }

  private body(depth: number): t.BlockStatement {
    const { random } = this;
    const e = (): t.Expression => this.expression(depth - 1);
    const declared = t.variableDeclaration('let', [t.variableDeclarator(t.identifier('i'), e())]);
    return t.blockStatement(
      random.pick<() => t.Statement[]>([
        () => [t.expressionStatement(e())],
        () => [t.returnStatement(e()), t.throwStatement(e())],
        () => [t.forStatement(random.chance(0.5) ? declared : e(), e(), e(), t.emptyStatement())],
        () => [t.forInStatement(t.identifier('x'), e(), t.blockStatement([])), t.forOfStatement(t.identifier('async'), e(), t.emptyStatement())],
        () => [t.switchStatement(e(), [t.switchCase(e(), [t.expressionStatement(e())]), t.switchCase(null, [])])],
        () => [t.ifStatement(e(), t.expressionStatement(e()), t.ifStatement(e(), t.blockStatement([declared])))],
        () => [t.doWhileStatement(e(), t.expressionStatement(e())), t.whileStatement(e(), t.labeledStatement(t.identifier('l'), t.emptyStatement()))],
      ])(),
    );
  }
}

/** What the text means, or why it is none. */
function parsedOf(printed: string): string[] {
  try {
    return text(parse(printed, { sourceType: 'module', errorRecovery: true }).program.body);
  } catch (error) {
    return [String(error)];
  }
}

describe('parentheses', () => {
  test('stand where they must', () => {
    for (let seed = 1; seed <= 4000; seed++) {
      const node = new Expressions(seed).expression(1 + (seed % 4));
      const statements = [t.expressionStatement(node), t.exportDefaultDeclaration(node)];
      const printed = printProgram(statements);
      expect(parsedOf(printed), `${seed}: ${printed}`).toEqual(text(statements));
    }
  });

  test.each([
    ['`a ?? b` beside others', t.logicalExpression('??', t.logicalExpression('||', t.identifier('a'), t.identifier('b')), t.identifier('c')), '(a || b) ?? c'],
    ['powers', t.binaryExpression('**', t.unaryExpression('-', t.identifier('a')), t.identifier('b')), '(-a) ** b'],
    ['signs', t.unaryExpression('-', t.unaryExpression('-', t.identifier('a'))), '- -a'],
    ['powers of what is awaited', t.binaryExpression('**', t.awaitExpression(t.identifier('a')), t.identifier('b')), '(await a) ** b'],
    ['members of what is awaited', t.memberExpression(t.awaitExpression(t.identifier('a')), t.identifier('p')), '(await a).p'],
    ['what is yielded', t.binaryExpression('+', t.yieldExpression(t.identifier('a')), t.yieldExpression()), '(yield a) + (yield)'],
    ['chains that end', t.memberExpression(t.optionalMemberExpression(t.identifier('a'), t.identifier('b'), false, true), t.identifier('c')), '(a?.b).c'],
    ['constructors that are made', t.newExpression(t.memberExpression(t.callExpression(t.identifier('f'), []), t.identifier('C')), []), 'new (f().C)()'],
    ['members of numbers', t.memberExpression(t.numericLiteral(5), t.identifier('p')), '(5).p'],
  ])('%s', (_what, node, expected) => {
    expect(printExpression(node)).toBe(expected);
  });

  test('an `if` without `else` does not take that of the one around it', () => {
    const inner = t.ifStatement(t.identifier('b'), t.emptyStatement());
    const [printed] = parse(printProgram([t.ifStatement(t.identifier('a'), t.labeledStatement(t.identifier('l'), inner), t.emptyStatement())])).program.body;
    expect(printed).toMatchObject({ type: 'IfStatement', alternate: { type: 'EmptyStatement' }, consequent: { type: 'BlockStatement' } });
  });
});
