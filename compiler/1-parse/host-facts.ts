/**
 * What is known of the host when a module is compiled: that it is not there. Code written for browsers and Node asks
 * first, and what it would do in one of them never happens in a workflow:
 *
 *     typeof window !== 'undefined' ? window.crypto : null       →  null
 *     value instanceof File                                      →  (value, false): no value here can be one
 *     globalThis.structuredClone(x)                              →  structuredClone(x)
 *
 * and in packages, which cannot be rewritten,
 *
 *     if (process.env.NODE_ENV !== 'production') warn('…');      →  ;
 *     globalThis.navigator, crypto.getRandomValues               →  undefined
 *     typeof BigInt === 'undefined'                              →  false
 *     Function('return this')()                                  →  globalThis
 *     const { keys, assign } = Object;                           →  const keys = Object.keys, assign = Object.assign;
 *
 * `typeof` of a name that is not bound is well defined (ECMA-262 13.5.3.1), and the names that programs have are known.
 * `process.env.NODE_ENV` is `'production'`, always: what a program does must not depend on where it was compiled.
 *
 * The tree is ours and is edited in place, before scopes are found: what cannot happen is not there to be refused.
 * Only what follows from these facts is decided; `if (false)` of the source stays as it is.
 */
import type * as t from '@babel/types';
import { BUILTINS } from '../../runtime/abi.ts';
import * as b from '../build.ts';
import { boundIdentifiers, editChildren, isFunctionNode, staticKey, walk, type Node } from '../ast.ts';
import { HOST_NAMES } from '../host-names.ts';
import { Places } from '../places.ts';
import { PROVIDED_NAMES } from '../provided.ts';

const PRESENT = new Set<string>([...BUILTINS, 'undefined', 'NaN', 'Infinity', 'eval', 'arguments', 'globalThis']);

/** Built-ins that are no functions. */
const OBJECTS = new Set(['Math', 'JSON', 'Reflect', 'Intl', 'console', 'crypto', 'globalThis']);

const CLASSES = [...HOST_NAMES].filter((name) => /^[A-Z]/.test(name));

/** How the text of a question looks; what looks like one need not be one. */
const ASKED = new RegExp(`\\btypeof\\b|\\bglobalThis\\b|\\binstanceof\\s+(?:${CLASSES.join('|')})\\b`, 'g');
const ASKED_BY_LIBRARIES = /\bNODE_ENV\b|\bcrypto\b|\bFunction\s*\(|\}\s*=\s*(?:Object|Reflect)\b/;

export interface Facts {
  program: t.Program;
  /** Names with a meaning of their own that the tree does not show: effects and ambient declarations. */
  ambient: ReadonlySet<string>;
  /** A module of a package. */
  library: boolean;
}

export function decideHostFacts(facts: Facts, source: string): void {
  const text = facts.library ? new RegExp(`${ASKED.source}|${ASKED_BY_LIBRARIES.source}`, 'g') : ASKED;
  const questions = new Places(Array.from(source.matchAll(text), ({ index }) => index));
  if (!questions.isEmpty) new HostFacts(facts, questions).edit(facts.program);
}

class HostFacts {
  /** By name, not by scope: a name that the module binds anywhere is left alone everywhere. */
  private readonly bound: ReadonlySet<string>;
  private readonly library: boolean;
  private readonly questions: Places;
  /** Values of properties in patterns: what is written to is not asked. */
  private readonly written = new WeakSet<Node>();
  /** Literals that stand for what was decided. */
  private readonly decided = new WeakSet<Node>();

  constructor({ program, ambient, library }: Facts, questions: Places) {
    this.questions = questions;
    this.bound = new Set([...ambient, ...boundNames(program)]);
    this.library = library;
  }

  /** Edits everything below a node, the innermost first. */
  edit(node: Node): void {
    if (node.type === 'ObjectPattern') for (const p of node.properties) if (p.type === 'ObjectProperty') this.written.add(p.value);
    if (this.library && node.type === 'VariableDeclaration') node.declarations = node.declarations.flatMap((d) => this.byName(d));
    editChildren(node, (child, key) => this.replace(child, node, key));
  }

  /** Barriers go by the names of static functions, which a pattern does not show. */
  private byName(declarator: t.VariableDeclarator): t.VariableDeclarator[] {
    const { id, init } = declarator;
    if (id.type !== 'ObjectPattern' || init?.type !== 'Identifier' || !['Object', 'Reflect'].includes(init.name)) return [declarator];
    const parts = id.properties.map((p) => {
      const key = p.type === 'ObjectProperty' && p.value.type === 'Identifier' ? staticKey(p) : undefined;
      if (key === undefined) return undefined;
      const read = placed(b.member(placed(b.id(init.name), init), key), p);
      return placed(b.declare('const', [[(p as t.ObjectProperty).value as t.Identifier, read]]).declarations[0]!, p);
    });
    return this.bound.has(init.name) || parts.includes(undefined) ? [declarator] : (parts as t.VariableDeclarator[]);
  }

