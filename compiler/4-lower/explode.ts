/**
 * Statements with an `await` in them become blocks. Each function draws what it makes.
 */
import type * as t from '@babel/types';
import { unreachable, type Node } from '../ast.ts';
import * as b from '../build.ts';
import type { IrBlock } from '../ir.ts';
import { lowerTarget } from './assignment.ts';
import { suspendOn } from './await.ts';
import { initialise } from './bindings.ts';
import { lowerClass } from './classes.ts';
import { envName, type Context } from './context.ts';
import { lower, lowerUnused } from './expressions.ts';
import type { MachineBuilder } from './machine.ts';
import { hold } from './operands.ts';
import { explodePattern, initPattern, isPattern } from './patterns.ts';
import { enterScopeExploded, envCopy, explodeScope, needsTdz } from './scopes.ts';
import { sourceText } from './source-text.ts';
import { lowerForEach, lowerStatement } from './statements.ts';
import { yieldOn } from './yield.ts';

/** Lowers a statement list into the machine. Declarations here belong to exploded scopes. */
export function explodeStatements(cx: Context, statements: readonly t.Statement[]): void {
  for (const statement of statements) explodeStatement(cx, statement);
}

export function explodeStatement(cx: Context, node: t.Statement, labels: string[] = []): void {
  cx.temps.release();
  const machine = cx.machine!;
  switch (node.type) {
    case 'VariableDeclaration':
      explodeDeclaration(cx, node);
      return;
    case 'ClassDeclaration': {
      const binding = cx.module.declared(node);
      machine.emit(b.expr(initialise(cx, binding, lowerClass(cx, node), node), node));
      return;
    }
    case 'ReturnStatement':
      explodeReturn(cx, node);
      return;
    default:
      break;
  }
  if (!cx.suspends(node)) {
    for (const statement of lowerStatement(cx, node, labels)) machine.emit(statement);
    endAfterJump(machine, node);
    return;
  }
  switch (node.type) {
    case 'ExpressionStatement': {
      const lowered = suspension(cx, node.expression) ?? lowerUnused(cx, node.expression);
      if (lowered) machine.emit(b.expr(lowered, node));
      return;
    }
    case 'BlockStatement':
      breakable(cx, labels, () => {
        enterScopeExploded(cx, cx.analysis.scopes.get(node), node.body);
        explodeStatements(cx, node.body);
      });
      return;
    case 'IfStatement':
      breakable(cx, labels, () => explodeIf(cx, node));
      return;
    case 'WhileStatement':
      explodeWhile(cx, node, labels);
      return;
    case 'DoWhileStatement':
      explodeDoWhile(cx, node, labels);
      return;
    case 'ForStatement':
      explodeFor(cx, node, labels);
      return;
    case 'ForInStatement':
      if (isBodyNative(cx, node)) nativeForEach(cx, node, labels);
      else explodeForIn(cx, node, labels);
      return;
    case 'ForOfStatement':
      if (!node.await && isBodyNative(cx, node)) nativeForEach(cx, node, labels);
      else explodeForOf(cx, node, labels);
      return;
    case 'SwitchStatement':
      explodeSwitch(cx, node, labels);
      return;
    case 'TryStatement':
      breakable(cx, labels, () => explodeTry(cx, node));
      return;
    case 'ThrowStatement':
      machine.throw(lower(cx, node.argument));
      return;
    case 'LabeledStatement':
      explodeStatement(cx, node.body, [...labels, node.label.name]);
      return;
    default:
      unreachable(node as never, 'cannot explode statement');
  }
}

/** An expression that is nothing but an `await` or a `yield`: its value needs no temporary. */
function suspension(cx: Context, node: t.Expression): t.Expression | null {
  if (node.type === 'AwaitExpression') return suspendOn(cx, node.argument, node);
  return node.type === 'YieldExpression' ? yieldOn(cx, node) : null;
}

/** What follows an unconditional jump is dead. */
function endAfterJump(machine: MachineBuilder, node: t.Statement): void {
  if (node.type === 'BreakStatement' || node.type === 'ContinueStatement' || node.type === 'ThrowStatement') machine.endDead();
}

/** `label: { … }`: the label's end is where `break label` goes. */
function breakable(cx: Context, labels: string[], body: () => void): void {
  if (labels.length === 0) {
    body();
    return;
  }
  const end = cx.machine!.block();
  cx.machine!.jumps.breakable(labels, end, false, body);
  cx.machine!.start(end);
}

