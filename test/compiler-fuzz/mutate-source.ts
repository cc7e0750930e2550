/**
 * Changes programs: some changes leave syntax that is valid, most tokens' do not. Seeded.
 */
import { parse } from '@babel/parser';
import { VISITOR_KEYS } from '@babel/types';
import type { Random } from '../support/random.ts';

interface Range {
  start: number;
  end: number;
}

interface Parsed {
  /** Nothing is wrong with its syntax. */
  valid: boolean;
  tokens: Range[];
  expressions: Range[];
  statements: Range[];
  /** `let`, `const`, `var` of declarations. */
  kinds: Range[];
  functions: (Range & { async: boolean; generator: boolean })[];
}

interface AnyNode {
  type: string;
  start: number;
  end: number;
  [field: string]: unknown;
}

const parsedSources = new Map<string, Parsed | null>();

/** What can be changed in a source; null if it cannot be parsed. */
function parsedOf(source: string): Parsed | null {
  const known = parsedSources.get(source);
  if (known !== undefined) return known;
  const parsed = read(source);
  if (parsedSources.size > 2000) parsedSources.clear();
  parsedSources.set(source, parsed);
  return parsed;
}

function read(source: string): Parsed | null {
  const out: Parsed = { valid: false, tokens: [], expressions: [], statements: [], kinds: [], functions: [] };
  let file;
  try {
    file = parse(source, { sourceType: 'module', plugins: ['typescript'], tokens: true, errorRecovery: true });
  } catch {
    return null;
  }
  out.valid = (file.errors?.length ?? 0) === 0;
  out.tokens = (file.tokens as Range[]).filter(({ start, end }) => end > start).map(({ start, end }) => ({ start, end }));
  const visit = (node: AnyNode): void => {
    const { type, start, end } = node;
    if (type.startsWith('TS')) return;
    if (/Expression$|Literal$|^Identifier$/.test(type)) out.expressions.push({ start, end });
    if (/Statement$|Declaration$/.test(type) && type !== 'ExpressionStatement') out.statements.push({ start, end });
    if (type === 'ExpressionStatement') out.statements.push({ start, end });
    if (type === 'VariableDeclaration') out.kinds.push({ start, end: start + String(node.kind).length });
    if (type === 'FunctionDeclaration' || type === 'FunctionExpression') {
      out.functions.push({ start, end, async: node.async === true, generator: node.generator === true });
    }
    for (const key of VISITOR_KEYS[type] ?? []) {
      const value = node[key];
      for (const child of Array.isArray(value) ? (value as unknown[]) : [value]) if (child) visit(child as AnyNode);
    }
  };
  visit(file.program as unknown as AnyNode);
  return out;
}

const WORDS = [
  ...'await yield async function* class extends super this new delete typeof void in of instanceof return throw break continue'.split(' '),
  ...'if else for while do switch case default try catch finally let const var static get set arguments eval enum import export'.split(' '),
  ...'( ) [ ] { } ; , . ?. ?? => ... = == === != < > + - * / % ** & | ^ ~ ! && || ??= ||= += ++ -- ? : # @ ` ${ }'.split(' '),
  ...['0', '1n', '-1', "'x'", '`t${1}`', '/x/g', 'null', 'undefined', 'NaN', 'x', '_', '$', '$1', '__proto__', 'constructor', 'prototype', 'of', 'target'],
];

/** What an expression may become. */
const WRAPPED: ((e: string, other: string) => string)[] = [
  (e) => `(await tick(${e}))`,
  (e) => `(${e})`,
  (e) => `[${e}][0]`,
  (e) => `[...[${e}]]`,
  (e) => `({ v: ${e} }).v`,
  (e) => `(() => ${e})()`,
  (e) => `(await (async () => ${e})())`,
  (e, other) => `(${e}, ${other})`,
  (e, other) => `(${e} ?? ${other})`,
  (e, other) => `(${e} ? ${other} : ${e})`,
  (e) => `\`\${${e}}\``,
  (e) => `(${e})?.x`,
  (e) => `(${e}).x.y`,
  (e) => `(${e})()`,
  (e) => `new (${e})()`,
  (e) => `typeof ${e}`,
  (e) => `void ${e}`,
  (e) => `(yield ${e})`,
  (e) => `(yield* ${e})`,
  (e) => `class { static x = ${e}; }`,
  (e) => `class { [${e}]() { return ${e}; } }`,
  (e) => `function (a = ${e}) { return a; }`,
  (e) => `async function* () { yield ${e}; }`,
  (_, other) => other,
  (_, other) => other,
];

