/**
 * `yield`. It suspends like `await`, but to whoever called `next`, `throw` or `return`; which of the three resumes
 * it is in the registers:
 *
 *     const x = yield v     →   suspend ($registers.value = v, YIELD) at yield → b4
 *                               b4: if ($registers.returning) { …return $returned()… }      (through all finallys)
 *                                   x = $take()                                              (throws for `throw`)
 *
 * In an async generator the value is awaited before it is yielded, and what `return` brings is awaited where it
 * arrives (ECMA-262 27.6.3.8, 27.6.3.7).
 */
import type * as t from '@babel/types';
import { YIELD } from '../../runtime/abi.ts';
import type { Node } from '../ast.ts';
import * as b from '../build.ts';
import { suspendOn } from './await.ts';
import type { Context } from './context.ts';
import { lower } from './expressions.ts';

/** Lowers a `yield` and returns the value it is resumed with, to be evaluated at once. */
export function yieldOn(cx: Context, node: t.YieldExpression): t.Expression {
  if (node.delegate) return cx.info.async ? delegateAsync(cx, node) : delegate(cx, node);
  const machine = cx.machine!;
  if (cx.info.async) {
    const value = suspendOn(cx, node.argument ?? b.undef(), node);
    machine.suspend(b.call(cx.op('yieldAsync'), [b.id('$f'), value]), 'yield', node);
    const resumed = machine.block();
    const returning = machine.block();
    machine.branch(register(cx, 'returning'), returning, resumed);
    machine.start(returning);
    machine.suspend(b.call(cx.op('wait'), [b.id('$f'), b.call(cx.op('returned'), [])]), 'return', node);
    leave(cx, b.call(cx.op('take'), []));
    machine.start(resumed);
  } else {
    const value = node.argument ? lower(cx, node.argument) : b.undef();
    machine.suspend(b.seq([b.assign(register(cx, 'value'), value), b.num(YIELD)], node), 'yield', node);
    const go = machine.jumps.return(b.call(cx.op('returned'), []));
    machine.emit(b.iff(register(cx, 'returning'), b.block(go)));
  }
  return b.call(cx.op('take'), [], node);
}

/** `return value` from where a generator is resumed. */
function leave(cx: Context, value: t.Expression): void {
  for (const statement of cx.machine!.jumps.return(value)) cx.machine!.emit(statement);
  cx.machine!.endDead();
}

const register = (cx: Context, name: 'value' | 'failed' | 'returning'): t.MemberExpression => b.member(cx.op('registers'), name);

export function lowerYield(cx: Context, node: t.YieldExpression): t.Expression {
  const value = yieldOn(cx, node);
  const temp = cx.machine!.temp();
  cx.machine!.emit(b.expr(b.assign(temp, value), node));
  return temp;
}

/**
 * `yield*` (15.5.5). What the registers hold is passed on to the inner iterator; its result objects go out as they
 * are.
 *
 *     it = $iterate(v); $registers.value = undefined
 *     head: s = $delegate(it); if (s <= 2) goto done
 *     suspend s at yield* → head                                    (s is YIELD or DELEGATE)
 *     done: if (s === 2) …return $registers.value…;   the value is $registers.value
 */
function delegate(cx: Context, node: t.YieldExpression): t.Expression {
  const machine = cx.machine!;
  const iterator = machine.temp();
  const status = machine.temp();
  machine.emit(b.expr(b.assign(iterator, b.call(cx.op('iterate'), [lower(cx, node.argument!)], node.argument))));
  machine.emit(b.expr(b.assign(register(cx, 'value'), b.undef())));
  const head = machine.block();
  const yielded = machine.block();
  const done = machine.block();
  machine.start(head);
  machine.emit(b.expr(b.assign(status, b.call(cx.op('delegate'), [iterator], node))));
  machine.branch(b.binary('<=', status, b.num(2)), done, yielded);
  machine.start(yielded);
  machine.suspend(status, 'yield*', node);
  machine.goto(head);
  machine.start(done);
  return delegated(cx, status, node);
}

/** The inner iterator has ended: with a value, or because the generator itself shall return. */
function delegated(cx: Context, status: t.Expression, at: Node): t.Expression {
  const go = cx.machine!.jumps.return(register(cx, 'value'));
  cx.machine!.emit(b.iff(b.binary('===', status, b.num(2)), b.block(go)));
  return b.copy(register(cx, 'value'), { loc: at.loc ?? null });
}

/**
 *     head: m = $delegateAsync(it)                      calls next, throw or return
 *     suspend $wait($f, $registers.value) at yield*
 *     s = $delegated(it, m, $take()); if (s <= 2) goto done
 *     suspend $yieldAsync($f, $registers.value) at yield*
 *     if (!$registers.returning) goto head
 *     suspend $wait($f, $returned()) at return; $registers.value = $take(); $registers.returning = true; goto head
 *     (a rejection of it is thrown into the inner iterator: $registers.value = $x; $registers.failed = true)
 */
function delegateAsync(cx: Context, node: t.YieldExpression): t.Expression {
  const machine = cx.machine!;
  const iterator = machine.temp();
  const method = machine.temp();
  const status = machine.temp();
  const take = (): t.Expression => b.call(cx.op('take'), []);
  const set = (name: 'value' | 'failed' | 'returning', value: t.Expression): void =>
    machine.emit(b.expr(b.assign(register(cx, name), value)));
  machine.emit(b.expr(b.assign(iterator, b.call(cx.op('iterateAsync'), [lower(cx, node.argument!)], node.argument))));
  set('value', b.undef());
  const head = machine.block();
  const yielded = machine.block();
  const returning = machine.block();
  const rejected = machine.block();
  const done = machine.block();
  machine.start(head);
  machine.emit(b.expr(b.assign(method, b.call(cx.op('delegateAsync'), [iterator], node))));
  machine.suspend(b.call(cx.op('wait'), [b.id('$f'), register(cx, 'value')]), 'yield*', node);
  machine.emit(b.expr(b.assign(status, b.call(cx.op('delegated'), [iterator, method, take()], node))));
  machine.branch(b.binary('<=', status, b.num(2)), done, yielded);
  machine.start(yielded);
  machine.suspend(b.call(cx.op('yieldAsync'), [b.id('$f'), register(cx, 'value')]), 'yield*', node);
  machine.branch(register(cx, 'returning'), returning, head);
  machine.start(returning);
  machine.protect(rejected, () => {
    machine.suspend(b.call(cx.op('wait'), [b.id('$f'), b.call(cx.op('returned'), [])]), 'return', node);
    set('value', take());
    set('returning', b.bool(true));
    machine.goto(head);
  });
  const error = machine.startCatch(rejected);
  set('value', error);
  set('failed', b.bool(true));
  machine.goto(head);
  machine.start(done);
  return delegated(cx, status, node);
}