  private replace(node: Node, parent: Node, key: string): Node {
    if (!this.questions.within(node)) return node;
    // `globalThis.x = …` is no question.
    if (isTarget(parent, key) || this.written.has(node)) {
      this.edit(node);
      return node;
    }
    const fact = this.factOf(node, key);
    if (fact) return fact;
    this.edit(node);
    return this.conclusion(node) ?? node;
  }

  /** A question about the host, answered. */
  private factOf(node: Node, key: string): Node | undefined {
    if (node.type === 'UnaryExpression' && node.operator === 'typeof') {
      const { argument } = node;
      if (argument.type === 'Identifier' && !this.bound.has(argument.name)) return this.typeOf(argument.name, node);
    }
    if (node.type === 'BinaryExpression' && node.operator === 'instanceof' && node.right.type === 'Identifier') {
      const { name } = node.right;
      if (HOST_NAMES.has(name) && /^[A-Z]/.test(name) && !this.bound.has(name)) return this.isNone(node);
    }
    if (this.library && isGlobalFromText(node) && !this.bound.has('Function')) return placed(b.id('globalThis'), node);
    const path = pathOf(node);
    if (path === undefined || this.bound.has(path[0]!)) return undefined;
    const [object, name] = path as [string, string?];
    const isHere = PRESENT.has(name ?? '') || (this.library && PROVIDED_NAMES.has(name ?? ''));
    if (path.length === 2 && object === 'globalThis' && isHere && !this.bound.has(name!)) return placed(b.id(name!), node);
    if (!this.library) return undefined;
    if (/^(globalThis\.)?process\.env\.NODE_ENV$/.test(path.join('.'))) return this.decide('production', node);
    // A method that is called is not asked for: if it is reached, that is an error.
    if (path.length !== 2 || key === 'callee') return undefined;
    const isAbsent = object === 'globalThis' ? HOST_NAMES.has(name!) && !isHere : object === 'crypto' && name !== 'randomUUID';
    return isAbsent ? this.decide(undefined, node) : undefined;
  }

  /** The value is looked at all the same, if that could do anything. */
  private isNone(node: t.BinaryExpression): Node {
    const none = this.decide(false, node);
    if (node.left.type === 'Identifier' || node.left.type === 'ThisExpression') return none;
    return placed(b.seq([this.replace(node.left, node, 'left') as t.Expression, none as t.Expression]), node);
  }

  private typeOf(name: string, at: Node): Node | undefined {
    const isProvided = this.library && PROVIDED_NAMES.has(name);
    if (!PRESENT.has(name) && !isProvided) return this.decide('undefined', at);
    const isKnown = isProvided || (this.library && (BUILTINS as readonly string[]).includes(name));
    return isKnown || name === 'globalThis' ? this.decide(OBJECTS.has(name) ? 'object' : 'function', at) : undefined;
  }

  /** What follows for an expression or statement whose parts were edited. */
  private conclusion(node: Node): Node | undefined {
    switch (node.type) {
      case 'UnaryExpression': {
        const value = this.valueOf(node.argument);
        if (!value || (node.operator !== '!' && node.operator !== 'typeof')) return undefined;
        return this.decide(node.operator === '!' ? !value.is : typeof value.is, node);
      }
      case 'BinaryExpression':
        return this.comparison(node);
      case 'LogicalExpression': {
        if (node.operator === '??') return this.valueOf(node.left) && (this.valueOf(node.left)!.is == null ? node.right : node.left);
        const left = this.verdict(node.left);
        if (left === (node.operator === '||')) return node.left;
        return left !== undefined && this.decided.has(node.left) ? node.right : undefined;
      }
      case 'ConditionalExpression': {
        const test = this.verdict(node.test);
        if (test === undefined) return undefined;
        const taken = test ? node.consequent : node.alternate;
        return this.decided.has(node.test) ? taken : placed(b.seq([node.test, taken]), node);
      }
      case 'IfStatement': {
        const test = this.verdict(node.test);
        if (test === undefined) return undefined;
        const [taken, dropped] = test ? [node.consequent, node.alternate] : [node.alternate, node.consequent];
        const asked = this.decided.has(node.test) ? [] : [placed(b.expr(node.test), node.test)];
        return together([...asked, ...hoistedOf(dropped), ...(taken ? [taken] : [])]);
      }
      default:
        return undefined;
    }
  }

  /** Whether a condition always holds or never does, whatever its other parts say: `ready && typeof window === 'object'`. */
  private verdict(node: Node): boolean | undefined {
    if (this.decided.has(node)) return !!this.valueOf(node)!.is;
    if (node.type !== 'LogicalExpression' || node.operator === '??') return undefined;
    const decisive = node.operator === '||';
    return this.verdict(node.left) === decisive || this.verdict(node.right) === decisive ? decisive : undefined;
  }