/** What a statement may become. */
const NESTED: ((s: string, other: string) => string)[] = [
  (s) => `{ ${s} }`,
  (s) => `try { ${s} } finally { await tick(); }`,
  (s) => `try { ${s} } catch (e) { out(String(e)); }`,
  (s) => `try { ${s} } catch { }`,
  (s) => `try { await fail('f'); } catch ({ message }) { ${s} }`,
  (s) => `for (const i of [1, 2]) { ${s} }`,
  (s) => `for await (const i of [tick(1), 2]) { ${s} }`,
  (s) => `for (let i = 0; i < 2; i++) { ${s} }`,
  (s) => `for (const k in { a: 1, b: 2 }) { ${s} }`,
  (s) => `outer: for (;;) { ${s}; break outer; }`,
  (s) => `do { ${s} } while (await tick(false));`,
  (s) => `switch (await tick(1)) { case 1: ${s} default: break; }`,
  (s) => `label: { ${s} break label; }`,
  (s) => `if (await tick(true)) ${s}`,
  (s) => `(() => { ${s} })();`,
  (s) => `await (async () => { ${s} })();`,
  (s) => `void (async function* () { ${s} })().next();`,
  (s) => `class K { static { ${s} } }`,
  (s) => `class K { m() { ${s} } } new K().m();`,
  (s, other) => `${s}\n${other}`,
  (s) => `${s}\n${s}`,
  () => '',
  (_, other) => other,
];

const cut = (source: string, { start, end }: Range, text: string): string => source.slice(0, start) + text + source.slice(end);

const textOf = (source: string, { start, end }: Range): string => source.slice(start, end);

type Mutation = (source: string, parsed: Parsed, random: Random, other: string, otherParsed: Parsed) => string;

const TREE: Mutation[] = [
  (source, parsed, random, other, otherParsed) => {
    const [from, tree] = random.chance(0.5) ? [source, parsed] : [other, otherParsed];
    const e = random.pick(parsed.expressions);
    return cut(source, e, random.pick(WRAPPED)(textOf(source, e), textOf(from, random.pick(tree.expressions))));
  },
  (source, parsed, random, other, otherParsed) => {
    const [from, tree] = random.chance(0.5) ? [source, parsed] : [other, otherParsed];
    const s = random.pick(parsed.statements);
    return cut(source, s, random.pick(NESTED)(textOf(source, s), textOf(from, random.pick(tree.statements))));
  },
  (source, parsed, random) => cut(source, random.pick(parsed.kinds), random.pick(['let', 'const', 'var'])),
  (source, parsed, random) => {
    const f = random.pick(parsed.functions);
    const bare = textOf(source, f).replace(/^(async\s+)?function\s*\*?/, '');
    return cut(source, f, `${random.pick(['', 'async '])}function${random.pick(['', '*'])} ${bare}`);
  },
];

const TOKENS: Mutation[] = [
  (source, { tokens }, random) => cut(source, random.pick(tokens), ''),
  (source, { tokens }, random) => cut(source, random.pick(tokens), random.pick(WORDS)),
  (source, { tokens }, random) => {
    const { start } = random.pick(tokens);
    return cut(source, { start, end: start }, ` ${random.pick(WORDS)} `);
  },
  (source, { tokens }, random) => {
    const token = random.pick(tokens);
    return cut(source, token, `${textOf(source, token)} ${textOf(source, random.pick(tokens))}`);
  },
  (source, { tokens }, random) => {
    const i = random.below(tokens.length);
    const last = tokens[Math.min(tokens.length - 1, i + random.below(6))]!;
    return cut(source, { start: tokens[i]!.start, end: last.end }, '');
  },
  (source, { tokens }, random, other, otherParsed) => {
    const i = random.below(otherParsed.tokens.length);
    const last = otherParsed.tokens[Math.min(otherParsed.tokens.length - 1, i + random.below(12))]!;
    return cut(source, random.pick(tokens), other.slice(otherParsed.tokens[i]!.start, last.end));
  },
  (source, { tokens }, random) => source.slice(0, random.pick(tokens).end),
];

/** The source with one to four changes; `other` lends parts of another one. */
export function mutate(source: string, other: string, random: Random): string {
  const lender = parsedOf(other);
  let text = source;
  const broken = random.chance(0.3);
  for (let n = 1 + random.below(4); n > 0; n--) {
    const parsed = parsedOf(text);
    if (!parsed || !lender || parsed.tokens.length === 0) return text;
    // Most changes of the tree are no syntax where they are made: `await` in a plain function, two of a name.
    for (let tries = broken ? 1 : 8; tries > 0; tries--) {
      const changed = change(text, parsed, random, other, lender, broken ? TOKENS : TREE);
      if (!broken && !parsedOf(changed)?.valid) continue;
      text = changed;
      break;
    }
  }
  return text;
}

function change(text: string, parsed: Parsed, random: Random, other: string, lender: Parsed, mutations: Mutation[]): string {
  try {
    return random.pick(mutations)(text, parsed, random, other, lender);
  } catch (error) {
    // Nothing of the kind is in it.
    if (error instanceof TypeError) return text;
    throw error;
  }
}
