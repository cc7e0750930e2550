export declare function tick<T>(value?: T): Promise<T>;

export let count = 0;
export const obj = { n: 1 };
export function bump() { return ++count; }
export function reset(to: number) { count = to; }
export const later = async () => { await tick(); count += 100; };
