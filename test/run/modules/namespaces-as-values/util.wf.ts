export declare function tick<T>(value?: T): Promise<T>;
export let count = 0;
export const bump = () => ++count;
export function hoisted() { return 'h'; }
export default class Thing { name = 'thing'; }
export enum Level { Low, High }
export const list: number[] = [1];
const a = 'a'; export { a as zeta, a as 'with space' };
export async function asyncOne(x: number) { await tick(); return x + count; }
export const then2 = 1;
