/**
 * The record that makes a native function a closure of ours.
 */
import type * as t from '@babel/types';
import * as b from '../build.ts';

/** The closure's own where it closes over an Env, else the one of the code. */
export function closureRecord(emitted: string, env: string | null): t.Expression {
  const code = b.id(`${emitted}$code`);
  return env ? b.construct(b.id('$Closure'), [code, b.id(env)]) : b.member(code, 'closed');
}