function explodeDeclaration(cx: Context, node: t.VariableDeclaration): void {
  const machine = cx.machine!;
  for (const d of node.declarations) {
    cx.temps.release();
    const id = d.id as t.Identifier | t.ObjectPattern | t.ArrayPattern;
    if (isPattern(id)) {
      if (cx.suspends(id)) explodePattern(cx, id, hold(cx, lower(cx, d.init!)), 'declare');
      else machine.emit(b.expr(initPattern(cx, id, lower(cx, d.init!), d), d));
      continue;
    }
    const binding = cx.analysis.references.get(id)!;
    if (!d.init) {
      if (node.kind !== 'var') machine.emit(b.expr(initialise(cx, binding, b.undef(), id), d));
      continue;
    }
    const value = suspension(cx, d.init) ?? lower(cx, d.init, id.name);
    machine.emit(b.expr(initialise(cx, binding, value, id), d));
  }
}

function explodeReturn(cx: Context, node: t.ReturnStatement): void {
  const machine = cx.machine!;
  const { argument } = node;
  const isAsyncGenerator = cx.info.async && cx.info.generator;
  const value = !argument
    ? null
    : isAsyncGenerator
      ? suspendOn(cx, argument, node)
      : (suspension(cx, argument) ?? lower(cx, argument));
  if (!machine.jumps.insideFinally) {
    machine.return(value);
    return;
  }
  for (const statement of machine.jumps.return(value)) machine.emit(statement);
  machine.endDead();
}

/** if (test) goto then else goto otherwise; … end: */
function explodeIf(cx: Context, node: t.IfStatement): void {
  const machine = cx.machine!;
  const then = machine.block();
  const end = machine.block();
  const otherwise = node.alternate ? machine.block() : end;
  machine.branch(lower(cx, node.test), then, otherwise);
  machine.start(then);
  explodeStatement(cx, node.consequent);
  machine.goto(end);
  if (node.alternate) {
    machine.start(otherwise);
    explodeStatement(cx, node.alternate);
    machine.goto(end);
  }
  machine.start(end);
}

function loopBody(cx: Context, labels: string[], end: IrBlock, next: IrBlock, body: () => void): void {
  const { jumps } = cx.machine!;
  jumps.breakable(labels, end, true, () => jumps.continuable(labels, next, body));
}

/** head: if (!test) goto end; body; goto head; end: */
function explodeWhile(cx: Context, node: t.WhileStatement, labels: string[]): void {
  const machine = cx.machine!;
  const head = machine.block();
  const body = machine.block();
  const end = machine.block();
  machine.start(head);
  machine.branch(lower(cx, node.test), body, end);
  machine.start(body);
  loopBody(cx, labels, end, head, () => explodeStatement(cx, node.body));
  machine.goto(head);
  machine.start(end);
}

/** body: …; next: if (test) goto body; end: */
function explodeDoWhile(cx: Context, node: t.DoWhileStatement, labels: string[]): void {
  const machine = cx.machine!;
  const body = machine.block();
  const next = machine.block();
  const end = machine.block();
  machine.start(body);
  loopBody(cx, labels, end, next, () => explodeStatement(cx, node.body));
  machine.start(next);
  machine.branch(lower(cx, node.test), body, end);
  machine.start(end);
}

/** init; head: if (!test) goto end; body; next: copy the Env; update; goto head; end: */
function explodeFor(cx: Context, node: t.ForStatement, labels: string[]): void {
  const machine = cx.machine!;
  const scope = cx.analysis.scopes.get(node)!;
  const head = machine.block();
  const body = machine.block();
  const next = machine.block();
  const end = machine.block();
  enterScopeExploded(cx, scope, []);
  if (node.init?.type === 'VariableDeclaration') explodeDeclaration(cx, node.init);
  else if (node.init) explodeUnused(cx, node.init);
  const renew = (): void => {
    if (scope.env) machine.emit(b.expr(b.assign(b.id(envName(scope)), envCopy(cx, scope))));
  };
  if (node.init?.type === 'VariableDeclaration') renew();
  machine.start(head);
  if (node.test) {
    machine.branch(lower(cx, node.test), body, end);
    machine.start(body);
  }
  loopBody(cx, labels, end, next, () => explodeStatement(cx, node.body));
  machine.start(next);
  renew();
  if (node.update) explodeUnused(cx, node.update);
  machine.goto(head);
  machine.start(end);
}

function explodeUnused(cx: Context, node: t.Expression): void {
  cx.temps.release();
  const lowered = lowerUnused(cx, node);
  if (lowered) cx.machine!.emit(b.expr(lowered, node));
}

