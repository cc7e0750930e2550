export declare function tick<T>(value?: T): Promise<T>;

async function even(n: number): Promise<boolean> { return n === 0 ? true : odd(n - 1); }
async function odd(n: number): Promise<boolean> { await tick(); return n === 0 ? false : even(n - 1); }
export async function main() { console.log(await even(6), await odd(3)); }

// expect: true true
// expect: returned undefined
