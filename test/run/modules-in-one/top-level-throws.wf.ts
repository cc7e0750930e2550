// not in store: an app cannot import it
export declare function tick<T>(value?: T): Promise<T>;
const o: any = undefined;
export const early = o.x;
export async function main() { await tick(); return 1; }

// expect: threw TypeError: Cannot read properties of undefined (reading 'x')
