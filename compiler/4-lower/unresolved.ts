/**
 * Names that nothing declares, in a module that says `// @ts-nocheck`: as in plain Node, `typeof` knows them, and to
 * read or to assign them is a ReferenceError (ECMA-262 6.2.5.5, 6.2.5.6). Globals of the host are not among them.
 */
import type * as t from '@babel/types';
import { BUILTINS } from '../../runtime/abi.ts';
import type { Node } from '../ast.ts';
import * as b from '../build.ts';
import type { Context } from './context.ts';

const GLOBALS = new Set<string>([...BUILTINS, 'undefined', 'NaN', 'Infinity', 'arguments']);

export const isUnresolved = (cx: Context, node: Node): boolean =>
  node.type === 'Identifier' && cx.analysis.globals.has(node.name) && !cx.analysis.references.has(node) && !GLOBALS.has(node.name);

export const throwUnresolved = (cx: Context, node: Node): t.Expression =>
  b.call(cx.op('throwUnresolved'), [b.str((node as t.Identifier).name)], node);
