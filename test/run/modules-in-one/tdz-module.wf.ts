export declare function tick<T>(value?: T): Promise<T>;

const early = () => late;
let r = '';
try { early(); } catch (e) { r = (e as Error).name; }
const late = 5;
export async function main() { await tick(); console.log(r, early()); }

// expect: ReferenceError 5
// expect: returned undefined
