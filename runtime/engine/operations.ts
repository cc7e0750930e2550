/**
 * The implementation of the ABI's table. A program's own rows (declarations, links) are added per module.
 */
import { CODE, META, type OperationName, TDZ } from '../abi.ts';
import { builtins } from '../builtins/intrinsics.ts';
import * as construction from '../builtins/construction.ts';
import { localized } from '../builtins/intl.ts';
import * as iteration from '../builtins/iteration.ts';
import * as objects from '../builtins/objects.ts';
import * as reflection from '../builtins/reflection.ts';
import { call } from '../builtins/awaited-call.ts';
import { captured } from '../builtins/captured.ts';
import { delegate, delegateAsync, delegated } from '../builtins/delegation.ts';
import { start } from '../builtins/children.ts';
import { scope, withTimeout } from '../builtins/scope.ts';
import { query } from '../builtins/query.ts';
import { channel, sleep } from '../builtins/waiting.ts';
import { CancelledError, TimeoutError } from '../errors.ts';
import { touchApplied, touchComputed, touchRegExp, touchThis } from '../heap/touch-natives.ts';
import { touch, touchCall, touched } from '../heap/touch.ts';
import { generateAsync, yieldAsync } from '../machine/async-generator.ts';
import { inSourceWords } from '../machine/engine-words.ts';
import { begin, take, wait } from '../machine/drive.ts';
import { Closure } from '../machine/frame.ts';
import { generate, returned } from '../machine/generator.ts';
import { registers, restoring } from '../machine/registers.ts';
import { suspendable } from '../machine/suspendable.ts';

type PerModule =
  | 'declareFunction'
  | 'declareMachine'
  | 'declareClass'
  | 'defineClass'
  | 'effect'
  | 'named'
  | 'template'
  | 'namespace'
  | 'link'
  | 'share'
  | 'envs';

export const OPERATIONS: Record<Exclude<OperationName, PerModule>, unknown> = {
  meta: META,
  touch,
  touchCall,
  touchThis,
  touchApplied,
  touchRegExp,
  touchComputed,
  touched,
  exotic: reflection.exotic,
  restricted: reflection.restricted,
  tdz: TDZ,
  throwTdz: objects.throwTdz,
  throwUnresolved: objects.throwUnresolved,
  throwConst: objects.throwConst,
  caught: inSourceWords,
  codeOf: CODE,
  Closure,
  restoring,
  accessor: objects.accessor,
  rename: objects.rename,
  setName: objects.setName,
  builtins,
  registers,
  begin,
  call,
  wait,
  take,
  suspendable,
  generate,
  generateAsync,
  returned,
  yieldAsync,
  delegate,
  delegateAsync,
  delegated,
  iterate: iteration.iterate,
  next: iteration.next,
  nextOrUndefined: iteration.nextOrUndefined,
  restOf: iteration.restOf,
  closeIterator: iteration.closeIterator,
  abandonIterator: iteration.abandonIterator,
  iterateAsync: iteration.iterateAsync,
  nextAsync: iteration.nextAsync,
  nextResult: iteration.nextResult,
  closeAsync: iteration.closeAsync,
  closeResult: iteration.closeResult,
  keysIn: iteration.keysIn,
  iteratorOf: iteration.iteratorOf,
  invoke: objects.invoke,
  bind: objects.bind,
  localized,
  target: objects.target,
  place: objects.place,
  getter: objects.getter,
  setter: objects.setter,
  define: objects.define,
  spread: objects.spread,
  omit: objects.omit,
  required: objects.required,
  toKey: objects.toKey,
  superGet: objects.superGet,
  superSet: objects.superSet,
  superCall: construction.superCall,
  superWith: construction.superWith,
  bindEarly: construction.bindEarly,
  bindThis: construction.bindThis,
  constructed: construction.constructed,
  argumentsOf: construction.argumentsOf,
  prototype: reflection.prototype,
  reflection: reflection.reflection,
  date: captured.date,
  now: captured.now,
  random: captured.random,
  console: captured.console,
  sleep,
  channel,
  query,
  scope,
  withTimeout,
  start,
  CancelledError,
  TimeoutError,
};
