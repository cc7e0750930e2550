/**
 * Babel, by `require`. It is CommonJS: an `import` of it is first searched for the names it exports, through every
 * file it re-exports from, which takes as long as loading it (measured: 0.28 s of CPU time against 0.16 s, of
 * the 0.6 s that `perdure check` takes on the examples).
 */
import { createRequire } from 'node:module';
import type * as CodeFrame from '@babel/code-frame';
import type * as Generator from '@babel/generator';
import type * as Parser from '@babel/parser';
import type * as Types from '@babel/types';

const require = createRequire(import.meta.url);

export const { parse, parseExpression } = require('@babel/parser') as typeof Parser;
export const { generate } = require('@babel/generator') as typeof Generator;
export const VISITOR_KEYS: Readonly<Record<string, readonly string[]>> = (require('@babel/types') as typeof Types).VISITOR_KEYS;

/** Needed only where something is wrong. */
export const codeFrame = (): typeof CodeFrame => require('@babel/code-frame') as typeof CodeFrame;
