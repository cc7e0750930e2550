/**
 * Babel's parser, by `require`. It is CommonJS: an `import` of it is first searched for the names it exports, which takes
 * five times as long as loading it (measured: 80 ms of CPU time against 15, of the 350 that `perdure check` takes on the
 * examples).
 */
import { createRequire } from 'node:module';
import type * as CodeFrame from '@babel/code-frame';
import type * as Parser from '@babel/parser';

const require = createRequire(import.meta.url);

export const { parse, parseExpression } = require('@babel/parser') as typeof Parser;

/** Needed only where something is wrong. */
export const codeFrame = (): typeof CodeFrame => require('@babel/code-frame') as typeof CodeFrame;
