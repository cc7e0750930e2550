import { even, zero } from './even.wf.ts';
export declare function tick<T>(value?: T): Promise<T>;

export const depth = { max: 0 };
export const CONST = typeof even;
export async function odd(n: number): Promise<boolean> { await tick(); return n === zero ? false : even(n - 1); }
