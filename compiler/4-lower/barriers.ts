/**
 * Write barriers: the marks by which the runtime learns what a cycle changed.
 *
 *     o ?? (o.x = v), ($1 = o[$meta]) !== undefined && $1.open && $touch($1, o, 'x'), o.x = v
 *
 * A young object has no stamp, so the test is one shape check that the write shares. The meta record is handed
 * to `$touch`, which would otherwise read it at one megamorphic place (measured: 6–7×). `open` is false once the
 * object is marked as a whole. The mark stands directly before the write and after everything the write's
 * operands evaluate: array marks are in the coordinates of that moment, and an overflow of the native stack
 * between mark and write leaves a mark too many, never one too few.
 */
import type * as t from '@babel/types';
import * as b from '../build.ts';
import type { Context } from './context.ts';

export type Stamped = 'object' | 'env';

/** The stamp of an object (a symbol property) or of an Env (a slot that is always there). */
function stampOf(cx: Context, object: t.Expression, kind: Stamped, nullish: boolean): t.Expression {
  if (kind === 'env') return b.member(object, '$m');
  return nullish ? b.optionalIndex(object, cx.op('meta')) : b.index(object, cx.op('meta'));
}

/**
 * `($1 = o?.[$meta]) !== undefined && $1.open && mark($1)`. `object` is evaluated twice: pass a name. Where it is
 * known to be neither null nor undefined there is no `?.`: with one, V8 forgets what it knows of the object, and
 * looks again at the write (measured: 1.2 → 1.04× in young objects, 1.75 → 1.2× in promoted ones).
 */
function guarded(
  cx: Context,
  object: t.Expression,
  kind: Stamped,
  mark: (meta: t.Expression) => t.Expression,
  present = false,
): t.Expression {
  const meta = cx.temp();
  const nullish = !present && object.type !== 'ObjectExpression';
  return b.logical(
    '&&',
    b.logical(
      '&&',
      b.binary('!==', b.assign(meta, stampOf(cx, object, kind, nullish)), b.undef()),
      b.member(meta, 'open'),
    ),
    mark(meta),
  );
}

/** Before a property is written. */
export function touch(cx: Context, object: t.Expression, key: t.Expression, kind: Stamped = 'object'): t.Expression {
  return guarded(cx, object, kind, (meta) => b.call(cx.op('touch'), [meta, object, key]));
}

/** Before a property of an object that has been read from, so that it is there. */
export function touchPresent(cx: Context, object: t.Expression, key: t.Expression): t.Expression {
  return guarded(cx, object, 'object', (meta) => b.call(cx.op('touch'), [meta, object, key]), true);
}

/** Before a property is deleted. */
export function touchDeleted(cx: Context, object: t.Expression, key: t.Expression): t.Expression {
  return guarded(cx, object, 'object', (meta) => b.call(cx.op('touch'), [meta, object, key, b.bool(true)]));
}

/** Before a method with the name of a built-in mutator is called. Among its arguments the method has been read. */
export function touchCall(
  cx: Context,
  object: t.Expression,
  method: t.Expression,
  args: t.ArrayExpression['elements'],
): t.Expression {
  const mark = (meta: t.Expression): t.Expression => b.call(cx.op('touchCall'), [meta, object, method, b.array(args)]);
  return guarded(cx, object, 'object', mark, args.length > 0);
}

/**
 * Before a method with a computed name is called, which may be `replace` of a string or `call` of a function:
 *
 *     (typeof o !== 'object' || typeof $1 === 'function') && $touchComputed(o, key, [$1, $2])
 */
export function touchComputed(
  cx: Context,
  object: t.Expression,
  method: t.Expression,
  args: t.ArrayExpression['elements'],
): t.Expression {
  const isTypeof = (operator: '===' | '!==', value: t.Expression, type: string): t.Expression => b.binary(operator, b.unary('typeof', value), b.str(type));
  const [callback, self] = args;
  const noObject = isTypeof('!==', object, 'object');
  const mayLoop = self && callback?.type !== 'SpreadElement';
  const test = mayLoop ? b.logical('||', noObject, isTypeof('===', callback as t.Expression, 'function')) : noObject;
  return b.logical('&&', test, b.call(cx.op('touchComputed'), [object, method, b.array(args)]));
}

/** Methods of built-in containers that change their receiver. A user's method of that name is only marked in vain. */
export const MUTATORS = new Set([
  ...['push', 'pop', 'shift', 'unshift', 'splice', 'sort', 'reverse', 'fill', 'copyWithin'],
  ...['set', 'add', 'delete', 'clear'],
  ...['setTime', 'setMilliseconds', 'setSeconds', 'setMinutes', 'setHours', 'setDate', 'setMonth', 'setFullYear'],
  ...['setUTCMilliseconds', 'setUTCSeconds', 'setUTCMinutes', 'setUTCHours', 'setUTCDate', 'setUTCMonth'],
  ...['setUTCFullYear', 'setYear'],
  ...['exec', 'test', 'compile'],
  ...['setInt8', 'setUint8', 'setInt16', 'setUint16', 'setInt32', 'setUint32', 'setFloat32', 'setFloat64'],
  ...['setBigInt64', 'setBigUint64', 'resize', 'transfer', 'transferToFixedLength'],
]);

/** String methods that move the `lastIndex` of a RegExp they are given. */
export const REGEXP_TAKERS = new Set(['match', 'matchAll', 'replace', 'replaceAll', 'search', 'split']);

/** Methods that call their first argument on their second. */
export const THIS_TAKERS = new Set(['forEach', 'map', 'filter', 'some', 'every', 'find', 'findIndex', 'findLast', 'findLastIndex', 'flatMap']);
