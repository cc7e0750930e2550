/**
 * Package perdure, as workflow code sees it.
 */
export const PACKAGE = 'perdure';
/** What it exports, as operations of the ABI. */
export const PACKAGE_VALUES = ['sleep', 'channel'] as const;
/** The module that has the global object, for packages that ask for it: `npm/global.ts`. */
export const GLOBAL_MODULE = 'npm:perdure/global.js';
