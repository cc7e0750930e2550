export declare function tick<T>(value?: T): Promise<T>;

console.log(typeof hoisted, hoisted());
function hoisted() { return 'h'; }
let x = compute();
function compute() { return y ?? 'unset'; }
var y: string | undefined;
y = 'set';
const after = compute();
export async function main() { await tick(); console.log(x, after); }

// expect: function h
// expect: unset set
// expect: returned undefined