/** keys = $keysIn(o); i = 0; head: if (i >= keys.length) goto end; k = keys[i++]; if (!(k in o)) goto head; … */
function explodeForIn(cx: Context, node: t.ForInStatement, labels: string[]): void {
  const machine = cx.machine!;
  enterHead(cx, node);
  const object = hold(cx, lower(cx, node.right));
  const keys = machine.temp();
  const position = machine.temp();
  machine.emit(b.expr(b.assign(keys, b.call(cx.op('keysIn'), [object]))));
  machine.emit(b.expr(b.assign(position, b.num(0))));
  const head = machine.block();
  const check = machine.block();
  const body = machine.block();
  const end = machine.block();
  machine.start(head);
  machine.branch(b.binary('<', position, b.member(keys, 'length')), check, end);
  machine.start(check);
  const key = machine.temp();
  machine.emit(b.expr(b.assign(key, b.index(keys, b.update('++', position, false)))));
  // A key that was deleted before its turn is not visited (ECMA-262 14.7.5.9).
  machine.branch(b.binary('in', key, b.call(b.member(cx.op('builtins'), 'Object'), [object])), body, head);
  machine.start(body);
  loopBody(cx, labels, end, head, () => {
    bindLoopVariable(cx, node, key);
    explodeStatement(cx, node.body);
  });
  machine.goto(head);
  machine.start(end);
}

/** In the head of a loop its variables are in their dead zone (ECMA-262 14.7.5.12): `for (const x of [x])`. */
function enterHead(cx: Context, node: t.ForInStatement | t.ForOfStatement): void {
  const scope = cx.analysis.scopes.get(node);
  if (scope && [...scope.bindings.values()].some((binding) => needsTdz(cx, binding))) explodeScope(cx, scope);
}

/** Enters the scope of one iteration and gives the loop variable its value. */
function bindLoopVariable(cx: Context, node: t.ForInStatement | t.ForOfStatement, value: t.Expression): void {
  const machine = cx.machine!;
  const { left } = node;
  cx.temps.release();
  if (left.type === 'VariableDeclaration') {
    const pattern = left.declarations[0]!.id;
    if (left.kind !== 'var') enterScopeExploded(cx, cx.analysis.scopes.get(node), []);
    bindPattern(cx, pattern, value, 'declare');
  } else if (isPattern(left)) {
    bindPattern(cx, left, value, 'assign');
  } else {
    const suspends = cx.suspends(left);
    const held = suspends ? hold(cx, value) : value;
    const target = lowerTarget(cx, left, left, suspends);
    machine.emit(b.expr(b.seq([...target.setup, target.write(held)]), left));
  }
}

function bindPattern(cx: Context, node: Node, value: t.Expression, mode: 'declare' | 'assign'): void {
  const machine = cx.machine!;
  if (isPattern(node)) {
    if (cx.suspends(node)) explodePattern(cx, node, hold(cx, value), mode);
    else machine.emit(b.expr(initPattern(cx, node, value, node, mode), node));
  } else {
    const binding = cx.analysis.references.get(node)!;
    machine.emit(b.expr(initialise(cx, binding, value, node), node));
  }
}

/** Only what the loop goes over is awaited: `for (const x of await all)`. */
const isBodyNative = (cx: Context, node: t.ForInStatement | t.ForOfStatement): boolean =>
  !cx.suspends(node.left) && !cx.suspends(node.body);

function nativeForEach(cx: Context, node: t.ForInStatement | t.ForOfStatement, labels: string[]): void {
  enterHead(cx, node);
  const over = hold(cx, lower(cx, node.right), node.right);
  cx.machine!.emit(lowerForEach(cx, node, labels, over));
}

/**
 *     it = $iterate(right, 'right')
 *     head: if (!$next(it)) goto end
 *     body, protected by abandon: x = $registers.value; …; goto head
 *     abandon: $abandonIterator(it); throw $x
 *     close (a jump out): $closeIterator(it); complete
 *     end:
 */
