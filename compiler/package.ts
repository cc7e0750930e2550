/**
 * Package perdure, as workflow code sees it.
 */
export const PACKAGE = 'perdure';
/** What it exports, as operations of the ABI. */
export const PACKAGE_VALUES = ['sleep', 'channel', 'query', 'scope', 'withTimeout', 'start', 'CancelledError', 'TimeoutError'] as const;

export type PackageValue = (typeof PACKAGE_VALUES)[number];
