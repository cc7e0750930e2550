/**
 * What is known of the host when a module is compiled: that it is not there. Code written for browsers and Node asks
 * first, and what it would do in one of them never happens in a workflow:
 *
 *     typeof window !== 'undefined' ? window.crypto : null       →  null
 *     globalThis.structuredClone(x)                              →  structuredClone(x)
 *
 * and in packages, which cannot be rewritten,
 *
 *     if (process.env.NODE_ENV !== 'production') warn('…');      →  ;
 *     globalThis.navigator, crypto.getRandomValues               →  undefined
 *
 * `typeof` of a name that is not bound is well defined (ECMA-262 13.5.3.1), and the names that programs have are known.
 * `process.env.NODE_ENV` is `'production'`, always: what a program does must not depend on where it was compiled.
 *
 * The tree is ours and is edited in place, before scopes are found: what cannot happen is not there to be refused.
 * Only what follows from these facts is decided; `if (false)` of the source stays as it is.
 */
import * as t from '@babel/types';
import { BUILTINS } from '../../runtime/abi.ts';
import { boundIdentifiers, isFunctionNode, staticKey, walk, type Node } from '../ast.ts';

const PRESENT = new Set<string>([...BUILTINS, 'undefined', 'NaN', 'Infinity', 'eval', 'arguments']);

export interface Facts {
  program: t.Program;
  /** Names with a meaning of their own that the tree does not show: effects and ambient declarations. */
  ambient: ReadonlySet<string>;
  /** A module of a package. */
  library: boolean;
}

export function decideHostFacts(facts: Facts, source: string): void {
  if (!/\btypeof\b|\bNODE_ENV\b|\bglobalThis\b/.test(source)) return;
  new HostFacts(facts).edit(facts.program);
}

class HostFacts {
  /** By name, not by scope: a name that the module binds anywhere is left alone everywhere. */
  private readonly bound: ReadonlySet<string>;
  private readonly library: boolean;
  /** Literals that stand for what was decided. */
  private readonly decided = new WeakSet<Node>();

  constructor({ program, ambient, library }: Facts) {
    this.bound = new Set([...ambient, ...boundNames(program)]);
    this.library = library;
  }

  /** Edits everything below a node, the innermost first. */
  edit(node: Node): void {
    const record = node as unknown as Record<string, unknown>;
    for (const key of (t.VISITOR_KEYS as Record<string, readonly string[]>)[node.type] ?? []) {
      const value = record[key];
      if (Array.isArray(value)) {
        const items = value as (Node | null)[];
        items.forEach((item, i) => {
          if (item) items[i] = this.replace(item, node, key);
        });
      } else if (value) {
        record[key] = this.replace(value as Node, node, key);
      }
    }
  }

  private replace(node: Node, parent: Node, key: string): Node {
    // `globalThis.x = …` is no question.
    if (isTarget(parent, key)) {
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
      if (argument.type === 'Identifier' && this.isAbsent(argument.name)) return this.decide('undefined', node);
    }
    const path = pathOf(node);
    if (path === undefined || this.bound.has(path[0]!)) return undefined;
    const [object, name] = path as [string, string?];
    if (path.length === 2 && object === 'globalThis' && PRESENT.has(name!) && !this.bound.has(name!)) return placed(t.identifier(name!), node);
    if (!this.library) return undefined;
    if (path.join('.') === 'process.env.NODE_ENV') return this.decide('production', node);
    // A method that is called is not asked for: if it is reached, that is an error.
    if (path.length !== 2 || key === 'callee') return undefined;
    const isAbsent = object === 'globalThis' ? !PRESENT.has(name!) : object === 'crypto' && name !== 'randomUUID';
    return isAbsent ? this.decide(undefined, node) : undefined;
  }

  private isAbsent(name: string): boolean {
    return !PRESENT.has(name) && !this.bound.has(name);
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
        return this.decided.has(node.test) ? taken : placed(t.sequenceExpression([node.test, taken]), node);
      }
      case 'IfStatement': {
        const test = this.verdict(node.test);
        if (test === undefined) return undefined;
        const [taken, dropped] = test ? [node.consequent, node.alternate] : [node.alternate, node.consequent];
        const asked = this.decided.has(node.test) ? [] : [placed(t.expressionStatement(node.test), node.test)];
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
      value === undefined ? t.unaryExpression('void', t.numericLiteral(0)) : typeof value === 'string' ? t.stringLiteral(value) : t.booleanLiteral(value);
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
  return names.size === 0 ? [] : [t.variableDeclaration('var', [...names].map((name) => t.variableDeclarator(t.identifier(name))))];
}

const together = (statements: t.Statement[]): t.Statement =>
  statements.length === 1 ? statements[0]! : statements.length === 0 ? t.emptyStatement() : t.blockStatement(statements);

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
    else if ('id' in node && node.id && (node.id as Node).type === 'Identifier') add(node.id as Node);
  });
  return names;
}
