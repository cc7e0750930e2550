export declare function tick<T>(value?: T): Promise<T>;
var twice = 0;
export var twice = 5;
export default (class cName { n = 1; });
export async function main() { await tick(); return twice; }

// expect: returned 5