function explodeForOf(cx: Context, node: t.ForOfStatement, labels: string[]): void {
  const machine = cx.machine!;
  const async = node.await;
  const iterator = machine.temp();
  const start = async ? cx.op('iterateAsync') : cx.op('iterate');
  enterHead(cx, node);
  const right = lower(cx, node.right);
  machine.emit(b.expr(b.assign(iterator, b.call(start, [right, sourceText(node.right)], node.right))));
  const head = machine.block();
  const body = machine.block();
  const abandon = machine.block();
  const end = machine.block();
  const close = machine.finalizer(end, false);

  machine.start(head);
  if (async) {
    machine.suspend(b.call(cx.op('wait'), [b.id('$f'), b.call(cx.op('nextAsync'), [iterator])]), 'next', node.right);
    const result = b.call(cx.op('take'), []);
    machine.branch(b.call(cx.op('nextResult'), [iterator, result]), body, end);
  } else {
    machine.branch(b.call(cx.op('next'), [iterator]), body, end);
  }
  machine.start(body);
  const { jumps } = machine;
  jumps.breakable(labels, end, true, () =>
    jumps.finally(close, () =>
      machine.protect(abandon, () =>
        jumps.continuable(labels, head, () => {
          bindLoopVariable(cx, node, b.member(cx.op('registers'), 'value'));
          explodeStatement(cx, node.body);
          machine.goto(head);
        }),
      ),
    ),
  );
  machine.goto(head);

  const error = machine.startCatch(abandon);
  if (async) {
    // The error of the loop wins over any error of `return`.
    const kept = machine.temp();
    machine.emit(b.expr(b.assign(kept, error)));
    const ignore = machine.block();
    const rethrow = machine.block();
    machine.protect(ignore, () => {
      machine.suspend(b.call(cx.op('wait'), [b.id('$f'), b.call(cx.op('closeAsync'), [iterator])]), 'return', node.right);
      machine.emit(b.expr(b.call(cx.op('take'), [])));
      machine.goto(rethrow);
    });
    machine.goto(rethrow);
    machine.startCatch(ignore);
    machine.goto(rethrow);
    machine.start(rethrow);
    machine.throw(kept);
  } else {
    machine.emit(b.expr(b.call(cx.op('abandonIterator'), [iterator])));
    machine.throw(error);
  }
  if (close.completion.exits.length > 0) {
    machine.startDead(close.entry);
    if (async) {
      machine.suspend(b.call(cx.op('wait'), [b.id('$f'), b.call(cx.op('closeAsync'), [iterator])]), 'return', node.right);
      machine.emit(b.expr(b.call(cx.op('closeResult'), [b.call(cx.op('take'), [])])));
    } else {
      machine.emit(b.expr(b.call(cx.op('closeIterator'), [iterator])));
    }
    machine.complete(close.completion);
  }
  machine.startDead(end);
}

/** d = discriminant; if (d === c1) goto b1; if (d === c2) goto b2; goto default; b1: …; b2: …; end: */
function explodeSwitch(cx: Context, node: t.SwitchStatement, labels: string[]): void {
  const machine = cx.machine!;
  const value = hold(cx, lower(cx, node.discriminant));
  enterScopeExploded(
    cx,
    cx.analysis.scopes.get(node),
    node.cases.flatMap((c) => c.consequent),
  );
  const end = machine.block();
  const bodies = node.cases.map(() => machine.block());
  node.cases.forEach((c, i) => {
    if (!c.test) return;
    const next = machine.block();
    cx.temps.release();
    machine.branch(b.binary('===', value, lower(cx, c.test)), bodies[i]!, next);
    machine.start(next);
  });
  const otherwise = node.cases.findIndex((c) => !c.test);
  machine.goto(otherwise === -1 ? end : bodies[otherwise]!);
  machine.jumps.breakable(labels, end, true, () => {
    node.cases.forEach((c, i) => {
      machine.start(bodies[i]!);
      explodeStatements(cx, c.consequent);
    });
  });
  machine.start(end);
}

/**
 *     try { B } catch (e) { C } finally { F }
 *
 *     B, protected by caught;  k = 0; goto F
 *     caught: e = $x; C, protected by thrown;  k = 0; goto F
 *     thrown: k = 1; v = $x; goto F
 *     F: …; complete k, v            (a jump out of B or C sets k ≥ 2 and goes to F)
 *     end:
 */
function explodeTry(cx: Context, node: t.TryStatement): void {
  const machine = cx.machine!;
  const end = machine.block();
  if (!node.finalizer) {
    explodeCatch(cx, node, end);
    machine.startDead(end);
    return;
  }
  const thrown = machine.block();
  const final = machine.finalizer(end, true);
  const { kind, value } = final.completion;
  const normal = machine.block();
  machine.jumps.finally(final, () => machine.protect(thrown, () => explodeCatch(cx, node, normal)));
  machine.start(normal);
  machine.emit(b.expr(b.assign(b.id(kind), b.num(0))));
  machine.emit(b.expr(b.assign(b.id(value), b.undef())));
  machine.goto(final.entry);
  const error = machine.startCatch(thrown);
  machine.emit(b.expr(b.assign(b.id(kind), b.num(1))));
  machine.emit(b.expr(b.assign(b.id(value), error)));
  machine.goto(final.entry);
  machine.start(final.entry);
  explodeStatement(cx, node.finalizer);
  machine.complete(final.completion);
  machine.startDead(end);
}

/** The `try` and `catch` parts; both go on at `end`. */
function explodeCatch(cx: Context, node: t.TryStatement, end: IrBlock): void {
  const machine = cx.machine!;
  const { handler } = node;
  if (!handler) {
    explodeStatement(cx, node.block);
    machine.goto(end);
    return;
  }
  const caught = machine.block();
  machine.protect(caught, () => explodeStatement(cx, node.block));
  machine.goto(end);
  const error = machine.startCatch(caught);
  enterScopeExploded(cx, cx.analysis.scopes.get(handler), handler.body.body);
  if (handler.param) bindPattern(cx, handler.param, error, 'declare');
  explodeStatements(cx, handler.body.body);
  machine.goto(end);
}
