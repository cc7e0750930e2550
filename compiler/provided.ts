/**
 * What packages are given in place of the host: modules of the program that have the global object and the timers.
 * A package's module that mentions one of these names imports it:
 *
 *     globalThis.__registry ??= {};        import { globalThis } from 'npm:perdure/global.js';
 *     setTimeout(retry, 1000);             import { setTimeout } from 'npm:perdure/timers.js';
 *
 * So they are state of the run like all else. What one run writes to its global object no other sees; a timer is a
 * sleep, due also when the worker that set it is gone. The text is compiled; nothing of ours runs it as it stands.
 */
import { BUILTINS } from '../runtime/abi.ts';
import { PACKAGE } from './package.ts';

const TIMER_NAMES = ['setTimeout', 'setInterval', 'setImmediate', 'clearTimeout', 'clearInterval', 'clearImmediate', 'queueMicrotask'];
const NAMES = [...BUILTINS, ...TIMER_NAMES, 'undefined', 'NaN', 'Infinity'];

const GLOBAL = `
import { ${TIMER_NAMES.join(', ')} } from 'npm:${PACKAGE}/timers.js';
const builtins = { ${NAMES.join(', ')} };
const object = {};
for (const name of Object.keys(builtins)) {
  Object.defineProperty(object, name, { value: builtins[name], writable: true, configurable: true });
}
Object.defineProperty(object, 'globalThis', { value: object, writable: true, configurable: true });
export { object as globalThis };
`;

/** HTML 8.6, as far as it can be seen: an id is a number that is used once, times below 1 ms count as 1 ms. */
const TIMERS = `
import { sleep } from '${PACKAGE}';
let last = 0;
const set = new Set();
function start(callback, delay, args, repeats) {
  if (typeof callback !== 'function') throw new TypeError('The callback of a timer must be a function');
  const id = ++last;
  const ms = Number(delay) >= 1 ? Math.trunc(Number(delay)) : 1;
  set.add(id);
  const fire = () => {
    if (!set.has(id)) return;
    if (!repeats) set.delete(id);
    callback(...args);
    if (set.has(id)) sleep(ms).then(fire);
  };
  sleep(ms).then(fire);
  return id;
}
function stop(id) {
  set.delete(id);
}
export const setTimeout = (callback, delay, ...args) => start(callback, delay, args, false);
export const setInterval = (callback, delay, ...args) => start(callback, delay, args, true);
export const setImmediate = (callback, ...args) => start(callback, 1, args, false);
export { stop as clearTimeout, stop as clearInterval, stop as clearImmediate };
export const queueMicrotask = (callback) => {
  Promise.resolve().then(() => callback());
};
`;

export interface ProvidedModule {
  id: string;
  /** A path that no file has. */
  file: string;
  source: string;
}

const provided = (name: string, source: string): ProvidedModule => ({ id: `npm:${PACKAGE}/${name}`, file: `/perdure:provided/${name}`, source });

const MODULES = [provided('global.js', GLOBAL), provided('timers.js', TIMERS)];

/** Names that packages find → the module that has them. */
export const PROVIDED_NAMES: ReadonlyMap<string, ProvidedModule> = new Map([
  ['globalThis', MODULES[0]!],
  ...TIMER_NAMES.map((name) => [name, MODULES[1]!] as const),
]);

/** A provided module, by its id or its file. */
export const providedModule = (name: string): ProvidedModule | undefined => MODULES.find(({ id, file }) => id === name || file === name);