  private comparison(node: t.BinaryExpression): Node | undefined {
    const equality = /^([!=])==?$/.exec(node.operator);
    if (!equality || !(this.decided.has(node.left) || this.decided.has(node.right))) return undefined;
    const [left, right] = [this.valueOf(node.left) ?? literal(node.left), this.valueOf(node.right) ?? literal(node.right)];
    if (!left || !right) return undefined;
    const equal = left.is === right.is || (node.operator.length === 2 && left.is == null && right.is == null);
    return this.decide(equality[1] === '=' ? equal : !equal, node);
  }

  private decide(value: string | boolean | undefined, at: Node): Node {
    const node =
      value === undefined ? b.unary('void', b.num(0)) : typeof value === 'string' ? b.str(value) : b.bool(value);
    this.decided.add(node);
    return placed(node, at);
  }

  private valueOf(node: Node): { is: string | boolean | undefined } | undefined {
    if (!this.decided.has(node)) return undefined;
    return { is: node.type === 'StringLiteral' || node.type === 'BooleanLiteral' ? node.value : undefined };
  }
}

const literal = (node: Node): { is: unknown } | undefined =>
  node.type === 'StringLiteral' || node.type === 'BooleanLiteral'
    ? { is: node.value }
    : node.type === 'NullLiteral'
      ? { is: null }
      : node.type === 'UnaryExpression' && node.operator === 'void' && node.argument.type === 'NumericLiteral'
        ? { is: undefined }
        : undefined;

/** `Function('return this')()`: how code from before `globalThis` finds the global object. */
function isGlobalFromText(node: Node): boolean {
  if (node.type !== 'CallExpression' || node.arguments.length > 0) return false;
  const made = node.callee;
  if (made.type !== 'CallExpression' && made.type !== 'NewExpression') return false;
  const [text, more] = made.arguments;
  const isThis = text?.type === 'StringLiteral' && !more && /^return this;?$/.test(text.value);
  return isThis && made.callee.type === 'Identifier' && made.callee.name === 'Function';
}

/** `['process', 'env', 'NODE_ENV']`, with `?.` or without. */
function pathOf(node: Node): string[] | undefined {
  if (node.type === 'Identifier') return [node.name];
  if (node.type !== 'MemberExpression' && node.type !== 'OptionalMemberExpression') return undefined;
  const key = staticKey({ key: node.property, computed: node.computed });
  const object = key === undefined ? undefined : pathOf(node.object);
  return object && [...object, key!];
}

function isTarget(parent: Node, key: string): boolean {
  switch (parent.type) {
    case 'AssignmentExpression':
    case 'ForInStatement':
    case 'ForOfStatement':
    case 'AssignmentPattern':
      return key === 'left';
    case 'UpdateExpression':
      return true;
    case 'UnaryExpression':
      return parent.operator === 'delete';
    case 'ArrayPattern':
    case 'RestElement':
      return true;
    default:
      return false;
  }
}

/** `var` of a dropped branch still binds its names. */
function hoistedOf(dropped: t.Statement | null | undefined): t.Statement[] {
  const names = new Set<string>();
  if (dropped) {
    walk(dropped, (node) => {
      if (node.type === 'VariableDeclaration' && node.kind === 'var') {
        for (const { id } of node.declarations) for (const { name } of boundIdentifiers(id)) names.add(name);
      }
      return !isFunctionNode(node);
    });
  }
  return names.size === 0 ? [] : [b.declare('var', [...names].map((name) => [name, null]))];
}

const together = (statements: t.Statement[]): t.Statement =>
  statements.length === 1 ? statements[0]! : statements.length === 0 ? b.empty() : b.block(statements);

/** A node of ours stands where the source has what it replaces. */
function placed<N extends Node>(node: N, at: Node): N {
  node.loc = at.loc ?? null;
  node.start = at.start;
  node.end = at.end;
  return node;
}

/** Every name that something in the module binds. */
function boundNames(program: t.Program): Set<string> {
  const names = new Set<string>();
  const add = (pattern: Node): void => {
    for (const { name } of boundIdentifiers(pattern)) names.add(name);
  };
  walk(program, (node) => {
    if (isFunctionNode(node)) for (const param of node.params) add(param);
    if (node.type === 'VariableDeclarator') add(node.id);
    else if (node.type === 'CatchClause' && node.param) add(node.param);
    else if (/^Import.*Specifier$/.test(node.type)) add((node as t.ImportSpecifier).local);
    else if (node.type === 'TSEnumMember') names.add(node.id.type === 'Identifier' ? node.id.name : node.id.value);
    else if ('id' in node && node.id && (node.id as Node).type === 'Identifier') add(node.id as Node);
  });
  return names;
}
