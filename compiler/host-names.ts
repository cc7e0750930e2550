/**
 * Globals of Node and of browsers, known by name: so that a message can say what to do, and a package that asks for
 * one can be told that it is not there.
 */
export const HOST_NAMES: ReadonlySet<string> = new Set([
  ...['fetch', 'Request', 'Response', 'Headers', 'FormData', 'Blob', 'File', 'WebSocket', 'EventSource'],
  ...['setTimeout', 'setInterval', 'setImmediate', 'clearTimeout', 'clearInterval', 'clearImmediate', 'queueMicrotask'],
  ...['process', 'Buffer', 'global', 'globalThis', 'require', 'module', 'exports', '__dirname', '__filename'],
  ...['window', 'document', 'self', 'navigator', 'location', 'localStorage', 'performance', 'URL', 'URLSearchParams'],
  ...['TextEncoder', 'TextDecoder', 'AbortController', 'AbortSignal', 'Event', 'EventTarget', 'MessageChannel'],
  ...['Worker', 'WebAssembly', 'XMLHttpRequest', 'alert', 'atob', 'btoa', 'CompressionStream', 'DecompressionStream'],
]);
