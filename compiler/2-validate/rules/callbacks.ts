/**
 * Async functions where a built-in calls them and takes what they return for the value: warnings. The receiver's class
 * is not known, so a method that the program defines itself under such a name is taken to be meant.
 */
import type * as t from '@babel/types';
import { isFunctionNode, staticKey, walk, type Node } from '../../ast.ts';
import type { Rules, Validation } from '../index.ts';
import { effectOf, isAsyncFunction, isPromiseFunction, promiseCall } from '../promise-calls.ts';

const TRUTHY = 'the promise it returns counts as true';
const DROPPED = 'the promise it returns is dropped';

/** Methods that call back and do not wait: which argument it is, and what becomes of the promise. */
const METHODS: Record<string, { at: number; why: string }> = {
  sort: { at: 0, why: 'the promise it returns is no number to sort by' },
  toSorted: { at: 0, why: 'the promise it returns is no number to sort by' },
  filter: { at: 0, why: TRUTHY },
  some: { at: 0, why: TRUTHY },
  every: { at: 0, why: TRUTHY },
  find: { at: 0, why: TRUTHY },
  findIndex: { at: 0, why: TRUTHY },
  findLast: { at: 0, why: TRUTHY },
  findLastIndex: { at: 0, why: TRUTHY },
  forEach: { at: 0, why: DROPPED },
  reduce: { at: 0, why: 'the next call gets the promise of the one before' },
  reduceRight: { at: 0, why: 'the next call gets the promise of the one before' },
  replace: { at: 1, why: 'it is printed as `[object Promise]`' },
  replaceAll: { at: 1, why: 'it is printed as `[object Promise]`' },
};

/** Methods that call back with an element, its index and the whole array. */
const WITH_INDEX = new Set(['map', 'flatMap', 'forEach', 'filter', 'some', 'every', 'find', 'findIndex']);

/** An async function, a name of one, or a function that only hands on a promise. */
function givesPromise(node: Node, v: Validation): boolean {
  if (isAsyncFunction(node) || isPromiseFunction(node, v)) return true;
  if (node.type !== 'ArrowFunctionExpression' || node.async) return false;
  return promiseCall(node.body, { ...v, path: [...v.path, node] }) !== null;
}

/** `async (sum, x) => (await sum) + …`: the one before is awaited, as it must be. */
function awaitsFirst(node: Node): boolean {
  if (!isFunctionNode(node)) return false;
  const [first] = node.params;
  if (first?.type !== 'Identifier') return first !== undefined;
  let found = false;
  walk(node.body, (inner) => {
    if (inner.type === 'AwaitExpression') {
      walk(inner, (part) => {
        if (part.type === 'Identifier' && part.name === first.name) found = true;
      });
    }
    return !found;
  });
  return found;
}

/** Does the program define a method of this name itself? */
function definesMethod(name: string, v: Validation): boolean {
  for (const { parsed } of v.graph.modules.values()) {
    let found = false;
    walk(parsed.program, (node) => {
      if ('key' in node && node.type !== 'ObjectProperty' && staticKey(node as { key: Node }) === name) found = true;
      if (node.type === 'ObjectProperty' && isFunctionNode(node.value) && staticKey(node) === name) found = true;
      return !found;
    });
    if (found) return true;
  }
  return false;
}

function checkCall(node: t.CallExpression | t.OptionalCallExpression, v: Validation): void {
  const { callee } = node;
  if (callee.type !== 'MemberExpression' && callee.type !== 'OptionalMemberExpression') return;
  if (callee.object.type === 'ThisExpression' || callee.object.type === 'Super') return;
  const name = callee.computed ? undefined : staticKey({ key: callee.property });
  if (name === undefined) return;
  const method = Object.hasOwn(METHODS, name) ? METHODS[name]! : undefined;
  const callback = node.arguments[method?.at ?? 0];
  if (!callback) return;
  const { reporter } = v.record;
  if (method && givesPromise(callback, v)) {
    if (name.startsWith('reduce') && awaitsFirst(callback)) return;
    if (!definesMethod(name, v)) reporter.report('async_callback', callback, `.${name}()`, method.why);
  } else if (WITH_INDEX.has(name)) {
    const effect = effectOf(callback, v);
    const last = effect?.params.at(-1);
    if (!effect || effect.params.length > 1 || last?.type === 'RestElement' || definesMethod(name, v)) return;
    reporter.report('effect_as_callback', callback, effect.id!.name, name);
  }
}

export const callbackRules: Rules = {
  CallExpression: checkCall,
  OptionalCallExpression: checkCall,
  NewExpression: (node: t.NewExpression, v) => {
    const { callee } = node;
    if (callee.type !== 'Identifier' || callee.name !== 'Promise' || v.record.analysis.references.has(callee)) return;
    const [executor] = node.arguments;
    if (executor && isAsyncFunction(executor)) {
      v.record.reporter.report('async_callback', executor, 'new Promise()', `${DROPPED}, and with it what it throws`);
    }
  },
};
