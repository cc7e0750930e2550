export let n = 0;
export function inc() { n++; return n; }
export { n as alias };
export default class { x = n; static made = 0; constructor() { (this.constructor as any).made++; } }
export let later: (() => number) | undefined;
export const set = () => { later = () => n * 100; };
export var hoistedVar = typeof hoistedVar;
export const { a, b: { c }, ...rest } = { a: 1, b: { c: 2 }, d: 3 }, [first, ...others] = [1, 2, 3];
export async function asyncInc() { await null; n += 10; return n; }
export function* genned() { yield n; yield inc(); }
